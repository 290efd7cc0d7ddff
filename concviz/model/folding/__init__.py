"""From events to what is known of a run: for each kind of event a function. None of them raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from concviz.model.folding import of_cluster, of_run, of_samples, of_tasks, of_workers
from concviz.model.known import Known
from concviz.trace import events
from concviz.trace.header import Header

__all__ = ["AFTER_THE_END", "FOLDS", "Fold"]

Fold = Callable[[Known, Any], None]

FOLDS: dict[type, Fold] = {
    Header: of_run.header,
    bytes: of_run.unreadable,
    events.Preparing: of_run.preparing,
    events.Calibrated: of_run.calibrated,
    events.RunStarted: of_run.run_started,
    events.RunFinished: of_run.run_finished,
    events.Host: of_workers.host,
    events.HostObserved: of_workers.host_observed,
    events.Process: of_workers.process,
    events.Thread: of_workers.thread,
    events.ProcessExiting: of_workers.process_exiting,
    events.ProcessEnded: of_workers.process_ended,
    events.ProcessMemory: of_cluster.process_memory,
    events.Group: of_workers.group,
    events.WorkerTold: of_workers.worker_told,
    events.WorkerStarting: of_workers.worker_starting,
    events.WorkerStarted: of_workers.worker_started,
    events.WorkerArguments: of_workers.worker_arguments,
    events.WorkerStopped: of_workers.worker_stopped,
    events.WorkerDied: of_workers.worker_died,
    events.TaskTold: of_tasks.task_told,
    events.TaskSubmitted: of_tasks.submitted,
    events.TaskArrived: of_cluster.arrived,
    events.TaskFetched: of_cluster.fetched,
    events.TaskStolen: of_cluster.stolen,
    events.TaskLost: of_tasks.lost,
    events.TaskStarted: of_tasks.started,
    events.TaskFinished: of_tasks.finished,
    events.TaskFailed: of_tasks.failed,
    events.TaskCancelled: of_tasks.cancelled,
    events.TaskReturned: of_tasks.returned,
    events.TaskCollected: of_tasks.collected,
    events.ResultsKnown: of_tasks.results_known,
    events.Sampled: of_samples.sampled,
    events.LockSeen: of_samples.lock_seen,
    events.FunctionSeen: of_samples.function_seen,
    events.OthersSampled: of_samples.others_sampled,
    events.Awaited: of_samples.awaited,
    events.LoopBlocked: of_samples.loop_blocked,
    events.MachineSampled: of_samples.machine_sampled,
    events.MemorySampled: of_samples.memory_sampled,
    events.Marked: of_tasks.marked,
    events.Output: of_tasks.output,
    events.LeftOut: of_tasks.left_out,
    events.Unread: of_run.unread,
    events.NotTold: of_run.not_told,
    events.NotSeen: of_run.not_seen,
    events.OthersTasks: of_cluster.others_tasks,
    events.StopRequested: of_run.stop_requested,
    events.RunnerExited: of_run.runner_exited,
    events.CutOff: of_run.cut_off,
}


def _late(run: Known, event: events.Event) -> None:
    run.count_unknown(event.t_ns)


_NOT_AFTER_THE_END: tuple[type, ...] = (
    events.RunStarted,
    events.RunFinished,
    events.WorkerTold,
    events.WorkerStarting,
    events.WorkerStarted,
    events.WorkerArguments,
    events.WorkerStopped,
    events.WorkerDied,
    events.TaskTold,
    events.TaskSubmitted,
    events.TaskArrived,
    events.TaskFetched,
    events.TaskStolen,
    events.TaskLost,
    events.TaskStarted,
    events.TaskFinished,
    events.TaskFailed,
    events.TaskCancelled,
    events.TaskReturned,
    events.TaskCollected,
)
AFTER_THE_END: dict[type, Fold] = FOLDS | dict.fromkeys(_NOT_AFTER_THE_END, _late)
"""The same of a run that has ended: what happened in it has no place any more."""
