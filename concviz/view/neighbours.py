"""Where a cursor goes from task to task on a timeline whose rows are workers."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN


def first_of(run: Run, row: int) -> int:
    """The first task of that worker or the next one that has any. Some task must have started."""
    lanes = [worker.lane for worker in run.workers[row:] if len(worker.lane)]
    return lanes[0].tasks[0] if lanes else run.tasks.worker.index(max(run.tasks.worker))


def beside(run: Run, task: int, step: int) -> int:
    """The task so many places further in the same worker's row, or the last one on the way."""
    worker = run.tasks.worker[task]
    if worker == UNKNOWN:  # it never started, as the last ones of a run that was stopped
        return min(max(0, task + step), len(run.tasks) - 1)
    lane = run.workers[worker].lane
    at = lane.find(task, run.tasks.started[task]) + step
    return lane.tasks[min(max(0, at), len(lane) - 1)]


def across(run: Run, task: int, step: int) -> int:
    """The task at about the same time in the next row up (-1) or down (1) that has any."""
    row = max(0, run.tasks.worker[task]) + step
    while 0 <= row < len(run.workers):
        lane = run.workers[row].lane
        if len(lane):
            return lane.tasks[lane.nearest(run.tasks.started[task])]
        row += step
    return task
