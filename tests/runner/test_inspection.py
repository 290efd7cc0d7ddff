"""Entries of other packages are names until they are used, and are never imported in the lab."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

import concviz
from concviz.experiments.planning import UnusableError, compared, swept
from concviz.runner import catalogue, inspection
from concviz.runner.facts import Facts
from concviz.strategies import STRATEGIES
from concviz.trace.plan import Plan, Traits
from tests.runner.strangers import IMPORTS, ODD_NAME, WHY
from tests.running import PATIENCE_S, wait_for

pytestmark = pytest.mark.usefixtures("strangers")

GOOD = ("good", "prints", "chatters", "breeds", "forks")


def test_a_list_loads_nothing_and_says_where_entries_are_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> Facts:
        raise AssertionError("it looked")

    monkeypatch.setattr(catalogue, "inspect", refuse)
    for entries in (catalogue.strategies(), catalogue.workloads()):
        others = {entry.id: entry for entry in entries if entry.package is not None}
        assert others.keys() - {ODD_NAME} == IMPORTS.keys()
        for entry in others.values():
            assert entry.facts is None
            assert entry.package == "concviz-tested"
            assert entry.summary == "from concviz-tested (not loaded until used)"
            assert entry.reason is None


@pytest.mark.parametrize("name", GOOD)
def test_whatever_an_import_does_besides_the_entry_is_known(name: str) -> None:
    entry = catalogue.strategy(name)
    assert entry.reason is None
    assert entry.summary == f"Of {name}."
    assert entry.traits == Traits(kind="main", options=frozenset(("workers",)))
    assert entry.facts is not None
    assert entry.facts.source.startswith("def run(call, items, workers):")
    task = catalogue.workload(name).facts
    assert task is not None
    assert f'"The task of {name}."' in task.source
    assert task.coroutine is None


@pytest.mark.parametrize("name", WHY)
def test_an_import_that_fails_says_why(name: str) -> None:
    assert catalogue.strategy(name).reason == WHY[name]
    (problem,) = catalogue.problems(Plan(workload=name))
    assert problem.sentence == f"workload {name} is not available: {WHY[name]}."


def test_an_import_that_hangs_is_waited_for_but_not_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inspection, "LIMIT_S", 0.5)
    begun = time.monotonic()
    assert catalogue.strategy("hangs").reason == "it did not load within 0.5 s"
    assert time.monotonic() - begun < PATIENCE_S


def test_what_was_found_out_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalogue.strategy("good")
    monkeypatch.setattr(catalogue, "inspect", None)
    assert catalogue.strategy("good") == before
    assert before in catalogue.strategies()


def test_an_inspection_that_is_stopped_ends_at_once_and_nothing_is_remembered() -> None:
    found: list[catalogue.Entry] = []
    thread = threading.Thread(target=lambda: found.append(catalogue.strategy("hangs")))
    begun = time.monotonic()
    thread.start()
    wait_for(lambda: inspection.under_way() == 1, "it is under way")
    inspection.stop()
    thread.join()
    assert time.monotonic() - begun < inspection.LIMIT_S
    assert [entry.facts for entry in found] == [None]
    assert inspection.under_way() == 0


def test_a_process_that_cannot_be_started_is_a_reason_for_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> Facts:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "inspect", refuse)
        reason = catalogue.strategy("good").reason
        assert reason == "it could not be loaded: Resource temporarily unavailable"
    assert catalogue.strategy("good").reason is None


@pytest.mark.parametrize(
    "line",
    ["SUMMARY = 7", "SUMMARY = '\\ud800'", "SUMMARY = 'x' * 3_000_000", "SUMMARY = None"],
)
def test_a_summary_may_be_anything(strangers: Path, line: str) -> None:
    path = strangers / "concviz_stranger_good.py"
    path.write_text(f"{line}\n{path.read_text()}".replace('summary="Of good."', "summary=SUMMARY"))
    entry = catalogue.strategy("good")
    assert entry.facts is not None
    assert (entry.reason or entry.summary).encode()
    assert len(entry.summary) < 2_000


def test_comparing_and_sweeping_look_at_what_is_named_only() -> None:
    cases = {case.strategy: case for case in compared(Plan(), ["prints", "leaves", "threads"])}
    assert cases["prints"].available
    assert cases["prints"].traits.options == {"workers"}
    assert cases["leaves"].reason == WHY["leaves"]
    with pytest.raises(UnusableError, match="strategy crashes is not available: its import was"):
        swept(Plan(), ["crashes"], [1, 2])
    known = [entry.id for entry in catalogue.strategies() if entry.package and entry.facts]
    assert known == ["prints", "leaves", "crashes"]


def test_it_is_run_and_compared_from_python_too() -> None:
    found = concviz.run(strategy="prints", workload="chatters", tasks=2, duration_s=0.01)
    assert found.to_dict()["counts"]["finished"] == 2
    with pytest.raises(ValueError, match="its import ended the process"):
        concviz.run(strategy="leaves")


def test_a_package_without_a_name_is_called_by_its_module(strangers: Path) -> None:
    (strangers / "concviz_tested-1.dist-info" / "METADATA").write_text("Version: 1\n")
    STRATEGIES.forget()
    entry = next(entry for entry in catalogue.strategies() if entry.id == "good")
    assert entry.package == "concviz_stranger_good"
