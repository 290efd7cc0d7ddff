"""The reducer: from events to the state of a run. It reads no clock and raises for no event."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Callable, Iterable
from typing import Any

from concviz.model.entities import Changes, Counts, Line, Machine, Phase, Worker
from concviz.model.exit_status import ended
from concviz.model.locks import Locks
from concviz.model.others import Others
from concviz.model.output import Printed
from concviz.model.tasks import UNKNOWN, Outcome, Tasks
from concviz.trace import events
from concviz.trace.environment import NOT_OBSERVED, Environment, Observer
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State, nothing


class Run:
    """A run as far as its events tell. Times are monotonic nanoseconds of the machine that ran."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.environment: Environment | None = None
        self.worker_kind = "worker"
        self.interdependent = False
        """Whether tasks wait for one another: then their times prove nothing."""
        self.phase = Phase.PREPARING
        self.preparing = "Starting the runner"
        self.started = UNKNOWN
        self.finished = UNKNOWN
        """When the strategy's code ended; if it did not, when the run did."""
        self.error: str | None = None
        """What the strategy's own code raised, or how the runner died."""
        self.exitcode: int | None = None
        self.stop_requested = False
        self.rounds_per_s: float | None = None
        self.tasks = Tasks(plan.tasks)
        self.workers: list[Worker] = []
        self.output = Printed()
        self.counts = Counts()
        self.tally = [plan.tasks, *([0] * (len(Outcome) - 1))]
        """Number of tasks by outcome."""
        self.busy = 0
        """Sum of the wall times of all ended tasks."""
        self.cpu = 0
        """Sum of the CPU times that are known, and the number of tasks for which they are."""
        self.cpu_known = 0
        self.submits = array("q")
        """Times of submission, sorted; with ``starts``, the depth of the queue at any time."""
        self.starts = array("q")
        self.latest = UNKNOWN
        """Time of the latest event."""
        self.locks = Locks()
        """Those that its workers were seen to wait for."""
        self.unread = 0
        """Events that had happened when the latest ones were read, and were still to be read."""
        self.others: dict[int, Others] = {}
        """What its tasks have started, by the process in which they ran."""
        self.machine = Machine()
        self.peak_memory: int | None = None
        """The most that its processes were seen to hold, in bytes; None where not looked at."""
        self._pid = 0
        """Of the runner's process."""
        self._by_key: dict[str, int] = {}
        self._threads: dict[tuple[int, int], list[Worker]] = {}
        self._changes = Changes()
        self._apply: dict[type, Callable[[Any], None]] = {
            Header: self._header,
            bytes: self._unreadable,
            events.Preparing: self._preparing,
            events.Calibrated: self._calibrated,
            events.RunStarted: self._run_started,
            events.RunFinished: self._run_finished,
            events.WorkerStarting: self._worker_starting,
            events.WorkerStarted: self._worker_started,
            events.WorkerArguments: self._worker_arguments,
            events.WorkerStopped: self._worker_stopped,
            events.WorkerDied: self._worker_died,
            events.TaskSubmitted: self._submitted,
            events.TaskStarted: self._task_started,
            events.TaskFinished: self._task_finished,
            events.TaskFailed: self._task_failed,
            events.TaskReturned: self._returned,
            events.TaskCollected: self._collected,
            events.Sampled: self._sampled,
            events.LockSeen: self._lock_seen,
            events.OthersSampled: self._others_sampled,
            events.Awaited: self._awaited,
            events.LoopBlocked: self._loop_blocked,
            events.MachineSampled: self._machine_sampled,
            events.MemorySampled: self._memory_sampled,
            events.Output: self._output,
            events.LeftOut: self._left_out,
            events.Unread: self._unread,
            events.StopRequested: self._stop_requested,
            events.RunnerExited: self._runner_exited,
        }

    def apply(self, messages: Iterable[Header | events.AnyEvent | bytes]) -> Changes:
        """Take in a batch of messages in the order in which they came, and say what changed."""
        self._changes = changes = Changes()
        handlers = self._apply
        for message in messages:
            handlers[type(message)](message)
        return changes

    @property
    def ended(self) -> bool:
        """Whether the run is over and nothing more will come."""
        return self.phase.ended

    def count(self, outcome: Outcome) -> int:
        """How many tasks have that outcome."""
        return self.tally[outcome]

    def label(self, worker: Worker) -> str:
        """A short name for the worker's lane, for example "thread 2"."""
        if self.worker_kind == "main":
            return "main thread"
        kind = {"coroutine": "slot", "interpreter": "interp"}.get(
            self.worker_kind, sanitize(self.worker_kind)
        )
        return f"{kind} {worker.index + 1}"

    @property
    def others_seen(self) -> list[Others]:
        """What tasks have started and was seen: each has a row behind those of the workers."""
        pids = [worker.pid for worker in self.workers]
        seen = [others for others in self.others.values() if others.begins]
        return sorted(seen, key=lambda each: pids.index(each.pid) if each.pid in pids else 0)

    def label_of(self, others: Others, short: bool = False) -> str:
        """A name for that row, for example "others in process 2"."""
        if self.worker_kind == "process":
            for worker in self.workers:
                if worker.pid == others.pid:
                    return f"others in {worker.index + 1 if short else self.label(worker)}"
        return "others"

    @property
    def sample_hz(self) -> float:
        """How often the workers' threads are looked at; 0 where that is not known."""
        return self.observer.hz

    @property
    def observer(self) -> Observer:
        """What can be seen of the workers' threads: nothing where that is not known."""
        told = self.environment.observer if self.environment is not None else None
        return told or NOT_OBSERVED

    @property
    def of_coroutines(self) -> bool:
        """Whether its workers share a thread, and tell themselves what they wait for."""
        return self.worker_kind == "coroutine"

    def end_of(self, worker: Worker, now: int) -> int:
        """How far a span that has not ended reaches: to the worker's end, the run's, or now."""
        if worker.ended != UNKNOWN:
            return worker.ended
        return self.finished if self.ended and self.finished != UNKNOWN else now

    # -- the run --

    def _header(self, header: Header) -> None:
        self.environment = header.environment
        self.worker_kind = header.worker_kind
        self.interdependent = header.interdependent

    def _unreadable(self, _: bytes) -> None:
        self.counts.unreadable += 1

    def _preparing(self, event: events.Preparing) -> None:
        self.preparing = event.what
        self._changes.phase = True

    def _calibrated(self, event: events.Calibrated) -> None:
        self.rounds_per_s = event.rounds_per_s

    def _run_started(self, event: events.RunStarted) -> None:
        if self.started != UNKNOWN:
            self.counts.duplicate += 1
            return
        self._see(event.t_ns)
        self.started = event.t_ns
        self._pid = event.pid
        if not self.ended:
            self.phase = Phase.RUNNING
        self._changes.phase = True

    def _run_finished(self, event: events.RunFinished) -> None:
        if self.finished != UNKNOWN:
            self.counts.duplicate += 1
            return
        self._see(event.t_ns)
        self.finished = event.t_ns
        self.error = event.error
        if event.children_ns and self._pid:
            self._others_of(self._pid).children_told += event.children_ns
        self._changes.phase = True

    def _stop_requested(self, event: events.StopRequested) -> None:
        self.stop_requested = True
        self._changes.phase = True

    def _runner_exited(self, event: events.RunnerExited) -> None:
        if self.ended:
            self.counts.duplicate += 1
            return
        self.exitcode = event.exitcode
        complete = self.finished != UNKNOWN
        if complete:
            self.phase = Phase.FINISHED
        elif self.stop_requested:
            self.phase = Phase.STOPPED
        else:
            self.phase = Phase.DIED
            how = ended(event.exitcode)
            how = f"was {how}" if event.exitcode < 0 else f"ended early ({how})"
            self.error = self.error or f"the runner process {how}"
        self.counts.unread = self.unread
        if not complete:
            # What happened after the latest event that was read is not known: there it ends.
            known = self.unread and self.latest != UNKNOWN
            self.finished = self.latest if known else max(self.latest, event.t_ns)
        self._end_tasks(complete)
        self._changes.phase = True
        self._changes.workers.update(range(len(self.workers)))
        self._apply.update(dict.fromkeys(_NOT_AFTER_THE_END, self._late))

    def _late(self, _: events.AnyEvent) -> None:
        self.counts.unknown += 1

    def _end_tasks(self, complete: bool) -> None:
        """Nothing more will come: what became of tasks that are waiting or under way?"""
        for worker in self.workers:
            lane = worker.lane
            for task in lane.open_tasks:
                after = lane.starts[lane.index_of(task) + 1 :][:1]  # it went on: the end was missed
                self._end_span(worker, task, after[0] if after else self.end_of(worker, 0))
        stopped = Outcome.STOPPED if self.stop_requested and not complete else Outcome.LOST
        outcomes = self.tasks.outcome
        for before, then in (Outcome.RUNNING, stopped), (Outcome.WAITING, Outcome.NOT_STARTED):
            self.tally[then] += self.tally[before]
            self.tally[before] = 0
            # All at once: there may be a hundred thousand.
            outcomes[:] = outcomes.replace(bytes((before,)), bytes((then,)))
        self._changes.tasks.update(range(len(outcomes)))

    # -- workers --

    def _worker(self, key: str) -> Worker:
        index = self._by_key.get(key)
        if index is None:
            index = self._by_key[key] = len(self.workers)
            self.workers.append(Worker(index, key))
            self._changes.new_workers = True
        return self._redraw(index)

    def _redraw(self, index: int) -> Worker:
        """The worker of that index, whose row has changed."""
        worker = self.workers[index]
        worker.lane.version += 1
        self._changes.workers.add(index)
        return worker

    def _worker_starting(self, event: events.WorkerStarting) -> None:
        worker = self._worker(event.worker)
        worker.starting = self._once(worker.starting, event.t_ns)

    def _worker_started(self, event: events.WorkerStarted) -> None:
        worker = self._worker(event.worker)
        worker.started = self._once(worker.started, event.t_ns)
        if worker.tid is None:
            worker.pid, worker.tid = event.pid, event.tid
            same = self._threads.setdefault((event.pid, event.tid), [])
            if self.worker_kind != "coroutine":
                same.clear()  # the system uses numbers again, of threads that have ended
            elif same:
                worker.states = same[0].states
            same.append(worker)
            for one in same:
                one.lane.rewrites += len(same) > 1

    def _worker_arguments(self, event: events.WorkerArguments) -> None:
        self._worker(event.worker).arguments = event

    def _worker_stopped(self, event: events.WorkerStopped) -> None:
        worker = self._worker(event.worker)
        worker.ended = self._once(worker.ended, event.t_ns)
        if event.children_ns and worker.pid is not None:
            self._others_of(worker.pid).children_told = event.children_ns

    def _worker_died(self, event: events.WorkerDied) -> None:
        worker = self._worker(event.worker)
        worker.ended = self._once(worker.ended, event.t_ns)
        worker.exitcode = event.exitcode
        worker.ended_by_strategy = event.ended_by_strategy

    # -- what was seen from outside --

    def _sampled(self, event: events.Sampled) -> None:
        index = self._by_key.get(event.worker)
        if index is None:
            self.counts.unknown += 1
            return
        worker = self.workers[index]
        spent = [*event.spent, *nothing()[len(event.spent) :]]
        if not worker.states.add(event.since_ns, event.t_ns, spent, State(event.seen)):
            self.counts.duplicate += 1
            return
        if event.lock is not None and (waited := event.spent[State.LOCK]):
            self.locks.add(event.lock, index, event.since_ns, event.t_ns, waited)
        same = [] if worker.tid is None else self._threads[worker.pid or 0, worker.tid]
        for one in same if worker in same else [worker]:
            if len(one.lane):
                self._redraw(one.index)

    def _others_sampled(self, event: events.OthersSampled) -> None:
        if not self._others_of(event.pid).add(event):
            self.counts.duplicate += 1
        self._changes.new_workers = True

    def _others_of(self, pid: int) -> Others:
        return self.others.setdefault(pid, Others(pid))

    def _lock_seen(self, event: events.LockSeen) -> None:
        self.locks.functions.setdefault(event.lock, event.function)

    def _awaited(self, event: events.Awaited) -> None:
        if (task := self._task(event.task)) is None:
            return
        if (index := self.tasks.worker[task]) == UNKNOWN:
            self.counts.unknown += 1
            return
        spent = nothing()
        for name, length in event.shares.items():
            spent[State[name.upper()]] = length
        spent[State.UNKNOWN] += max(0, event.t_ns - event.since_ns - sum(spent))
        then = State[event.then.upper()]
        if self.workers[index].awaits.add(event.since_ns, event.t_ns, spent, then):
            self.tasks.told[task] = event.t_ns, then
            lane = self._redraw(index).lane
            late = self.tasks.finished[task] != UNKNOWN or lane.tasks[-1] != task
            lane.rewrites += late
        else:
            self.counts.duplicate += 1

    def _loop_blocked(self, event: events.LoopBlocked) -> None:
        if (task := self._task(event.task)) is not None:
            self.tasks.keep_loop(task, event.t_ns - event.lasted_ns, event.t_ns)
            if (worker := self.tasks.worker[task]) != UNKNOWN:
                self._redraw(worker).lane.rewrites += 1

    def _machine_sampled(self, event: events.MachineSampled) -> None:
        self.machine.add(event.t_ns - event.since_ns, event.busy_ns, event.cores)

    def _memory_sampled(self, event: events.MemorySampled) -> None:
        self.peak_memory = max(self.peak_memory or 0, event.held_bytes)

    # -- tasks --

    def _submitted(self, event: events.TaskSubmitted) -> None:
        if (task := self._task(event.task)) is None:
            return
        if self.tasks.submitted[task] != UNKNOWN:
            self.counts.duplicate += 1
            return
        self._see(event.t_ns)
        self.tasks.submitted[task] = event.t_ns
        _add(self.submits, event.t_ns)

    def _task_started(self, event: events.TaskStarted) -> None:
        if (task := self._task(event.task)) is None:
            return
        tasks = self.tasks
        if tasks.started[task] != UNKNOWN:
            self.counts.duplicate += 1
            return
        self._see(event.t_ns)
        worker = self._worker(event.worker)
        tasks.started[task] = event.t_ns
        tasks.worker[task] = worker.index
        _add(self.starts, event.t_ns)
        worker.lane.open(task, event.t_ns)
        if tasks.finished[task] != UNKNOWN:
            self._end_span(worker, task, tasks.finished[task])
        else:
            self._set(task, Outcome.RUNNING)

    def _task_finished(self, event: events.TaskFinished) -> None:
        if (task := self._ends(event.task, event.t_ns, event.cpu_ns)) is not None:
            self._set(task, Outcome.FINISHED)
            self.tasks.keep_result(task, event.result)
            self.counts.results = self.tasks.left_out

    def _task_failed(self, event: events.TaskFailed) -> None:
        if (task := self._task(event.task)) is None:
            return
        if self.tasks.outcome[task] == Outcome.FINISHED:
            self.tasks.results.pop(task, None)  # it returned, but its result did not come back
            if (worker := self.tasks.worker[task]) != UNKNOWN:
                self._redraw(worker).lane.rewrites += 1
        elif self._ends(task, event.t_ns, event.cpu_ns) is None:
            return
        self._set(task, Outcome.FAILED)
        self.tasks.keep_failure(task, event.error, event.traceback)
        self.counts.results = self.tasks.left_out

    def _ends(self, number: int, t_ns: int, cpu_ns: int | None) -> int | None:
        if (task := self._task(number)) is None:
            return None
        tasks = self.tasks
        if tasks.finished[task] != UNKNOWN:
            self.counts.duplicate += 1
            return None
        self._see(t_ns)
        tasks.finished[task] = t_ns
        if cpu_ns is not None:
            tasks.cpu[task] = cpu_ns
            self.cpu += cpu_ns
            self.cpu_known += 1
        if tasks.started[task] != UNKNOWN:
            self._end_span(self.workers[tasks.worker[task]], task, t_ns)
        return task

    def _end_span(self, worker: Worker, task: int, end: int) -> None:
        worker.lane.close(task, end)
        self.busy += max(0, end - self.tasks.started[task])
        self._changes.workers.add(worker.index)

    def _returned(self, event: events.TaskReturned) -> None:
        if (task := self._task(event.task)) is not None:
            self.tasks.returned[task] = event

    def _collected(self, event: events.TaskCollected) -> None:
        if (task := self._task(event.task)) is None:
            return
        if self.tasks.collected[task] != UNKNOWN:
            self.counts.duplicate += 1
            return
        self._see(event.t_ns)
        self.tasks.collected[task] = event.t_ns
        if (worker := self.tasks.worker[task]) != UNKNOWN:
            lane = self._redraw(worker).lane
            lane.rewrites += event.t_ns < lane.starts[-1]  # late news

    def _task(self, task: int) -> int | None:
        if 0 <= task < len(self.tasks):
            self._changes.tasks.add(task)
            return task
        self.counts.unknown += 1
        return None

    def _set(self, task: int, outcome: Outcome) -> None:
        self.tally[self.tasks.outcome[task]] -= 1
        self.tally[outcome] += 1
        self.tasks.outcome[task] = outcome

    # -- output --

    def _output(self, event: events.Output) -> None:
        worker = None
        if event.task is not None and 0 <= event.task < len(self.tasks):
            worker = self.tasks.worker[event.task]
        self.output.add(
            Line(event.t_ns, event.task, None if worker == UNKNOWN else worker, event.text)
        )
        self.counts.output_lines = self.output.dropped
        self._changes.output = True

    def _left_out(self, event: events.LeftOut) -> None:
        self.counts.output_characters += event.characters
        self._changes.output = True

    def _unread(self, event: events.Unread) -> None:
        self.unread = event.events

    # -- small things --

    def _see(self, t_ns: int) -> None:
        if t_ns > self.latest:
            self.latest = t_ns

    def _once(self, known: int, new: int) -> int:
        if known == UNKNOWN:
            self._see(new)
            return new
        self.counts.duplicate += 1
        return known


_NOT_AFTER_THE_END: tuple[type, ...] = (
    events.RunStarted,
    events.RunFinished,
    events.WorkerStarting,
    events.WorkerStarted,
    events.WorkerArguments,
    events.WorkerStopped,
    events.WorkerDied,
    events.TaskSubmitted,
    events.TaskStarted,
    events.TaskFinished,
    events.TaskFailed,
    events.TaskReturned,
    events.TaskCollected,
)


def _add(times: array[int], t_ns: int) -> None:
    """Into a sorted array: nearly always at its end."""
    if not times or t_ns >= times[-1]:
        times.append(t_ns)
    else:
        insort(times, t_ns)
