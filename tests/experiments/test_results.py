"""Comparisons and sweeps as experiments: what they offer, and what follows, on made-up runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.comparison import Comparison
from concviz.analysis.sweep import Sweep as FoundSweep
from concviz.experiments.compare import GOOD_GUESS, Compare, Compared
from concviz.experiments.experiment import Choice, Experiment, Live, Result
from concviz.experiments.planning import UnusableError
from concviz.experiments.sweep import Sweep, Swept
from concviz.trace.plan import Plan
from tests.builders import ENVIRONMENT, LAB_ENVIRONMENT, case, comparison, sweep, under_way

EXPERIMENTS: list[Experiment[object]] = [Compare(), Sweep()]
PLAN = Plan(workload="cpu", tasks=8, workers=2, duration_s=0.25)


def results() -> list[tuple[Experiment[object], Result[object]]]:
    return [(Compare(), Compared(comparison())), (Sweep(), Swept(sweep()))]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.word)
def test_what_is_offered_can_be_begun_as_it_is_offered(experiment: Experiment[object]) -> None:
    marked = [offer.id for offer in experiment.offers(PLAN) if offer.on and offer.can]
    fields = {one.key: one.usual for one in experiment.fields(PLAN, LAB_ENVIRONMENT)}
    result = experiment.begin(Choice(PLAN, marked, fields=fields))
    assert result.plan.workload == PLAN.workload
    assert {one.strategy for one in result.cases} >= set(marked)
    assert result.cases[0].strategy == "sequential", "the measure of all comes first"
    assert not result.stopped
    assert result.recommended is None
    assert result.baseline is None
    assert result.details() == result.remarks() == []
    assert not result.pictured
    assert result.conclusion


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.word)
def test_nothing_marked_is_refused_in_a_sentence(experiment: Experiment[object]) -> None:
    with pytest.raises(ValueError, match="mark at least one strategy"):
        experiment.begin(Choice(PLAN, [], fields={"counts": "1"}))


def test_what_cannot_run_cannot_be_begun() -> None:
    with pytest.raises(UnusableError, match="duration is -1 s"):
        Compare().begin(Choice(Plan(duration_s=-1), ["sequential", "threads"]))
    with pytest.raises(ValueError, match="write it as 1-8"):
        Sweep().begin(Choice(PLAN, ["thread-pool"], fields={"counts": "x"}))


@pytest.mark.parametrize(("experiment", "result"), results(), ids=["compare", "sweep"])
def test_the_recommended_line_is_in_the_table_and_has_a_run_to_look_at(
    experiment: Experiment[object], result: Result[object]
) -> None:
    lines = result.lines(over=True)
    keys = [line.key for line in lines]
    assert len(set(keys)) == len(keys)
    assert result.recommended in keys
    assert result.shown(result.recommended) is not None
    assert all(len(line.cells) == len(experiment.columns) for line in lines)
    assert result.baseline is not None
    assert result.baseline.run.plan is not None
    assert result.baseline.run.plan.strategy == "sequential"
    assert result.shown("no such line") is None
    assert result.shown(None) is None
    assert result.pictured


@pytest.mark.parametrize(("_", "result"), results(), ids=["compare", "sweep"])
def test_the_end_is_kept(_: Experiment[object], result: Result[object]) -> None:
    result.ended(None, stopped=False)
    assert not result.stopped
    result.ended(ENVIRONMENT, stopped=True)
    assert result.stopped


def test_a_comparison_of_nothing_has_no_lines_but_a_sweep_those_of_runs_to_look_at() -> None:
    nothing = Compared(Comparison([case("sequential"), case("threads")]))
    assert nothing.lines(over=True) == []
    assert len(nothing.lines(over=False)) == 2, "while it goes on there is more to come"
    broke = case("sequential", 1.0, error="ValueError: no")
    found = Swept(FoundSweep(broke, [case("thread-pool", workers=2)]))
    assert [line.key for line in found.lines(over=True)] == ["sequential"]
    assert not found.pictured


@given(st.floats(0.01, 100))
def test_a_guess_is_right_when_it_is_near(guess: float) -> None:
    found = comparison()
    speedup = found.speedup(found.cases[2])
    assert speedup is not None
    (said,) = Compared(found, {"process-pool": guess}).details()
    right = abs(guess - speedup) <= GOOD_GUESS * speedup
    assert f"{'1' if right else '0'} of 1 right within 20 %" in said
    assert ("✓" if right else "✗") in said


def test_a_guess_of_what_was_not_measured_is_not_judged() -> None:
    assert Compared(comparison(), {"asyncio": 2.0, "nothing": 1.0}).details() == []


def test_the_run_under_way_is_below_the_others_also_while_it_warms_up() -> None:
    found, run = Compared(comparison()), under_way()
    live = Live(case("threads"), 2, 3, run, now=run.latest)
    keys = [block.key for block in found.picture(live)]
    assert keys == ["process-pool", "sequential", "threads", "asyncio", "live"]
    assert found.picture(live)[-1].figures == "run 2 of 3"
    assert found.picture(live._replace(number=0))[-1].figures == "warming up"
    assert [block.key for block in found.picture(None)] == keys[:-1]


def test_columns_that_are_typed_follow_the_plan_and_the_machine() -> None:
    few, many = Plan(tasks=3), Plan(tasks=100)
    usual = [Sweep().fields(plan, LAB_ENVIRONMENT)[0].usual for plan in (few, many)]
    assert usual[0] == "1,2,3"
    assert usual[1].endswith("16"), "four times the cores"
    assert Compare().fields(few, LAB_ENVIRONMENT) == []
