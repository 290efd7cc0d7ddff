"""Where a cursor goes from task to task on a timeline whose rows are workers."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.view.lanes import Lanes


def first_of(lanes: Lanes, row: int) -> int:
    """The first task of that row or the next one that has any. Some task must have started."""
    run = lanes.run
    found = (lanes.worker(below) for below in range(row, lanes.own))
    tasks = [worker.lane.tasks[0] for worker in found if worker is not None and len(worker.lane)]
    return tasks[0] if tasks else run.tasks.worker.index(max(run.tasks.worker))


def beside(run: Run, task: int, step: int) -> int:
    """The task so many places further in the same worker's row, or the last one on the way."""
    worker = run.tasks.worker[task]
    if worker == UNKNOWN:  # it never started, as the last ones of a run that was stopped
        return min(max(0, task + step), len(run.tasks) - 1)
    lane = run.workers[worker].lane
    at = lane.find(task, run.tasks.started[task]) + step
    return lane.tasks[min(max(0, at), len(lane) - 1)]


def across(lanes: Lanes, task: int, step: int) -> int:
    """The task at about the same time in the next row up (-1) or down (1) that has any."""
    row = (lanes.row_of(task) or 0) + step
    while 0 <= row < lanes.own:
        worker = lanes.worker(row)
        if worker is not None and len(worker.lane):
            return worker.lane.tasks[worker.lane.nearest(lanes.run.tasks.started[task])]
        row += step
    return task
