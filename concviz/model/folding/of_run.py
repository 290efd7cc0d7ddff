"""What is told of a run as a whole."""

from __future__ import annotations

from concviz.model.entities import Phase
from concviz.model.exit_status import ended
from concviz.model.known import Known
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.sparse import named
from concviz.trace.worker_kind import WorkerKind


def header(run: Known, header: Header) -> None:
    run.told_environment = header.environment
    untold = run.preparing == run.first_words
    run.program = header.program
    if untold:
        run.preparing = run.first_words
    run.usual_kind = WorkerKind(header.worker_kind)
    run.interdependent = header.interdependent
    run.strategy_source, run.task_source = header.strategy_source, header.task_source
    run.states = tuple(map(named, header.states))
    if run.plan is None and header.plan is not None:
        run.plan = header.plan
        more = max(0, header.plan.tasks - len(run.tasks))
        run.tasks.grow(more)
        run.tally[Outcome.WAITING] += more
    for worker in run.workers:
        if worker.kind is WorkerKind.WORKER:
            worker.kind = run.usual_kind


def unreadable(run: Known, _: bytes) -> None:
    run.counts.unreadable += 1


def preparing(run: Known, event: events.Preparing) -> None:
    run.preparing = event.what
    run.log.preparing.tell(event.t_ns, event.what)
    run.changes.phase = True


def calibrated(run: Known, event: events.Calibrated) -> None:
    run.rounds_per_s = event.rounds_per_s
    run.log.rates.tell(event.t_ns, event.rounds_per_s)


def run_started(run: Known, event: events.RunStarted) -> None:
    if run.started != UNKNOWN:
        run.count_duplicate(event.t_ns)
        return
    run.see(event.t_ns)
    run.log.others.add(event.t_ns)
    run.started = event.t_ns
    run.pid = event.pid
    if not run.ended:
        run.phase = Phase.RUNNING
    run.changes.phase = True


def run_finished(run: Known, event: events.RunFinished) -> None:
    if run.finished != UNKNOWN:
        run.count_duplicate(event.t_ns)
        return
    run.see(event.t_ns)
    run.log.others.add(event.t_ns)
    run.finished = run.log.finish = event.t_ns
    run.error = event.error
    if event.children_ns and run.pid:
        others = run.others_of(run.pid)
        others.tell_children(event.t_ns, others.children_told + event.children_ns)
    run.changes.phase = True


def stop_requested(run: Known, event: events.StopRequested) -> None:
    run.stop_requested = True
    known = run.log.stop
    run.log.stop = event.t_ns if known == UNKNOWN else min(known, event.t_ns)
    run.changes.phase = True


def unread(run: Known, event: events.Unread) -> None:
    run.unread = event.events
    run.log.unread.tell(event.t_ns, event.events)


def not_told(run: Known, event: events.NotTold) -> None:
    run.counts.not_told += event.events
    run.log.not_told.add(event.t_ns, event.events)


def not_seen(run: Known, event: events.NotSeen) -> None:
    run.not_seen.append(event)
    run.changes.phase = True


def runner_exited(run: Known, event: events.RunnerExited) -> None:
    if run.ended:
        run.count_duplicate(event.t_ns)
        return
    run.exitcode = event.exitcode
    complete = run.finished != UNKNOWN
    if complete:
        run.phase = Phase.FINISHED
    elif run.stop_requested:
        run.phase = Phase.STOPPED
    else:
        run.phase = Phase.DIED
        how = ended(event.exitcode)
        how = f"was {how}" if event.exitcode < 0 else f"ended early ({how})"
        run.error = run.error or f"the runner process {how}"
    if not complete:
        # What happened after the latest event that was read is not known: there it ends.
        known = run.unread and run.latest != UNKNOWN
        run.finished = run.latest if known else max(run.latest, event.t_ns)
    run.counts.unread = run.unread
    stopped = Outcome.STOPPED if run.stop_requested and not complete else Outcome.LOST
    _end(run, event.t_ns, stopped, Outcome.NOT_STARTED)


def cut_off(run: Known, event: events.CutOff) -> None:
    """Nothing more is known of it; it is not known to have ended."""
    if run.ended:
        return
    if run.finished != UNKNOWN:  # all but the end of its process is known
        run.phase = Phase.FINISHED
    else:
        run.phase = Phase.CUT_OFF
        run.error = event.reason
        run.finished = max(run.latest, event.t_ns)
    _end(run, event.t_ns, Outcome.CUT_OFF, Outcome.CUT_OFF)


def _end(run: Known, t_ns: int, running: Outcome, waiting: Outcome) -> None:
    """Nothing more will come: that is what became of tasks under way, and of waiting ones."""
    run.log.end = t_ns
    _end_spans(run)
    outcomes = run.tasks.outcome
    for before, then in (Outcome.RUNNING, running), (Outcome.WAITING, waiting):
        run.tally[then] += run.tally[before]
        run.tally[before] = 0
        # All at once: there may be a hundred thousand.
        outcomes[:] = outcomes.replace(bytes((before,)), bytes((then,)))
    run.changes.tasks.update(range(len(outcomes)))
    run.changes.phase = True
    run.changes.workers.update(range(len(run.workers)))


def _end_spans(run: Known) -> None:
    for worker in run.workers:
        lane = worker.lane
        for task in lane.open_tasks:
            index = lane.index_of(task)
            until = lane.end(index)  # where the next one starts: it went on, the end was missed
            if index == len(lane) - 1:
                until = worker.ended if worker.ended != UNKNOWN else run.finished
            lane.close(task, until, told=False)
            run.busy += max(0, until - run.tasks.started[task])
