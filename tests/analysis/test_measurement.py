"""What was measured of a plan: medians, the typical run, overhead, and what broke."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis import kept_runs as kept
from concviz.analysis.measurement import EXACT, Case, failure, overhead_per_task_s, rounds, trial
from concviz.analysis.statistics import makespan
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Load, Plan
from concviz.trace.states import State
from tests.builders import KINDS, at, case, even_run, exact, finished, task, without_its_typical_run


def test_the_median_stands_for_all_and_is_a_run_that_took_place() -> None:
    measured = case("thread-pool", 3.0, 1.0, 2.0)
    assert measured.runs_s == [3.0, 1.0, 2.0]
    assert measured.median_s == 2.0
    assert measured.typical.makespan_s == 2.0
    assert measured.shown is not None
    assert (measured.shown.number, measured.shown.typical, measured.shown.median) == (3, True, True)
    assert makespan(measured.shown.run) == 2.0


def test_of_an_even_number_the_faster_one_of_the_middle_is_shown() -> None:
    measured = case("thread-pool", 4.0, 1.0, 2.0, 3.0)
    assert measured.median_s == 2.5
    assert measured.typical.makespan_s == 2.0
    assert measured.shown is not None
    assert (measured.shown.typical, measured.shown.median) == (True, False)


def test_a_run_that_breaks_after_another_is_not_held_on_to() -> None:
    found = case("threads", 1.0)
    found.add(even_run(found.plan, found.traits, 1.0, {}, error="ValueError: no"), left=1)
    assert found.reason == "run 2: ValueError: no"
    assert found.broken is None
    assert found.runs_kept == 1


TIMES = st.lists(st.integers(1, 20), min_size=1, max_size=40)


@given(TIMES, st.integers(1, 200_000))
def test_the_runs_that_are_kept_are_few_and_the_typical_one_is_among_them(
    took: list[int], tasks: int
) -> None:
    room = kept.most(tasks)
    assert 2 <= room <= 8
    held: list[int] = []
    for number in range(1, len(took) + 1):
        left = len(took) - number
        held = kept.worth(took[:number], [*held, number - 1], left, room)
        assert 1 <= len(held) <= min(room, left + 1)
    assert len(held) == 1
    if len(took) <= 2 * room - 1:
        ordered = sorted(took)
        assert took[held[0]] == ordered[(len(took) - 1) // 2]


@given(TIMES, st.integers(0, 40))
def test_the_typical_run_is_there_whenever_somebody_stops(took: list[int], stop: int) -> None:
    held: list[int] = []
    for number in range(1, len(took) + 1):
        held = kept.worth(took[:number], [*held, number - 1], len(took) - number, room=len(took))
        assert kept.ranked(took[:number])[kept.middle(number)] in held


SMALL = Plan(tasks=1, workers=1)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=25))
def test_what_is_shown_is_a_run_that_took_what_is_said_of_it(took: list[int]) -> None:
    found = Case(SMALL, KINDS["thread-pool"])
    for number, makespan_s in enumerate(took, start=1):
        found.add(even_run(SMALL, found.traits, makespan_s, {}), left=len(took) - number)
        assert found.runs_kept <= kept.MOST_RUNS
        shown = found.shown
        assert shown is not None
        assert shown.trial is found.trials[shown.number - 1]
        assert makespan(shown.run) == shown.trial.makespan_s == took[shown.number - 1]
        assert shown.typical == (shown.trial is found.typical)
        assert shown.typical or len(took) > 2 * kept.MOST_RUNS - 1
    assert found.runs_kept == 1
    assert found.typical.makespan_s == sorted(took)[(len(took) - 1) // 2]


def test_a_run_in_place_of_the_typical_one_says_which_it_is() -> None:
    found = without_its_typical_run("thread-pool")
    shown = found.shown
    assert shown is not None
    assert shown.trial is not None
    assert not shown.typical
    assert shown.trial is not found.typical
    assert makespan(shown.run) == found.runs_s[shown.number - 1]


def test_tasks_that_fail_did_their_work() -> None:
    measured = case("threads", 1.0, failed=3)
    assert measured.reason is None
    assert measured.runs_s == [1.0]


def test_a_run_whose_strategy_raised_says_nothing_and_keeps_its_reason() -> None:
    broken = case("process-pool", 1.0, error="BrokenProcessPool: \x1b[31mdied")
    assert broken.runs_s == []
    assert broken.reason == "run 1: BrokenProcessPool: ␛[31mdied"
    assert broken.broken is not None
    assert broken.shown is not None
    assert broken.shown.run is broken.broken
    assert broken.shown.trial is None


def test_a_run_that_was_stopped_says_nothing() -> None:
    stopped = Run(Plan(tasks=1))
    stopped.apply([events.RunStarted(at(0)), events.StopRequested(at(5))])
    stopped.apply([events.RunnerExited(at(6), -9)])
    assert failure(stopped) == "the run stopped before its end"
    assert trial(stopped) is None


def test_lost_tasks_are_a_reason() -> None:
    lost = finished(100, task(1, "w", 0, 50))
    assert failure(lost) == "1 of 2 tasks did not come to their end"


def test_overhead_is_start_up_and_gaps_but_no_idling_at_the_end() -> None:
    told: list[events.AnyEvent] = [
        events.WorkerStarting(at(10), "a"),
        events.WorkerStarted(at(30), "a", 1, 1),
        *task(0, "a", 40, 60),
        *task(1, "a", 65, 80),
        *task(2, "b", 5, 20),
    ]
    # a: 30 ms until its first task and a gap of 5; b: 5 ms since the start of the run.
    assert overhead_per_task_s(finished(1000, told)) == pytest.approx(0.040 / 3)


def test_waiting_for_a_core_with_cores_to_spare_says_that_the_machine_was_busy() -> None:
    crowded = case("sequential", 1.0, 1.0, states={"running": 0.8, "core_wait": 0.2})
    assert crowded.remarks() == [
        "the machine was busy: in 2 of 2 runs up to 20 % of task time was spent waiting for a "
        "core, with fewer workers than cores"
    ]
    many = case("processes", 1.0, states={"running": 0.5, "core_wait": 0.5})
    assert many.remarks() == [], "eight workers on two cores have to wait"


def test_an_outlier_is_reported() -> None:
    assert case("threads", 1.0, 1.1, 2.2).remarks() == ["run 3 took 2.0 times the median"]
    assert case("threads", 1.0, 1.1, 1.4).remarks() == []


def test_states_that_were_not_seen_are_not_called_seen() -> None:
    assert case("threads", 1.0).trials[0].seen
    unseen = case("threads", 1.0, states={"running": 0.0}).trials[0]
    assert unseen.share(State.UNKNOWN) == 1
    assert not unseen.seen


def test_workers_are_what_the_plan_does_at_once() -> None:
    def workers(strategy: str, tasks: int) -> int:
        return Case(Plan(strategy=strategy, workers=4, tasks=tasks), KINDS[strategy]).workers

    assert workers("sequential", 8) == 1
    assert workers("threads", 8) == 8
    assert workers("thread-pool", 8) == 4
    assert workers("thread-pool", 3) == 3


def test_the_peak_of_memory_is_kept() -> None:
    plan = Plan(tasks=1)
    found = even_run(plan, KINDS["thread-pool"], 1.0, {"running": 1.0}, memory=5_000_000)
    assert found.peak_memory == 5_000_000
    found.apply([events.MemorySampled(at(0), 4_000_000)])
    assert found.peak_memory == 5_000_000


def test_rounds_are_counted_by_those_that_go_on() -> None:
    assert rounds([case("sequential"), case("threads")]) == 0
    assert rounds([case("sequential", 2.0), case("threads")]) == 0
    assert rounds([case("sequential", 2.0), case("threads", 1.0)]) == 1
    assert rounds([case("sequential", 2.0, 2.0), case("threads", 1.0)]) == 1
    assert rounds([exact("sequential", 2.0), case("threads", 1.0, 1.1)]) == 2
    assert rounds([exact("sequential", 2.0), exact("threads", 1.0)]) == 1
    broken = case("asyncio", 1.0, error="ValueError: no")
    assert rounds([case("sequential", 2.0), broken, case("threads", 1.0)]) == 1


@given(st.floats(0.5, 2.0))
def test_a_run_is_exact_when_it_took_as_long_as_its_waits(share: float) -> None:
    found = exact("sequential", 8 * 0.25 * share)
    assert found.took_its_waits == (abs(share - 1) <= EXACT)
    found.load = Load(cores=0.0)
    assert not found.took_its_waits, "it is not known to wait"
