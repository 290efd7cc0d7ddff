"""From event to event, in any history, forth and back."""

from __future__ import annotations

from hypothesis import given

from concviz.model.run import Run
from concviz.trace import events
from concviz.view.steps import next_event, previous_event
from tests.builders import History, histories, pool

TOLD = (
    *(events.TaskSubmitted, events.TaskStarted, events.TaskFinished, events.TaskFailed),
    *(events.TaskCollected, events.WorkerStarting, events.WorkerStarted, events.WorkerStopped),
)


def forth(run: Run) -> list[int]:
    found = []
    at: int | None = -1
    while at is not None and (at := next_event(run, at)) is not None:
        found.append(at)
    return found


def back(run: Run, end: int) -> list[int]:
    found = []
    at: int | None = end
    while at is not None and (at := previous_event(run, at)) is not None:
        found.append(at)
    return found


def test_of_the_pool() -> None:
    run = pool()
    ms = [(t - run.started) / 1e6 for t in forth(run)]
    assert ms == sorted(set(ms))
    assert {0, 100, 200} <= set(ms)


@given(histories())
def test_all_times_of_a_history_are_visited_in_order_both_ways(history: History) -> None:
    run = history.run
    times = forth(run)
    assert times == sorted(set(times))
    assert back(run, times[-1] + 1) == times[::-1]
    told = {event.t_ns for event in history.told if isinstance(event, TOLD)}
    assert told <= set(times)
    for t in times:
        assert forth(run.as_of(t)) == times, "of the whole run, wherever one is"
