"""The figures of a run. Seconds; None where a figure cannot be known."""

from __future__ import annotations

from dataclasses import dataclass

from concviz.model.run import Run
from concviz.model.spending import Spending
from concviz.model.states import Spent, State
from concviz.model.tasks import UNKNOWN, Outcome

NS = 1_000_000_000
COMPETING = (State.CORE_WAIT, State.GIL_WAIT, State.LOCK, State.LOOP_WAIT)
"""What a task would not have to wait for if it were alone."""


@dataclass(frozen=True)
class Speedup:
    """How much faster than one task after the other."""

    factor: float
    measured: bool
    """Against a sequential run of the same work; else against the sum of the task times, less what
    was seen of waits for cores, the GIL and locks: an estimate, because tasks that compete last
    longer than they would alone."""


@dataclass(frozen=True)
class Summary:
    """What a run amounts to."""

    makespan_s: float | None
    """From the start of the strategy's code to its end (or the run's); None before the start."""
    task_time_s: float
    """Sum of the wall times of all tasks that ended."""
    cpu_s: float | None
    """Sum of the tasks' CPU times; None where they cannot be told."""
    speedup: Speedup | None
    utilisation: float | None
    """Busy worker time ÷ workers × makespan."""
    queue_wait_mean_s: float | None
    queue_wait_max_s: float | None
    """From submission to start."""
    startup_mean_s: float | None
    startup_total_s: float | None
    """From ``start()`` on a worker to its first line of Python."""
    cpu_utilisation: float | None
    """Share of the machine's usable cores that was used during the run, by whatever ran."""


def makespan(run: Run, now: int | None = None) -> float | None:
    """Seconds from the run's start to its end, or to ``now`` while it is under way."""
    if run.started == UNKNOWN:
        return None
    end = run.finished if run.finished != UNKNOWN else (now if now is not None else run.latest)
    return max(0, end - run.started) / NS


def _did_all(run: Run) -> bool:
    """Whether every task was done: a run that was cut short did less work than another."""
    return run.count(Outcome.FINISHED) + run.count(Outcome.FAILED) == len(run.tasks)


def _competition(spent: Spent) -> int:
    """Time that tasks waited for one another, as far as it was seen, in nanoseconds."""
    return sum(spent[state] for state in COMPETING)


def summarise(
    run: Run,
    sequential_s: float | None = None,
    spent: Spent | None = None,
) -> Summary:
    """The figures of a run that has ended.

    ``sequential_s`` is the makespan of a sequential run of the same work, if there is one;
    ``spent`` is how the time of all tasks was spent, if the caller has worked it out.
    """
    total = makespan(run)
    waits = [
        started - submitted
        for submitted, started in zip(run.tasks.submitted, run.tasks.started, strict=True)
        if submitted != UNKNOWN and started != UNKNOWN
    ]
    startups = [
        worker.started - worker.starting
        for worker in run.workers
        if worker.starting != UNKNOWN and worker.started != UNKNOWN
    ]
    speedup = None
    if total and _did_all(run):
        if sequential_s is not None:
            speedup = Speedup(sequential_s / total, measured=True)
        elif not run.interdependent and run.busy:
            alone = run.busy - _competition(spent or Spending(run).of_run())
            speedup = Speedup(alone / NS / total, measured=False)
    return Summary(
        makespan_s=total,
        task_time_s=run.busy / NS,
        cpu_s=run.cpu / NS if run.cpu_known else None,
        speedup=speedup,
        utilisation=run.busy / NS / (len(run.workers) * total) if total and run.workers else None,
        queue_wait_mean_s=sum(waits) / len(waits) / NS if waits else None,
        queue_wait_max_s=max(waits) / NS if waits else None,
        startup_mean_s=sum(startups) / len(startups) / NS if startups else None,
        startup_total_s=sum(startups) / NS if startups else None,
        cpu_utilisation=run.machine.utilisation,
    )
