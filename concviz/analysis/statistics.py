"""The figures of a run. Seconds; None where a figure cannot be known."""

from __future__ import annotations

from dataclasses import dataclass

from concviz.analysis.thresholds import NEGLIGIBLE
from concviz.analysis.time_breakdown import Spending
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.states import COMPETING, Spent, State

NS = 1_000_000_000
TINY_NS = 1_000_000
"""A shorter task lasts no longer than what a loop adds to each, which nobody has measured."""


@dataclass(frozen=True)
class Speedup:
    """How much faster than one task after the other."""

    factor: float
    measured: bool
    """Against a sequential run of the same work. Else it is a bound, as ``bound`` derives it."""


@dataclass(frozen=True)
class Summary:
    """What a run amounts to."""

    makespan_s: float | None
    """From the start of the strategy's code to its end (or the run's); None before the start."""
    task_time_s: float
    """Sum of the wall times of all tasks that ended."""
    cpu_s: float | None
    """Sum of the tasks' CPU times; None where they cannot be told."""
    others_cpu_s: float | None
    """The same, at least, of the threads and processes that tasks started; None without any."""
    speedup: Speedup | None
    worker_utilisation: float | None
    """Busy worker time ÷ workers × makespan."""
    queue_wait_mean_s: float | None
    queue_wait_max_s: float | None
    """From submission to start."""
    startup_mean_s: float | None
    startup_total_s: float | None
    """From ``start()`` on a worker to its first line of Python."""
    machine_utilisation: float | None
    """Share of the machine's usable cores that was used during the run, by whatever ran."""


def makespan(run: Run, now: int | None = None) -> float | None:
    """Seconds from the run's start to its end, or to ``now`` while it is under way."""
    if run.started == UNKNOWN:
        return None
    end = run.finished if run.finished != UNKNOWN else (now if now is not None else run.latest)
    return max(0, end - run.started) / NS


def _did_all(run: Run) -> bool:
    """Whether every task was done: a run that was cut short did less work than another."""
    return run.count(Outcome.FINISHED) + run.count(Outcome.FAILED) == run.different_tasks


def bound(run: Run, total_s: float, occupied_ns: int, spent: Spent) -> Speedup | None:
    """The most that the speedup of a run can be, from that run alone; None where there is no bound.

    Company makes no task faster: alone, each would last at most as long as it did here. A
    sequential run is these tasks, one after the other. So it takes at most the sum of their wall
    times, and speedup = sequential makespan ÷ makespan ≤ sum of wall times ÷ makespan. What a
    task does within another counts once: that is ``occupied_ns``, the workers' busy times.

    Nothing is taken off for what they waited for one another: meanwhile what they wait for
    otherwise goes on, and alone they would have to wait for that longer. So where they compete, or
    have others do the work, the bound says nothing, and none is given; nor for tasks that wait for
    one another by design or are tiny.
    """
    if run.interdependent or not run.busy or run.busy < TINY_NS * len(run.tasks):
        return None
    if sum(spent[state] for state in (*COMPETING, State.THREAD_WAIT)) > NEGLIGIBLE * sum(spent):
        return None
    return Speedup(occupied_ns / NS / total_s, measured=False)


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
    worker_time_s = len(run.workers) * total if total else 0.0
    waits, waited, longest = run.waits
    occupied = sum(worker.lane.sums[-1] for worker in run.workers)
    startups = [
        worker.started - worker.starting
        for worker in run.workers
        if worker.starting != UNKNOWN and worker.started != UNKNOWN
    ]
    speedup = None
    if total and _did_all(run):
        if sequential_s is not None:
            speedup = Speedup(sequential_s / total, measured=True)
        else:
            speedup = bound(run, total, occupied, spent or Spending(run).of_run())
    return Summary(
        makespan_s=total,
        task_time_s=run.busy / NS,
        cpu_s=run.cpu / NS if run.cpu_known else None,
        others_cpu_s=sum(o.cpu for o in run.others.values()) / NS if run.others else None,
        speedup=speedup,
        worker_utilisation=occupied / NS / worker_time_s if worker_time_s else None,
        queue_wait_mean_s=waited / waits / NS if waits else None,
        queue_wait_max_s=longest / NS if waits else None,
        startup_mean_s=sum(startups) / len(startups) / NS if startups else None,
        startup_total_s=sum(startups) / NS if startups else None,
        machine_utilisation=run.machine.utilisation,
    )
