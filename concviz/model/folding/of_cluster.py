"""What is told of a cluster: where tasks wait, how their data moves, and what memory holds."""

from __future__ import annotations

from concviz.model.folding.of_tasks import task_of
from concviz.model.known import Known
from concviz.trace import events


def process_memory(run: Known, event: events.ProcessMemory) -> None:
    run.see(event.t_ns)


def arrived(run: Known, event: events.TaskArrived) -> None:
    task_of(run, event.task, event.t_ns)


def fetched(run: Known, event: events.TaskFetched) -> None:
    task_of(run, event.task, event.t_ns)


def stolen(run: Known, event: events.TaskStolen) -> None:
    task_of(run, event.task, event.t_ns)


def lost(run: Known, event: events.TaskLost) -> None:
    task_of(run, event.task, event.t_ns)


def others_tasks(run: Known, event: events.OthersTasks) -> None:
    run.see(event.t_ns)
