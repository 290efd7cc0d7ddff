"""Which lane a thread of a program is, and what is told of lanes and processes. Pure: no clock.

Two tell of threads: the hooks in a process, exactly, and the observer, which sees every thread, but
only from when it looks. So what the observer alone has seen waits for a while for what the hooks
may say (``settle``); a lane has its key at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from concviz.trace import events
from concviz.trace.worker_kind import WorkerKind

THREAD_NS = 250_000_000
"""So long the first line of Python may be away from a thread's begin, in a process with hooks."""
PROCESS_NS = 3_000_000_000
"""The same of a process that has been given the hooks, and imports what it needs first."""
SAME_NS = 100_000_000
"""A thread that is seen so soon after one of its number has ended is that one."""
GONE_NS = 200_000_000
"""So long it may take until it is known how a process ended that is gone."""


class Exit(NamedTuple):
    """How a process ended."""

    exitcode: int
    by: int | None = None
    """When somebody had waited for it: it ended before."""


@dataclass(eq=False)
class Lane:
    """One thread."""

    key: str
    pid: int
    tid: int
    seen: int
    """When it was first heard of."""
    name: str = ""
    group: int | None = None
    helper: bool = False
    daemon: bool = False
    told: bool = False
    """Whether hooks have told of it: then nobody else names it."""
    shown: events.WorkerTold | None = None
    started: int | None = None
    ended: int | None = None
    doing: list[int] = field(default_factory=list)
    """Tasks under way, the innermost last."""
    worked: bool = False
    """Whether it has begun a task."""


@dataclass(eq=False)
class Process:
    """A process, and its lanes by thread id."""

    pid: int
    seen: int
    parent: int | None = None
    name: str = ""
    given: str = ""
    """How it is called by who started it."""
    told: bool = False
    """Whether hooks have told of it."""
    settled: bool = False
    """Whether the stream has heard of it."""
    expected: bool = True
    """Whether hooks are expected to tell of it, until the observer has seen what it is."""
    helper: bool = False
    """Whether a library keeps it for itself."""
    exiting: bool = False
    """Whether its main thread has come to its end."""
    asked: bool = False
    """Whether its parent has sent it a signal to end."""
    gone: int | None = None
    lanes: dict[int, Lane] = field(default_factory=dict)


