"""What is told of tasks, and what they print."""

from __future__ import annotations

from bisect import insort

from concviz.model.entities import Line, Mark, Worker
from concviz.model.folding.of_workers import worker_of
from concviz.model.groups import GroupTasks
from concviz.model.known import Known
from concviz.model.tasks import FURTHEST, MOST_TASKS, UNKNOWN, Outcome
from concviz.trace import events
from concviz.trace.worker_kind import WorkerKind


def task_of(run: Known, task: int, t_ns: int) -> int | None:
    """Its index; None, and it is counted as not known, where there cannot be such a task."""
    number = len(run.tasks.outcome)
    grows = run.plan is None or run.usual_kind is WorkerKind.CLUSTER  # which runs some again
    if grows and 0 <= task < min(number + FURTHEST, MOST_TASKS):
        if task >= number:
            run.tasks.grow(task + 1 - number)
            run.tally[Outcome.WAITING] += task + 1 - number
        run.log.number.tell(t_ns, task + 1)
    elif not 0 <= task < number:
        run.count_unknown(t_ns)
        return None
    run.changes.tasks.add(task)
    return task


def task_told(run: Known, event: events.TaskTold) -> None:
    if (task := task_of(run, event.task, event.t_ns)) is None:
        return
    if run.tasks.name(event) and event.group is not None:
        group = run.by_group.setdefault(event.group, GroupTasks())
        group.add(task, event.t_ns)
        _catch_up(run, group, task)


def _catch_up(run: Known, group: GroupTasks, task: int) -> None:
    """What was told of a task before it was told to which group it belongs."""
    tasks = run.tasks
    begun, ended = tasks.started[task] != UNKNOWN, tasks.finished[task]
    if tasks.submitted[task] != UNKNOWN:
        group.submitted(tasks.submitted[task])
    if begun:
        group.started(tasks.started[task], _wait(run, task))
    if task in tasks.cancelled:
        group.cancelled(tasks.cancelled[task], begun=begun)
    elif task in tasks.lost and ended in (UNKNOWN, tasks.lost[task].t_ns):
        group.lost(tasks.lost[task].t_ns, begun=begun, ended=False)
    elif ended != UNKNOWN:
        group.ended(ended, begun=begun, failed=False)
        if tasks.outcome[task] == Outcome.FAILED:
            group.failed(tasks.unsendable[task][0] if task in tasks.unsendable else ended)
        if task in tasks.lost:
            group.lost(tasks.lost[task].t_ns, begun=begun, ended=True)


def submitted(run: Known, event: events.TaskSubmitted) -> None:
    t_ns = event.t_ns
    if (task := task_of(run, event.task, t_ns)) is None:
        return
    if run.tasks.submitted[task] != UNKNOWN:
        run.count_duplicate(t_ns)
        return
    if t_ns > run.latest:
        run.latest = t_ns
    run.tasks.submitted[task] = t_ns
    run.log.submits.add(t_ns)
    if (group := run.group_of(task)) is not None:
        group.submitted(t_ns)
    if (started := run.tasks.started[task]) != UNKNOWN:
        _waited(run, t_ns, started)


def _wait(run: Known, task: int) -> int:
    """How long a task that has begun waited, as far as that is known by now."""
    submitted = run.tasks.submitted[task]
    return run.tasks.started[task] - submitted if submitted != UNKNOWN else 0


def _waited(run: Known, submitted: int, started: int) -> None:
    waited = started - submitted
    number, total, most = run.waits
    run.waits = number + 1, total + waited, max(most, waited) if number else waited
    run.log.waits.add(max(submitted, started), waited)


def started(run: Known, event: events.TaskStarted) -> None:
    t_ns = event.t_ns
    if (task := task_of(run, event.task, t_ns)) is None:
        return
    tasks = run.tasks
    if tasks.started[task] != UNKNOWN or (task in tasks.lost and t_ns > tasks.lost[task].t_ns):
        run.count_duplicate(t_ns)
        return
    if t_ns > run.latest:
        run.latest = t_ns
    worker = worker_of(run, event.worker, t_ns)
    tasks.started[task] = t_ns
    tasks.worker[task] = worker.index
    run.log.starts.add(t_ns)
    if (submitted := tasks.submitted[task]) != UNKNOWN:
        _waited(run, submitted, t_ns)
    worker.lane.open(task, t_ns)
    if (group := run.group_of(task)) is not None:
        group.started(t_ns, _wait(run, task))
    ended = tasks.cancelled.get(task, tasks.finished[task])
    if ended == UNKNOWN and task in tasks.lost:
        ended = tasks.lost[task].t_ns
    if ended != UNKNOWN:
        _had_begun(run, worker, task, ended)
    else:
        run.cluster.waits_no_more(task, t_ns)
        _set(run, task, Outcome.RUNNING)


