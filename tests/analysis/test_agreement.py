"""What is drawn of a thread's states and what is summed up agree, whenever a run ends, and how."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.time_breakdown import Spending, of_task
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.segments import worker_row
from concviz.view.signs import Shown
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport
from tests.builders import ENVIRONMENT, MS, ZERO, at, sampled

CELLS = 1200
"""A millisecond each."""
SAMPLE = 30
"""The longest of the samples, in milliseconds; most are shorter."""
Told = list[events.AnyEvent]
SEEN = (State.RUNNING, State.GIL_WAIT, State.LOCK, State.IO, State.SLEEP)


def sample(since: float, until: float, state: State) -> events.AnyEvent:
    return sampled("w", since, until, **{state.name.lower(): until - since})


@st.composite
def lives(draw: st.DrawFn) -> tuple[Run, int]:
    """A worker that does tasks, seen again and again, in a run that is cut off at some moment.

    Its thread may be looked at for a moment longer than the run is said to have lasted: a run is
    over when its runner is, and what is left of it is ended then. And how far it is shown.
    """
    told: Told = [events.WorkerStarted(at(0), "w", 1, 1)]
    t, task = 0, 0
    while t < 300:
        begin = t + draw(st.integers(0, 40))
        t = begin + draw(st.integers(1, 120))
        told.append(events.TaskStarted(at(begin), task, "w"))
        told.append(events.TaskFinished(at(t), task, None, None))
        task += 1
    cut = draw(st.integers(1, t))
    ending = draw(st.sampled_from(["none", "stop", "kill", "worker"]))
    seen: Told = []
    since, state = 0, draw(st.sampled_from(SEEN))
    last = cut + draw(st.integers(-60, 40))
    while since < last:
        until = since + draw(st.integers(10, SAMPLE))
        if draw(st.integers(0, 9)) == 0:
            since = until  # nobody looked
            continue
        state = draw(st.sampled_from([*[state] * 8, *SEEN]))
        seen.append(sample(since, until, state))
        since = until
    run = Run(Plan(tasks=task))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.PROCESS)])
    kept = [event for event in told if event.t_ns <= at(cut)]
    run.apply([events.RunStarted(ZERO), *kept, *seen])
    if ending == "worker":
        run.apply([events.WorkerDied(at(cut), "w", -9)])
    if ending != "none":
        stop: Told = [events.StopRequested(at(cut))] if ending == "stop" else []
        run.apply([*stop, events.RunnerExited(at(cut), -9)])
    return run, at(cut)


def drawn(run: Run, now: int) -> Counter[Shown]:
    """How many cells, of a millisecond each, are of which kind."""
    (worker,) = run.workers
    view = Viewport(CELLS, MS)
    row = by_state(run, worker, worker_row(run, worker, view, now), view)
    cells: Counter[Shown] = Counter()
    for begin, end, kind, _ in row:
        cells[kind] += end - begin
    return cells


def told(run: Run) -> str:
    """For whoever has to find out what went wrong."""
    (worker,) = run.workers
    lane, states = worker.lane, worker.states
    spans = [
        ((a - ZERO) / MS, (b - ZERO) / MS) for a, b in zip(lane.starts, lane.ends, strict=True)
    ]
    points = [
        ((f - ZERO) / MS, (t - ZERO) / MS, State(s).name)
        for f, t, s in zip(states.firsts, states.times, states.seen, strict=True)
    ]
    return f"spans {spans}, samples {points}, end {(run.finished - ZERO) / MS}"


@given(lives())
def test_what_is_drawn_is_in_the_sums_and_as_long(life: tuple[Run, int]) -> None:
    run, now = life
    spent = Spending(run).of_run(now)
    cells = drawn(run, now)
    if not len(run.workers[0].states):
        return
    for state in State:
        if cells[state]:
            assert spent[state] or state is State.UNKNOWN, f"{cells} {told(run)}"
        if state is not State.UNKNOWN:
            # (a cell at each edge of a bar, and one that says that the task did not end well)
            edges = 2 * len(run.workers[0].lane)
            assert abs(cells[state] - spent[state] / MS) <= edges + SAMPLE, (
                f"{state.name} {told(run)}"
            )
    known = sum(cells[state] for state in State if state is not State.UNKNOWN)
    summed = sum(spent[state] for state in State if state is not State.UNKNOWN) / MS
    assert abs(known - summed) <= 2 * len(run.workers[0].lane) + SAMPLE


@pytest.mark.parametrize("more", [-15, 0, 15, 200])
def test_a_sleep_that_is_cut_off_was_a_sleep(more: int) -> None:
    """Whether the last look came before the end or after it: what was seen until then counts."""
    run = Run(Plan(tasks=1))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.PROCESS)])
    begun: Told = [events.WorkerStarted(at(0), "w", 1, 1), events.TaskStarted(at(2), 0, "w")]
    times = [0, *range(20, 1000 + more, 20), 1000 + more]
    looks: Told = [sampled("w", 0, 20, running=4, sleep=16)]
    looks += [sample(a, b, State.SLEEP) for a, b in pairwise(times[1:])]
    run.apply([events.RunStarted(ZERO), *begun, *looks])
    run.apply([events.StopRequested(at(999)), events.RunnerExited(at(1000), -9)])
    spent = of_task(run, 0)
    assert spent is not None
    assert spent[State.UNKNOWN] <= 20 * MS
    assert spent[State.SLEEP] >= 0.95 * sum(spent)
    assert drawn(run, at(1000))[State.SLEEP] >= 950


def test_a_run_that_is_shown_as_it_was_shows_what_had_been_seen_by_then() -> None:
    """Reading lags: samples, which the lab takes itself, are ahead of the moment that is shown."""
    run = Run(Plan(tasks=1))
    run.apply([Header(plan=run.plan, environment=ENVIRONMENT, worker_kind=WorkerKind.PROCESS)])
    run.apply([events.RunStarted(ZERO), events.WorkerStarted(at(0), "w", 1, 1)])
    run.apply([events.TaskStarted(at(2), 0, "w"), sampled("w", 0, 20, running=4, sleep=16)])
    run.apply([sample(a, a + 20, State.SLEEP) for a in range(20, 2000, 20)])
    spent = of_task(run, 0, at(1000))
    assert spent is not None
    assert spent[State.UNKNOWN] == 0
    assert run.tasks.finished[0] == UNKNOWN
