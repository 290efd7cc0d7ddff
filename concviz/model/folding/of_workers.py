"""What is told of workers, and of the processes and threads that they are."""

from __future__ import annotations

from concviz.model.entities import Worker
from concviz.model.known import Known
from concviz.model.samples import States
from concviz.model.tasks import UNKNOWN
from concviz.trace import events
from concviz.trace.worker_kind import WorkerKind


def worker_of(run: Known, key: str, t_ns: int) -> Worker:
    """The worker of that name, of which something is told; a new one where it is not known yet."""
    index = run.by_key.get(key)
    if index is None:
        index = run.by_key[key] = len(run.workers)
        states, awaits = States(run.room), States(run.room)
        run.workers.append(Worker(index, key, run.usual_kind, states=states, awaits=awaits))
        run.changes.new_workers = True
    worker = run.redraw(index)
    if not worker.heard or t_ns < worker.heard[-1][0]:
        run.log.heard += 1
        worker.heard.append((t_ns, run.log.heard))
    return worker


def _is_there(run: Known, worker: Worker) -> None:
    """It came, or went: on a cluster, that changes what the run takes place on."""
    run.changes.phase |= worker.kind is WorkerKind.CLUSTER


def _once(run: Known, known: int, new: int) -> int:
    if known == UNKNOWN:
        run.see(new)
        run.log.others.add(new)
        return new
    run.count_duplicate(new)
    return known


def worker_told(run: Known, event: events.WorkerTold) -> None:
    worker = worker_of(run, event.worker, event.t_ns)
    worker.told.append(event)
    worker.kind = WorkerKind(event.kind)
    worker.group = event.group
    worker.label, worker.helper, worker.daemon = event.label, event.helper, event.daemon


def worker_starting(run: Known, event: events.WorkerStarting) -> None:
    worker = worker_of(run, event.worker, event.t_ns)
    worker.starting = _once(run, worker.starting, event.t_ns)


def worker_started(run: Known, event: events.WorkerStarted) -> None:
    worker = worker_of(run, event.worker, event.t_ns)
    worker.started = _once(run, worker.started, event.t_ns)
    _is_there(run, worker)
    if worker.tid is not None:
        return
    worker.pid, worker.tid, worker.host = event.pid, event.tid, event.host
    _place(run, worker, event)
    same = run.sharing.setdefault((event.host, event.pid, event.tid), [])
    if worker.kind is not WorkerKind.COROUTINE:
        same.clear()  # the system uses numbers again, of threads that have ended
    elif same:
        worker.states = same[0].states
    same.append(worker)
    if len(same) > 1:  # from the second on, what the thread does is not of one of them alone
        for one in same if len(same) == 2 else [worker]:
            one.lane.rewrites += 1


def _place(run: Known, worker: Worker, event: events.WorkerStarted) -> None:
    """Its process and thread, where nobody else tells of them."""
    of_its_own = worker.kind is WorkerKind.PROCESS and run.pid
    parent = run.pid if of_its_own and event.pid != run.pid else None
    thread = events.Thread(event.t_ns, event.pid, event.tid, worker.key, event.host)
    run.surroundings.find(thread, parent)


def worker_arguments(run: Known, event: events.WorkerArguments) -> None:
    worker_of(run, event.worker, event.t_ns).arguments = event


def worker_stopped(run: Known, event: events.WorkerStopped) -> None:
    worker = worker_of(run, event.worker, event.t_ns)
    worker.ended = _once(run, worker.ended, event.t_ns)
    _is_there(run, worker)
    if event.children_ns and worker.pid is not None:
        run.others_of(worker.pid, worker.host).tell_children(event.t_ns, event.children_ns)


def worker_died(run: Known, event: events.WorkerDied) -> None:
    worker = worker_of(run, event.worker, event.t_ns)
    worker.ended = _once(run, worker.ended, event.t_ns)
    _is_there(run, worker)
    worker.died = event.t_ns
    worker.exitcode = event.exitcode
    worker.ended_by_strategy = event.ended_by_strategy


def host(run: Known, event: events.Host) -> None:
    run.surroundings.host(event)


def host_observed(run: Known, event: events.HostObserved) -> None:
    run.surroundings.observed(event)


def process(run: Known, event: events.Process) -> None:
    run.surroundings.process(event)


def process_exiting(run: Known, event: events.ProcessExiting) -> None:
    run.surroundings.exiting(event)


def process_ended(run: Known, event: events.ProcessEnded) -> None:
    run.surroundings.ended(event)


def thread(run: Known, event: events.Thread) -> None:
    run.surroundings.thread(event)


def group(run: Known, event: events.Group) -> None:
    if not run.surroundings.group(event):
        run.count_duplicate(event.t_ns)
