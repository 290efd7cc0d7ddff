"""What was seen of a run from outside, and what coroutines told of themselves."""

from __future__ import annotations

from concviz.model.entities import SeenIn
from concviz.model.folding.of_tasks import task_of
from concviz.model.folding.of_workers import worker_of
from concviz.model.known import Known
from concviz.model.tasks import UNKNOWN
from concviz.trace import events
from concviz.trace.sparse import named, parts
from concviz.trace.states import State, nothing
from concviz.trace.worker_kind import WorkerKind


def sampled(run: Known, event: events.Sampled) -> None:
    index = run.by_key.get(event.worker)
    if index is None and run.usual_kind is WorkerKind.CLUSTER:
        # Who looks at a thread there and the thread itself tell independently of each other.
        index = worker_of(run, event.worker, event.t_ns).index
    if index is None:
        run.count_unknown(event.t_ns)
        return
    worker, states = run.workers[index], run.states
    spent = parts(event.spent, states)
    seen = states[event.seen] if event.seen < len(states) else State.UNKNOWN
    if not worker.states.take(event.since_ns, event.t_ns, spent, seen):
        run.count_duplicate(event.t_ns)
        return
    if event.lock is not None and (waited := spent.get(State.LOCK)):
        run.locks.add(event.lock, index, event.since_ns, event.t_ns, waited)
    same = [] if worker.tid is None else run.sharing[worker.host, worker.pid or 0, worker.tid]
    for one in same if worker in same else [worker]:
        if len(one.lane) or run.program is not None:  # whose threads are seen without a task, too
            run.redraw(one.index)


def lock_seen(run: Known, event: events.LockSeen) -> None:
    run.locks.see(event.t_ns, event.lock, event.function)


def function_seen(run: Known, event: events.FunctionSeen) -> None:
    index = run.by_key.get(event.worker)
    if index is None:
        run.count_unknown(event.t_ns)
        return
    seen = SeenIn(event.function, event.file, event.caller)
    seen = run.seen_in.setdefault(seen, seen)  # few functions, seen often
    worker = run.workers[index]
    worker.functions.tell(event.t_ns, seen)
    worker.seen_in = seen
    run.changes.workers.add(index)


def others_sampled(run: Known, event: events.OthersSampled) -> None:
    if not run.others_of(event.pid, event.host).add(event, run.states):
        run.count_duplicate(event.t_ns)
    run.changes.new_workers = True


def awaited(run: Known, event: events.Awaited) -> None:
    if (task := task_of(run, event.task, event.t_ns)) is None:
        return
    if (index := run.tasks.worker[task]) == UNKNOWN:
        run.count_unknown(event.t_ns)
        return
    spent = nothing()
    for name, length in event.shares.items():
        spent[named(name)] += length
    spent[State.UNKNOWN] += max(0, event.t_ns - event.since_ns - sum(spent))
    then = named(event.then)
    if run.workers[index].awaits.add(event.since_ns, event.t_ns, spent, then):
        run.tasks.told[task] = event.t_ns, then
        lane = run.redraw(index).lane
        late = run.tasks.finished[task] != UNKNOWN or lane.tasks[-1] != task
        lane.rewrites += late
    else:
        run.count_duplicate(event.t_ns)


def loop_blocked(run: Known, event: events.LoopBlocked) -> None:
    if (task := task_of(run, event.task, event.t_ns)) is not None:
        run.tasks.keep_loop(task, event.t_ns - event.lasted_ns, event.t_ns)
        if (worker := run.tasks.worker[task]) != UNKNOWN:
            run.redraw(worker).lane.rewrites += 1


def machine_sampled(run: Known, event: events.MachineSampled) -> None:
    run.machine.add(event.since_ns, event.t_ns, event.busy_ns, event.cores)


def memory_sampled(run: Known, event: events.MemorySampled) -> None:
    run.peak_memory = max(run.peak_memory or 0, event.held_bytes)
    run.log.memory.tell(event.t_ns, event.held_bytes)
