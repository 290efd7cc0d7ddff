"""Which plans use a cluster, which one, and how many of its workers; none is there for that."""

from __future__ import annotations

import pytest

from concviz.experiments import clusters
from concviz.experiments.compare import Compare
from concviz.experiments.planning import UnusableError, compared, swept, usual_counts
from concviz.experiments.sweep import Sweep
from concviz.runner import clusters_known
from concviz.runner.facts import Facts
from concviz.trace.plan import Plan
from concviz.trace.scheduler_address import VARIABLE
from tests.builders import LAB_ENVIRONMENT

pytest.importorskip("distributed", reason="the extra concviz[dask] is not installed")

ADDRESS = "tcp://127.0.0.1:8786"


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that were asked; each cluster has two workers, but "none", which is gone."""
    found: list[str] = []

    def inspect(_: str, address: str) -> Facts:
        found.append(address)
        if "none" in address:
            return Facts(cluster=0, reason="nothing listens there")
        return Facts(cluster=2)

    monkeypatch.setattr(clusters_known, "_known", {})
    monkeypatch.setattr(clusters_known, "inspect", inspect)
    monkeypatch.delenv(VARIABLE, raising=False)
    return found


def names(plan: Plan, *strategies: str) -> list[str]:
    return [case.strategy for case in compared(plan, strategies)]


def test_a_comparison_has_a_cluster_only_where_somebody_asks_for_one(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, ADDRESS)
    assert "process-pool" in names(Plan())
    assert "dask" not in names(Plan())
    assert asked == []
    assert "dask" in names(Plan(strategy="dask"))
    assert "dask" in names(Plan(scheduler=ADDRESS, workers=2))
    assert names(Plan(), "dask") == ["sequential", "dask"]


def test_the_lab_offers_one_and_marks_it_only_if_it_is_chosen_and_asks_nobody(
    asked: list[str],
) -> None:
    def marked(plan: Plan) -> bool:
        (found,) = [offer for offer in Compare().offers(plan) if offer.id == "dask"]
        assert found.can
        return found.on

    assert not marked(Plan())
    assert not marked(Plan(scheduler=ADDRESS))
    assert marked(Plan(strategy="dask", scheduler=ADDRESS))
    assert asked == []


def test_the_environment_says_which_cluster_where_nobody_else_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "127.0.0.1:8786")
    dask = Plan(strategy="dask")
    assert clusters.placed(dask, ["dask"], {}).scheduler == ADDRESS
    assert clusters.placed(dask, ["dask"], {"scheduler"}).scheduler == "", "local was said"
    other = Plan(strategy="dask", scheduler="tcp://other:1")
    assert clusters.placed(other, ["dask"], {}).scheduler == "tcp://other:1"
    assert clusters.placed(Plan(), ["thread-pool"], {}) == Plan()


def test_no_more_workers_than_there_are_unless_somebody_says_so(asked: list[str]) -> None:
    plan = Plan(strategy="dask", scheduler=ADDRESS, workers=3)
    assert clusters.placed(plan, ["dask"], {}).workers == 2
    assert clusters.placed(plan, ["dask"], {"workers"}).workers == 3
    assert clusters.placed(Plan(strategy="dask"), ["dask"], {}).workers == 3, "one of its own"
    assert asked == [ADDRESS], "once"
    gone = Plan(strategy="dask", scheduler="tcp://none:1", workers=3)
    assert clusters.placed(gone, ["dask"], {}) == gone


def test_a_case_says_why_the_cluster_cannot_be_used() -> None:
    (_, case) = compared(Plan(scheduler=ADDRESS, workers=3), ["process-pool", "dask"])[1:]
    assert not case.available
    assert case.reason == "workers is 3: it must be from 1 to 2 (the cluster has 2 workers)"
    with pytest.raises(UnusableError, match="dask: nothing listens there"):
        compared(Plan(scheduler="tcp://none:1"), ["dask"])


def test_a_sweep_takes_workers_from_those_there(asked: list[str]) -> None:
    assert usual_counts(None, 8, 3) == [1, 2, 3]
    assert usual_counts(2, 8, 3) == [1, 2]
    plan = Plan(strategy="dask", scheduler=ADDRESS, tasks=8)
    with pytest.raises(UnusableError, match="it must be from 1 to 2"):
        swept(plan, ["dask"], [1, 2, 3])
    assert [case.workers for case in swept(plan, ["dask"], [1, 2])[1]] == [1, 2]
    (field,) = Sweep().fields(plan, LAB_ENVIRONMENT)
    assert field.usual == "1,2"
    asked.clear()
    (field,) = Sweep().fields(Plan(strategy="dask", scheduler="tcp://b:1"), LAB_ENVIRONMENT)
    assert field.usual.startswith("1,2,4"), "not known, and not asked for a field"
    assert asked == []