class Lanes:
    """Those of a program whose first process is ``first``."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._processes: dict[int, Process] = {}
        self._used: dict[tuple[int, int], int] = {}
        """How often a thread has had those numbers."""
        self._exits: dict[int, Exit] = {}
        self._waiting: deque[Lane] = deque()
        """Lanes of which it is not told yet that they have started."""
        self._unsettled: dict[int, Process] = {}
        self._leaving: dict[int, Process] = {}
        """Processes that are gone, of which it is not told yet how."""
        self._silent: list[Process] = []
        self._events: list[events.AnyEvent] = []

    def take_silent(self) -> list[Process]:
        """Further processes of which hooks have told nothing, and are not expected to any more."""
        found, self._silent = self._silent, []
        return found

    def take(self) -> list[events.AnyEvent]:
        """What there is to tell since it was asked before."""
        told, self._events = self._events, []
        return told

    # -- lanes --

    def key(self, pid: int, tid: int, t_ns: int) -> str:
        """The lane of a thread that is heard of at that time: a new one if it is not known."""
        return self.lane(pid, tid, t_ns).key

    def lane(self, pid: int, tid: int, t_ns: int) -> Lane:
        """The same, as it is kept."""
        process = self._process(pid, t_ns)
        return process.lanes.get(tid) or self._new(process, tid, t_ns)

    def _new(self, process: Process, tid: int, t_ns: int) -> Lane:
        at = process.pid, tid
        number = self._used[at] = self._used.get(at, 0) + 1
        key = f"{process.pid}:{tid}" + (f"#{number}" if number > 1 else "")
        lane = process.lanes[tid] = Lane(key, process.pid, tid, t_ns)
        self._waiting.append(lane)
        self._show(lane, t_ns)
        return lane

    def _process(self, pid: int, t_ns: int) -> Process:
        process = self._processes.get(pid)
        if process is None or (process.gone is not None and t_ns > process.gone):
            if process is not None:
                self._leave(process)
            process = self._processes[pid] = self._unsettled[pid] = Process(pid, t_ns)
        return process

    def _show(self, lane: Lane, t_ns: int) -> None:
        """Tell what a lane is, if that has not been told so."""
        process = self._processes[lane.pid]
        main = lane.tid == lane.pid
        if main:
            kind = WorkerKind.MAIN if lane.pid == self._first else WorkerKind.PROCESS
        else:
            kind = WorkerKind.THREAD
        name = self._label(process, lane, main=main)
        helper, daemon = lane.helper or process.helper, lane.daemon
        told = events.WorkerTold(t_ns, lane.key, kind, lane.group, name, helper, daemon)
        if lane.shown is None or _differs(told, lane.shown):
            lane.shown = told
            self._events.append(told)

    def _label(self, process: Process, lane: Lane, *, main: bool) -> str:
        first = process.pid == self._first
        whose = process.name or f"process {process.pid}"
        if main:
            return "main" if first else whose
        name = lane.name or f"thread {lane.tid}"
        return name if first else f"{whose} · {name}"

    def _start(self, lane: Lane, t_ns: int) -> None:
        if lane.started is None:
            lane.started = t_ns
            self._events.append(events.WorkerStarted(t_ns, lane.key, lane.pid, lane.tid))

    def _end(self, lane: Lane, t_ns: int, died: Exit | None = None, *, asked: bool = False) -> None:
        if lane.ended is not None:
            return
        self._start(lane, min(lane.seen, t_ns))
        lane.ended = t_ns
        if died is not None:
            # To ask is to send a signal: who ended with a status of its own had not obeyed.
            obeyed = asked and died.exitcode < 0
            told = events.WorkerDied(t_ns, lane.key, died.exitcode, obeyed)
            self._events.append(told)
        else:
            self._events.append(events.WorkerStopped(t_ns, lane.key))

    # -- what hooks tell --

    def process_told(self, told: events.Process) -> None:
        """A process has begun to tell. Again, where it has become another program."""
        process = self._process(told.pid, told.t_ns)
        process.told = True
        process.parent = told.parent
        if told.name:  # one that is not forked does not know yet: its parent does
            process.name = told.name
        self._settle(process, msgspec.structs.replace(told, name=process.name))
        lane = self.lane(told.pid, told.pid, told.t_ns)
        self._start(lane, told.t_ns)
        for lane in process.lanes.values():
            self._show(lane, told.t_ns)

    def spawned(self, t_ns: int, pid: int, since_ns: int, name: str = "") -> None:
        """A process has been started, from then on, and is called so by who did that."""
        lane = self.lane(pid, pid, t_ns)
        process = self._processes[pid]
        if name and not (process.told and process.name):
            process.name = process.given = name
            for each in process.lanes.values():
                self._show(each, t_ns)
        if lane.started is None or since_ns <= lane.started:
            self._events.append(events.WorkerStarting(since_ns, lane.key))

    def thread_told(
        self,
        t_ns: int,
        pid: int,
        tid: int,
        name: str,
        group: int | None = None,
        *,
        daemon: bool = False,
        helper: bool = False,
    ) -> None:
        """A thread has begun."""
        lane = self.lane(pid, tid, t_ns)
        if lane.told and tid != pid:  # the system uses its number again
            self._end(lane, t_ns)
            lane = self._new(self._processes[pid], tid, t_ns)
        lane.told = True
        lane.name, lane.group, lane.daemon, lane.helper = name, group, daemon, helper
        self._show(lane, t_ns)
        self._start(lane, t_ns)

    def exiting(self, t_ns: int, pid: int) -> None:
        """The main thread of a process has come to its end."""
        self._process(pid, t_ns).exiting = True
        self._events.append(events.ProcessExiting(t_ns, pid))

    def thread_ended(self, t_ns: int, pid: int, tid: int) -> None:
        """A thread is at its end, as it said itself."""
        if (process := self._processes.get(pid)) is not None and tid in process.lanes:
            self._end(process.lanes[tid], t_ns)

    # -- what the observer sees --

    def process_seen(
        self,
        t_ns: int,
        pid: int,
        parent: int | None,
        name: str,
        *,
        expected: bool = False,
        helper: bool = False,
    ) -> None:
        """A process was found, or has become another program; ``expected``: hooks will tell."""
        process = self._process(pid, t_ns)
        process.expected, process.helper = expected, helper
        if process.told:
            return
        if parent is not None:
            process.parent = parent
        process.name = process.given or name
        for lane in process.lanes.values():
            self._show(lane, t_ns)

    def thread_seen(self, t_ns: int, pid: int, tid: int, name: str) -> str:
        """A thread was found, or has another name: its lane."""
        lane = self.lane(pid, tid, t_ns)
        if lane.ended is not None and t_ns > lane.ended + SAME_NS:
            lane = self._new(self._processes[pid], tid, t_ns)
        if not lane.told and name and name != lane.name:
            lane.name = name
            self._show(lane, t_ns)
        return lane.key

    def thread_gone(self, t_ns: int, pid: int, tid: int) -> None:
        """A thread is no more; the main one's end is that of its process."""
        process = self._processes.get(pid)
        if process is not None and tid in process.lanes and tid != pid:
            self._end(process.lanes[tid], t_ns)
            del process.lanes[tid]

    def process_gone(self, t_ns: int, pid: int) -> None:
        """A process is no more. How it ended may be known only a moment later."""
        process = self._processes.get(pid)
        if process is not None and process.gone is None:
            process.gone = t_ns
            self._leaving[pid] = process

    # -- what others know --

    @property
    def known(self) -> Collection[int]:
        """Processes of which not all has been told."""
        return self._processes.keys()

    @property
    def alive(self) -> list[int]:
        """Processes that are not known to be gone."""
        return [pid for pid, process in self._processes.items() if process.gone is None]

    def asked(self, pid: int) -> None:
        """Its parent has sent a process the signal to end."""
        if (process := self._processes.get(pid)) is not None:
            process.asked = True

    def exited(self, pid: int, exitcode: int, *, by: int | None = None) -> None:
        """It is known how a process ends, and perhaps that it had ended by some time."""
        if pid not in self._processes:  # all is told of it
            return
        before = self._exits.get(pid)
        if before is not None and by is None:
            by = before.by
        self._exits[pid] = Exit(exitcode, by)
        process = self._processes[pid]
        if by is not None and process.gone is None:  # perhaps too soon for anybody to have seen it
            process.gone = by
            self._leaving[pid] = process

    def settle(
        self, now: int, *, at_once: bool = False, tells: Callable[[int], bool] = lambda _: False
    ) -> None:
        """Tell what nobody else can be expected to tell any more.

        ``tells`` says whether something is still to be read that a process has told.
        """
        for process in list(self._unsettled.values()):
            wait = PROCESS_NS if process.expected else THREAD_NS
            if at_once or now - process.seen > wait:
                self._settle(process)
        for _ in range(len(self._waiting)):
            lane = self._waiting.popleft()
            if lane.started is not None:
                continue
            process_ = self._processes[lane.pid]
            main = lane.tid == lane.pid and process_.expected
            if at_once or now - lane.seen > (PROCESS_NS if main else THREAD_NS):
                self._start(lane, lane.seen)
            else:
                self._waiting.append(lane)
        for process in list(self._leaving.values()):
            assert process.gone is not None
            exit_ = self._exits.get(process.pid)
            known = exit_ is not None and (exit_.by is None or exit_.by < process.gone)
            due = at_once or known or now - process.gone > GONE_NS
            if due and not tells(process.pid):
                self._leave(process)

    def _settle(self, process: Process, told: events.Process | None = None) -> None:
        if not process.settled:
            process.settled = True
            if told is None and process.parent is not None:
                self._silent.append(process)
            self._unsettled.pop(process.pid, None)
            pid, parent = process.pid, process.parent
            found = events.Process(process.seen, pid, parent, name=process.name)
            self._events.append(told or found)

    def _leave(self, process: Process) -> None:
        """It is gone: tell how."""
        assert process.gone is not None
        self._settle(process)
        self._leaving.pop(process.pid, None)
        exit_ = self._exits.pop(process.pid, None)
        died = exit_ if exit_ is not None and _died(process, exit_) else None
        gone = process.gone
        if exit_ is not None and exit_.by is not None:
            gone = min(gone, exit_.by)
        for lane in process.lanes.values():
            of_main = died if lane.tid == lane.pid else None
            self._end(lane, gone, of_main, asked=process.asked)
        exitcode = None if exit_ is None else exit_.exitcode
        self._events.append(events.ProcessEnded(gone, process.pid, exitcode))
        if self._processes.get(process.pid) is process:
            del self._processes[process.pid]


def _died(process: Process, exit_: Exit) -> bool:
    """Whether it ended in another way than by reaching its end, as far as that is known.

    One that has done tasks says that it is at its end. Others may not: a status of their own, then,
    is no death.
    """
    if exit_.exitcode < 0:
        return True
    worked = any(lane.worked for lane in process.lanes.values())
    return worked and not process.exiting and exit_.exitcode != 0


def _differs(told: events.WorkerTold, before: events.WorkerTold) -> bool:
    return (told.kind, told.group, told.label, told.helper, told.daemon) != (
        before.kind,
        before.group,
        before.label,
        before.helper,
        before.daemon,
    )
