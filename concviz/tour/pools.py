"""What is to be noticed of a pool, of threads or of processes."""

from __future__ import annotations

from concviz.analysis.statistics import NS
from concviz.analysis.wording import capital, count, duration
from concviz.model.run import Run
from concviz.tour.how_long import ALONE
from concviz.tour.measured import (
    order_of_ends,
    order_of_results,
    results,
    some,
    start_of,
    took,
    whole,
)
from concviz.tour.scene import Remark, Runs, Spot


def _rounds(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) < 2:
        return None
    shares = [len(worker.lane) for worker in run.workers]
    who = count(len(run.workers), run.kind.value, run.kind.plural)
    said = f"It took {duration(took(run))}: {count(len(run.tasks), 'task')} on {who}"
    if len(shares) == 1:
        return f"{said}, one after the other."
    if max(shares) == 1:
        return f"{said}, one each."
    least, most = min(shares), max(shares)
    each = f"{most:,}" if least == most else f"{least:,} to {most:,}"
    return f"{said}, {each} each, one after the other."


def _again(run: Run) -> int | None:
    """The first task that was begun by a worker that had done another one."""
    later = [worker.lane.tasks[1] for worker in run.workers if len(worker.lane) > 1]
    return min(later, key=lambda task: run.tasks.started[task], default=None)


def _taken(runs: Runs) -> str | None:
    run = whole(runs)
    task = _again(run) if run is not None else None
    if run is None or task is None or len(run.workers) < 2:
        return None
    worker = run.workers[run.tasks.worker[task]]
    before = worker.lane.tasks[0]
    gap = run.tasks.started[task] - run.tasks.finished[before]
    if gap < 0:
        return None
    who, soon = capital(run.label(worker)), duration(gap / NS)
    return (
        f"{who} was free first, and {soon} after the end of task {before} it took task {task}: the "
        f"same {run.kind.value}, so the same row."
    )


def _taken_at(runs: Runs) -> Spot | None:
    run = whole(runs)
    task = _again(run) if run is not None else None
    return start_of(runs, task) if task is not None else None


def _in_order(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) < 2 or order_of_results(run) != list(range(len(run.tasks))):
        return None
    ends, given = order_of_ends(run), results(run)
    first_last = f"{given[0]} … {given[-1]}"
    if ends == sorted(ends):
        return f"The results came in the order of the tasks: {first_last}."
    said = some([str(task) for task in ends])
    return (
        f"The tasks ended in the order {said}; yet the results came in the order of the tasks: "
        f"{first_last}. map() sees to that."
    )


def _too_many(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or run.plan is None or len(run.workers) >= run.plan.workers:
        return None
    some_ = count(len(run.workers), run.kind.value, run.kind.plural)
    return f"Of {run.plan.workers:,} that it may have the pool started {some_}: it needed no more."


def _idle(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.workers) < 2:
        return None
    most = max(len(worker.lane) for worker in run.workers)
    idle = sum(len(worker.lane) < most for worker in run.workers)
    if most < 2 or not idle:
        return None
    return f"At the end {count(idle, run.kind.value, run.kind.plural)} had nothing left to do."


def _idle_at(runs: Runs) -> Spot | None:
    run = whole(runs)
    if run is None:
        return None
    first = min(run.workers, key=lambda worker: worker.lane.ends[-1] if len(worker.lane) else 0)
    return Spot(first.index, first.lane.ends[-1]) if len(first.lane) else None


REMARKS = (
    ALONE,
    Remark(_rounds),
    Remark(_taken, _taken_at),
    Remark(_in_order),
    Remark(_idle, _idle_at),
    Remark(_too_many),
)