def wait_ended(run: Known, task: int) -> int | None:
    """When it began, or ended without that; None: not as far as is known."""
    tasks = run.tasks
    if tasks.started[task] != UNKNOWN:
        return tasks.started[task]
    ended = tasks.cancelled.get(task, tasks.finished[task])
    if ended == UNKNOWN and task in tasks.lost:
        ended = tasks.lost[task].t_ns
    return None if ended == UNKNOWN else ended


def _waits_no_more(run: Known, task: int, t_ns: int) -> None:
    """It ends, and had not begun."""
    run.log.left.add(t_ns)
    run.cluster.waits_no_more(task, t_ns)


def _waits_after_all(run: Known, task: int, t_ns: int) -> None:
    """It had not ended then, or it had begun: that came late."""
    run.log.left.discard(t_ns)
    run.cluster.waits_after_all(task, t_ns)


def _had_begun(run: Known, worker: Worker, task: int, ended: int) -> None:
    """It was told of its end before."""
    _waits_after_all(run, task, ended)
    run.cluster.waits_no_more(task, run.tasks.started[task])
    if run.tasks.finished[task] == UNKNOWN:  # it was called off, or lost
        never = run.log.dropped if task in run.tasks.cancelled else run.log.lost_waiting
        never.discard(ended)
        run.log.ends.add(ended)
        run.tasks.finished[task] = ended
    if (group := run.group_of(task)) is not None:
        group.had_begun(ended)
    _end_span(run, worker, task, ended)


def finished(run: Known, event: events.TaskFinished) -> None:
    if (task := _ends(run, event.task, event.t_ns, event.cpu_ns)) is not None:
        if task not in run.tasks.lost:
            _set(run, task, Outcome.FINISHED)
        run.tasks.keep_result(task, event.t_ns, event.result)
        run.counts.results = run.tasks.left_out


def failed(run: Known, event: events.TaskFailed) -> None:
    t_ns = event.t_ns
    if (task := task_of(run, event.task, t_ns)) is None:
        return
    tasks = run.tasks
    if task in tasks.lost:
        run.count_duplicate(t_ns)
        return
    if tasks.outcome[task] == Outcome.FINISHED:
        # It returned, but its result did not come back.
        tasks.unsendable[task] = t_ns, tasks.results.pop(task, None)
        if (worker := tasks.worker[task]) != UNKNOWN:
            run.redraw(worker).lane.rewrites += 1
        if (group := run.group_of(task)) is not None:
            group.failed(t_ns)
    elif _ends(run, task, t_ns, event.cpu_ns, failed=True) is None:
        return
    run.log.failures.add(t_ns)
    _set(run, task, Outcome.FAILED)
    tasks.keep_failure(task, t_ns, event.error, event.traceback)
    run.counts.results = tasks.left_out


def cancelled(run: Known, event: events.TaskCancelled) -> None:
    """It ends there, if it had begun."""
    t_ns = event.t_ns
    if (task := task_of(run, event.task, t_ns)) is None:
        return
    tasks = run.tasks
    if task in tasks.cancelled or task in tasks.lost or tasks.finished[task] != UNKNOWN:
        run.count_duplicate(t_ns)
        return
    begun = tasks.started[task] != UNKNOWN
    if begun:
        run.log.ends.add(t_ns)
        tasks.finished[task] = t_ns
        _end_span(run, run.workers[tasks.worker[task]], task, t_ns)
    else:
        run.log.dropped.add(t_ns)
        _waits_no_more(run, task, t_ns)
    if (group := run.group_of(task)) is not None:
        group.cancelled(t_ns, begun=begun)
    run.see(t_ns)
    run.log.cancels.add(t_ns)
    tasks.cancelled[task] = t_ns
    _set(run, task, Outcome.CANCELLED)


def lost(run: Known, event: events.TaskLost) -> None:
    """It ends there, if it had begun and not ended; if it had, its result is gone."""
    t_ns = event.t_ns
    if (task := task_of(run, event.task, t_ns)) is None:
        return
    tasks = run.tasks
    if task in tasks.lost or tasks.outcome[task] in (Outcome.CANCELLED, Outcome.FAILED):
        run.count_duplicate(t_ns)
        return
    begun, ended = tasks.started[task] != UNKNOWN, tasks.finished[task] != UNKNOWN
    if begun and not ended:
        run.log.ends.add(t_ns)
        tasks.finished[task] = t_ns
        _end_span(run, run.workers[tasks.worker[task]], task, t_ns)
    elif begun:
        run.redraw(tasks.worker[task]).lane.rewrites += 1
    elif not ended:
        run.log.lost_waiting.add(t_ns)
        _waits_no_more(run, task, t_ns)
    if (group := run.group_of(task)) is not None:
        group.lost(t_ns, begun=begun, ended=ended)
    run.see(t_ns)
    run.log.losses.add(t_ns)
    tasks.lost[task] = event
    _set(run, task, Outcome.LOST)


