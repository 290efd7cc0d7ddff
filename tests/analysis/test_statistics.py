"""The figures of small runs that can be worked out by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from concviz.analysis.statistics import NS, Speedup, makespan, summarise
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import State

S = NS
ZERO = 100 * S


def at(seconds: float) -> int:
    return ZERO + round(seconds * NS)


def two_workers() -> list[events.AnyEvent]:
    """Four tasks of 1 s on two workers that start within 0.25 and 0.75 s, in 3 s."""
    told: list[events.AnyEvent] = [events.RunStarted(at(0))]
    told += [events.TaskSubmitted(at(0), task) for task in range(4)]
    told += [events.WorkerStarting(at(0), "a"), events.WorkerStarting(at(0), "b")]
    told += [events.WorkerStarted(at(0.25), "a", 1, 1), events.WorkerStarted(at(0.75), "b", 1, 2)]
    for task, worker, start in ((0, "a", 0.5), (1, "b", 1.0), (2, "a", 1.5), (3, "b", 2.0)):
        told.append(events.TaskStarted(at(start), task, worker))
        told.append(events.TaskFinished(at(start + 1), task, S // 10, None))
        told.append(events.TaskCollected(at(start + 1), task))
    return told


def ended(told: list[events.AnyEvent], tasks: int = 4) -> Run:
    run = Run(Plan(tasks=tasks))
    run.apply(told)
    run.apply([events.RunFinished(at(3), None), events.RunnerExited(at(3.5), 0)])
    return run


def test_figures_of_a_run_that_finished() -> None:
    summary = summarise(ended(two_workers()))
    assert summary.makespan_s == 3
    assert summary.task_time_s == 4
    assert summary.cpu_s == pytest.approx(0.4)
    assert summary.speedup == Speedup(4 / 3, measured=False)
    assert summary.worker_utilisation == pytest.approx(4 / 6)
    assert summary.queue_wait_mean_s == pytest.approx((0.5 + 1 + 1.5 + 2) / 4)
    assert summary.queue_wait_max_s == 2
    assert summary.startup_mean_s == 0.5
    assert summary.startup_total_s == 1


def test_speedup_is_measured_against_a_sequential_run() -> None:
    summary = summarise(ended(two_workers()), sequential_s=4.5)
    assert summary.speedup == Speedup(1.5, measured=True)


@pytest.mark.parametrize(
    "state",
    [State.GIL_WAIT, State.CORE_WAIT, State.LOCK, State.LOOP_WAIT, State.THREAD_WAIT],
    ids=lambda state: state.name,
)
@pytest.mark.parametrize(("share", "known"), [(0.04, True), (0.6, False)])
def test_of_tasks_that_compete_no_bound_is_given(state: State, share: float, known: bool) -> None:
    """Nor is anything taken off: alone, a task would wait longer for what went on meanwhile."""
    waits = [0] * len(State)
    waits[state], waits[State.IO] = round(share * S), round((1 - share) * S)
    seen = [
        events.Sampled(at(start + 1), worker, at(start), sparse(waits), State.IO)
        for worker, start in (("a", 0.5), ("b", 1.0), ("a", 1.5), ("b", 2.0))
    ]
    speedup = summarise(ended([*two_workers(), *seen])).speedup
    assert speedup == (Speedup(4 / 3, measured=False) if known else None)


def test_of_tiny_tasks_no_bound_is_given() -> None:
    """A loop over them takes longer than they do, by what it does besides."""
    tiny = [replace(event, t_ns=ZERO + (event.t_ns - ZERO) // 2000) for event in two_workers()]
    assert summarise(ended(tiny)).speedup is None


def test_times_of_tasks_that_wait_for_one_another_prove_nothing() -> None:
    run = ended(two_workers())
    assert summarise(run).speedup is not None
    run.interdependent = True
    assert summarise(run).speedup is None
    measured = summarise(run, sequential_s=4.5).speedup
    assert measured == Speedup(1.5, measured=True)


def test_tasks_that_failed_did_their_work() -> None:
    told = two_workers()
    at_fault = next(e for e in told if isinstance(e, events.TaskFinished) and e.task == 3)
    told[told.index(at_fault)] = events.TaskFailed(at_fault.t_ns, 3, None, "E", "T")
    summary = summarise(ended(told), sequential_s=4.5)
    assert summary.speedup == Speedup(1.5, measured=True)
    assert summary.task_time_s == 4
    assert summary.cpu_s == pytest.approx(0.3)


def stopped() -> Run:
    """Stopped at 2 s: two tasks are done, one was under way, one waited."""
    run = Run(Plan(tasks=4))
    run.apply(event for event in two_workers() if event.t_ns < at(2))
    run.apply([events.StopRequested(at(2)), events.RunnerExited(at(2), -9)])
    return run


def lost() -> Run:
    """A worker died under its task, and the strategy came to its end all the same."""
    told = [e for e in two_workers() if not isinstance(e, events.TaskFinished) or e.task != 3]
    return ended([*told, events.WorkerDied(at(2.5), "b", -11)])


@pytest.mark.parametrize("run", [stopped(), lost()], ids=["stopped", "lost"])
def test_less_work_is_no_speedup(run: Run) -> None:
    """Against a sequential run only the same work counts."""
    speedup = summarise(run, sequential_s=400.0).speedup
    assert speedup is None or not speedup.measured


def test_figures_of_a_stopped_run() -> None:
    summary = summarise(stopped())
    assert summary.makespan_s == 2
    assert summary.task_time_s == pytest.approx(1 + 1 + 0.5)


def test_nothing_is_known_of_a_run_that_never_started() -> None:
    run = Run(Plan(tasks=2))
    run.apply([events.RunnerExited(at(1), 1)])
    summary = summarise(run)
    assert summary.makespan_s is None
    assert summary.speedup is None
    assert summary.worker_utilisation is None
    assert summary.cpu_s is None
    assert summary.queue_wait_mean_s is None
    assert summary.queue_wait_max_s is None
    assert summary.startup_mean_s is None
    assert summary.startup_total_s is None
    assert summary.task_time_s == 0


def test_cpu_is_unknown_where_no_task_could_tell() -> None:
    told = [
        events.TaskFinished(e.t_ns, e.task, None, None) if isinstance(e, events.TaskFinished) else e
        for e in two_workers()
    ]
    assert summarise(ended(told)).cpu_s is None


def test_makespan_while_it_runs() -> None:
    run = Run(Plan(tasks=4))
    assert makespan(run, at(9)) is None
    run.apply([events.RunStarted(at(0)), events.TaskSubmitted(at(0.5), 0)])
    assert makespan(run, at(2)) == 2
    assert makespan(run) == 0.5
    assert makespan(run, at(-1)) == 0
    run.apply([events.RunFinished(at(3), None)])
    assert makespan(run, at(9)) == 3


def test_run_without_any_length_has_no_ratios() -> None:
    run = Run(Plan(tasks=1))
    run.apply([events.RunStarted(at(0)), events.TaskStarted(at(0), 0, "w")])
    run.apply([events.TaskFinished(at(0), 0, 0, None), events.RunFinished(at(0), None)])
    run.apply([events.RunnerExited(at(0), 0)])
    summary = summarise(run, sequential_s=1.0)
    assert summary.makespan_s == 0
    assert summary.speedup is None
    assert summary.worker_utilisation is None
