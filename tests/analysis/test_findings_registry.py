"""A finding is one function, wherever it stands: the run, the page and the JSON have it."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from concviz.analysis.findings import Finding, findings, registry, rule
from concviz.analysis.findings.facts import Facts
from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.view.run_page import found
from concviz.view.summary_text import figures
from tests.builders import observed
from tests.exporters.objects import to_object

SENTENCE = "Even tasks are even: nothing to try."


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding from outside, that of every run is the most important one."""
    monkeypatch.setattr(registry, "RULES", [*registry.RULES])

    @rule(rank=0)
    def even_tasks(facts: Facts) -> Finding | None:
        return Finding("even-tasks", "Even tasks", SENTENCE, {"even": (facts.tasks + 1) // 2})


@pytest.mark.usefixtures("made_up")
def test_a_finding_from_outside_is_found_shown_and_told() -> None:
    run = observed()
    first = findings(run)[0]
    assert (first.id, first.evidence) == ("even-tasks", {"even": 1})
    page = io.StringIO()
    console = Console(file=page, width=100)
    for part in found(run):
        console.print(part)
    assert SENTENCE in page.getvalue()
    assert SENTENCE in figures(run, summarise(run), Spending(run).of_run(), findings(run)).plain
    assert to_object(run)["findings"][0]["id"] == "even-tasks"


def test_ranks_are_the_order_and_no_two_rules_share_one() -> None:
    ranks = [rule.rank for rule in registry.RULES]
    assert ranks == sorted(set(ranks))
    assert not any(finding.id == "even-tasks" for finding in findings(observed()))