def _ends_before(run: Known, task: int, t_ns: int) -> None:
    """It was lost, and that it had ended before is told only now."""
    tasks, lost = run.tasks, run.tasks.lost[task].t_ns
    begun = tasks.started[task] != UNKNOWN
    if begun:
        worker, started = run.workers[tasks.worker[task]], tasks.started[task]
        run.log.ends.discard(lost)
        took = max(0, lost - started)
        run.busy -= took
        run.log.done.discard(max(started, lost), took)
        worker.lane.reopen(task, started)
    else:
        run.log.lost_waiting.discard(lost)
        _waits_after_all(run, task, lost)
    if (group := run.group_of(task)) is not None:
        group.ended_before(t_ns, lost, begun=begun)


def _ends(
    run: Known, number: int, t_ns: int, cpu_ns: int | None, *, failed: bool = False
) -> int | None:
    if (task := task_of(run, number, t_ns)) is None:
        return None
    tasks = run.tasks
    late = task in tasks.lost and t_ns < tasks.lost[task].t_ns
    late = late and tasks.finished[task] in (UNKNOWN, tasks.lost[task].t_ns)
    known = tasks.finished[task] != UNKNOWN or task in tasks.lost
    if (known and not late) or task in tasks.cancelled:
        run.count_duplicate(t_ns)
        return None
    if late:
        _ends_before(run, task, t_ns)
    if t_ns > run.latest:
        run.latest = t_ns
    run.log.ends.add(t_ns)
    tasks.finished[task] = t_ns
    if cpu_ns is not None:
        tasks.cpu[task] = cpu_ns
        run.cpu += cpu_ns
        run.cpu_known += 1
        run.log.cpu.add(t_ns, cpu_ns)
    begun = tasks.started[task] != UNKNOWN
    if not late and (group := run.group_of(task)) is not None:
        group.ended(t_ns, begun=begun, failed=failed)
    if begun:
        _end_span(run, run.workers[tasks.worker[task]], task, t_ns)
    else:
        _waits_no_more(run, task, t_ns)
    return task


def _end_span(run: Known, worker: Worker, task: int, end: int) -> None:
    worker.lane.close(task, end)
    started = run.tasks.started[task]
    took = max(0, end - started)
    run.busy += took
    run.log.done.add(max(started, end), took)
    run.changes.workers.add(worker.index)


def returned(run: Known, event: events.TaskReturned) -> None:
    if (task := task_of(run, event.task, event.t_ns)) is not None:
        run.tasks.returned[task] = event


def results_known(run: Known, event: events.ResultsKnown) -> None:
    room = len(run.tasks) - event.first
    for task, digest in enumerate(event.digests[: max(0, room)], event.first):
        if digest:
            run.digests[task] = digest
    run.undigested = run.undigested or event.why


def collected(run: Known, event: events.TaskCollected) -> None:
    t_ns = event.t_ns
    if (task := task_of(run, event.task, t_ns)) is None:
        return
    if run.tasks.collected[task] != UNKNOWN:
        run.count_duplicate(t_ns)
        return
    if t_ns > run.latest:
        run.latest = t_ns
    run.log.collects.add(t_ns)
    run.tasks.collected[task] = t_ns
    if (worker := run.tasks.worker[task]) != UNKNOWN:
        lane = run.redraw(worker).lane
        lane.rewrites += t_ns < lane.starts[-1]  # late news


def _set(run: Known, task: int, outcome: Outcome) -> None:
    run.tally[run.tasks.outcome[task]] -= 1
    run.tally[outcome] += 1
    run.tasks.outcome[task] = outcome


def marked(run: Known, event: events.Marked) -> None:
    worker = worker_of(run, event.worker, event.t_ns)
    run.see(event.t_ns)
    run.log.others.add(event.t_ns)
    insort(run.marks, Mark(event.t_ns, worker.index, event.label), key=lambda mark: mark.t_ns)
    run.changes.workers.add(worker.index)


def output(run: Known, event: events.Output) -> None:
    worker = None
    if event.task is not None and 0 <= event.task < len(run.tasks):
        worker = run.tasks.worker[event.task]
    run.output.add(Line(event.t_ns, event.task, None if worker == UNKNOWN else worker, event.text))
    run.counts.output_lines = run.output.dropped
    run.changes.output = True


def left_out(run: Known, event: events.LeftOut) -> None:
    run.counts.output_characters += event.characters
    run.log.characters.add(event.t_ns, event.characters)
    run.changes.output = True
