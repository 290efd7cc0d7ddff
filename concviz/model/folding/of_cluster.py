"""What is told of a cluster: where tasks wait, how their data moves, and what memory holds."""

from __future__ import annotations

from concviz.model.folding.of_tasks import task_of, wait_ended
from concviz.model.known import Known
from concviz.model.tasks import UNKNOWN
from concviz.trace import events


def process_memory(run: Known, event: events.ProcessMemory) -> None:
    run.cluster.memory_told(event)


def arrived(run: Known, event: events.TaskArrived) -> None:
    if (task := task_of(run, event.task, event.t_ns)) is None:
        return
    before = run.cluster.arrived_at(task)
    if not run.cluster.arrived(event):
        run.count_duplicate(event.t_ns)
    elif before is None or event.t_ns < before:
        run.cluster.waits(event.t_ns, before, wait_ended(run, task))


def fetched(run: Known, event: events.TaskFetched) -> None:
    if (task := task_of(run, event.task, event.t_ns)) is None:
        return
    if not run.cluster.fetched(event):
        run.count_duplicate(event.t_ns)
    elif (worker := run.tasks.worker[task]) != UNKNOWN:  # it is drawn before the task, which is
        run.redraw(worker).lane.rewrites += 1


def stolen(run: Known, event: events.TaskStolen) -> None:
    known = task_of(run, event.task, event.t_ns) is not None
    if known and not run.cluster.stolen(event):
        run.count_duplicate(event.t_ns)


def others_tasks(run: Known, event: events.OthersTasks) -> None:
    run.cluster.others_told(event)
