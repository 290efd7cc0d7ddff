"""The address of a cluster in the lab: where it shows, what may stand there, who is asked."""

from __future__ import annotations

import pytest

from concviz.runner import clusters_known
from concviz.runner.facts import Facts
from concviz.trace.plan import Plan
from concviz.tui.widgets.address_field import AddressField, AddressInput
from concviz.tui.widgets.strategy_checklist import MarkList
from tests.tui.driving import Driver, begin, opened

pytest.importorskip("distributed", reason="the extra concviz[dask] is not installed")

GONE = "tcp://127.0.0.1:1"
ADDRESS = "tcp://127.0.0.1:8786"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that were asked; each has two workers, but one, which does not answer."""
    found: list[str] = []

    def inspect(_: str, address: str) -> Facts:
        found.append(address)
        if address.endswith(":1"):
            return Facts(cluster=0, reason=f"no answer of a scheduler at {address}: it sleeps")
        return Facts(cluster=2)

    monkeypatch.setattr(clusters_known, "_known", {})
    monkeypatch.setattr(clusters_known, "inspect", inspect)
    return found


def field(lab: Driver) -> AddressField | None:
    return next(iter(lab.lab.query(AddressField).results()), None)


async def test_the_field_is_there_only_where_the_strategy_uses_a_cluster(
    asked: list[str],
) -> None:
    async with opened() as lab:
        assert field(lab) is None
        await lab.press("a")
        await lab.until(lambda: "uses no cluster" in "".join(lab.notices))
        lab.lab.controls.put_plan(Plan(strategy="dask", workers=2))
        await lab.until(lambda: field(lab) is not None)
        assert "cluster" in lab.words("#workers")
        assert "local" in lab.words("#workers")
        assert "start" not in lab.words("#workers").split("Run")[0]
        await lab.press("a")
        await lab.until(lambda: lab.focus == "input-scheduler")
        lab.lab.controls.put_plan(Plan(strategy="process-pool"))
        await lab.until(lambda: "local" not in lab.words("#workers"))
        assert "start" in lab.words("#workers")
        assert asked == []


async def test_an_address_is_typed_checked_and_asked_only_when_it_is_to_be_used(
    asked: list[str],
) -> None:
    async with opened(Plan(strategy="dask", workers=5, tasks=1, duration_s=0.01)) as lab:
        await lab.until(lambda: field(lab) is not None)
        await lab.press("a")
        typed = lab.lab.query_one(AddressInput)
        typed.value = "tcp://host"
        await lab.until(lambda: typed.has_class("-wrong"))
        await lab.press("enter")
        await lab.until(lambda: "names no port" in "".join(lab.notices))
        assert asked == []
        typed.value = "127.0.0.1:1"
        await lab.until(lambda: lab.lab.plan.scheduler == GONE)
        assert not typed.has_class("-wrong")
        await lab.press("enter")
        await lab.until(lambda: "it sleeps" in "".join(lab.notices))
        assert asked == [GONE]
        await lab.press("enter")
        await lab.until(lambda: len(asked) == 2)  # it may have been mended
        typed.value = ADDRESS
        await lab.press("enter")
        await lab.until(
            lambda: "it must be from 1 to 2 (the cluster has 2 workers)" in "".join(lab.notices)
        )
        assert asked[2:] == [ADDRESS]
        assert lab.focus == "input-workers"
        typed.value = "local"
        await lab.until(lambda: lab.lab.plan.scheduler == "")


async def test_a_comparison_asks_the_cluster_of_the_plan_first_and_says_what_is_wrong(
    asked: list[str],
) -> None:
    async with opened(Plan(strategy="dask", scheduler=ADDRESS, workers=2)) as lab:
        screen = await begin(lab, "c")
        assert asked == [ADDRESS]
        marks = {mark.id: mark.on for mark in screen.query_one(MarkList).marks}
        assert marks["dask"]
    async with opened(Plan(strategy="dask", scheduler=GONE, workers=2)) as lab:
        await lab.press("c")
        await lab.until(lambda: "it sleeps" in "".join(lab.notices))
        assert asked == [ADDRESS, GONE]
