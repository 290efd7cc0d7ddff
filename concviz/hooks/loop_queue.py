"""What an event loop has ready: it tells of each task's steps as the loop takes them from it.

A loop takes a handle from its queue just before it runs the callback, asks whether the queue is
empty just before it looks for events, and how long it is just after that. So all of this is called
between pieces of the program's code, and none of it is on the stack while they run.

In a flood of short steps even that would cost more than they do: then one only looks every so many
handles at those that are new.
"""

from __future__ import annotations

from asyncio.events import Handle, TimerHandle
from collections import deque
from itertools import islice
from time import monotonic_ns, thread_time_ns
from types import BuiltinMethodType

from .allowance import BLOCKING_NS, RUNNING, UNKNOWN, may_tell_soon
from .coroutines import IN_FLOOD, SILENT_NS, Told
from .loop_tasks import METHOD, OTHER, STEP, TASKS, TOGETHER, LoopTasks, kinds, task_of
from .records import BEGUN, END, of_three

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FLOOD = 64
"""Where more handles are ready at once, and are run quickly, that is a flood."""
TIMED_NS = 50_000
"""A step that takes so long is not short."""
_SHORT_STEPS = 32
"""It needs so many short steps, one after the other, and more where it was none before."""
_MOST_PATIENCE = 4096
_SLICE = 256
"""So many handles are run in a flood before one looks again."""

_append = deque.append
_popleft = deque.popleft
_length = deque.__len__


class Ready(LoopTasks):
    """The handles that an event loop runs next."""

    __slots__ = ()

    def append(self, handle: Any) -> None:
        """It is to be run in the next round."""
        _append(self, handle)
        try:
            callback = handle._callback
            found = kinds.get(type(callback))
            if found == STEP:
                if id(callback.__self__) not in self.tasks:
                    self.created(callback.__self__)
            elif found is None or found == METHOD:
                task = task_of(callback)
                if task is not None and id(task) not in self.tasks:
                    self.created(task)
        except Exception:
            self.off()

    def popleft(self) -> Any:
        """It is run next, and what was run before has ended."""
        handle = _popleft(self)
        try:
            now = monotonic_ns()
            self.left -= 1
            told = self.current
            if told is not None:
                self._step_ended(told, now)
            if self.failed:
                self.look_at_failed(now)
            if self.left > FLOOD and self.quickly > self.patience + _SHORT_STEPS:
                self.__class__ = Flood  # type: ignore[assignment]
                self.begin(handle, now)  # type: ignore[attr-defined]
                return handle
            callback = handle._callback
            found = kinds.get(type(callback))
            if found == OTHER:
                return handle
            task = callback.__self__ if found == STEP else task_of(callback)
            if task is None:
                return handle
            told = self.tasks.get(id(task))
            if told is None or not told.since:
                told = self.first_step(task, now)
                if told is None:
                    return handle
            elif told.ended <= self.flooded:
                told.resumed_after_flood(now, self.lines)
            elif self.flood:
                future = None if found == STEP or not handle._args else handle._args[0]
                told.resumed_in_flood(task, future, now, self.round, self.lines)
            else:
                future = handle._args[0] if handle._args else None
                told.resumed(task, future, now, self.rounds, self.lines)
                if self.lines:
                    self.flush()
            self.current = told
            self.begun = now
            if self.left <= 0 and type(handle) is Handle:
                # the loop lets go of it, and perhaps of the task, before it asks for anything
                self.last = id(handle)
                handle.__class__ = _LastHandle
        except Exception:
            self.off()
        return handle

    def __bool__(self) -> bool:
        """Asked before the loop looks for events."""
        number = _length(self)
        try:
            now = monotonic_ns()
            current = self.current
            if current is not None:
                self._step_ended(current, now)
            if self.silent and (not number or now - self.quiet > SILENT_NS):
                self.tell_silent(now)
            self.flush()
            if self.failed:
                self.look_at_failed(now)
            self.looks = now
        except Exception:
            self.off()
        return number > 0

    def __len__(self) -> int:
        """Asked after the loop has looked for events: so many handles it runs then."""
        number = _length(self)
        try:
            now = monotonic_ns()
            self.rounds.looked(self.looks, now)
            self.left = number
            self.flood = number > FLOOD or not may_tell_soon(now)
            self.cpu = thread_time_ns()
            self.timed = self.round = now
        except Exception:
            self.off()
        return number

    def _round_ends(self, now: int) -> None:
        if self.current is not None:
            self._step_ended(self.current, now)

    def _step_ended(self, told: Told, now: int) -> None:
        self.current = None
        self.last = 0
        length = now - self.begun
        self.quickly = self.quickly + 1 if length < TIMED_NS else self.quickly // 2
        lines = self.lines
        flood = self.flood
        if flood and length < TIMED_NS:
            told.ended = now
            told.quick += length
            told.measured = False
        else:
            measured = thread_time_ns()
            # the short steps since it was asked last had no reason to rest
            before = self.begun - self.timed if flood else 0
            cpu = max(0, min(length, measured - self.cpu - before))
            self.cpu, self.timed = measured, now
            if length >= BLOCKING_NS:
                lines.append(b'["loop-blocked",%d,%d,%d]\n' % (now, told.number, length))
                if told.waits:
                    told.tell(self.begun, RUNNING, lines)
            told.step_ended(now, length, cpu)
        task = told()
        if task is None or task._state != "PENDING":
            self.ended(told, task, now)
        elif flood:
            if told.suspended_in_flood(now, lines):
                self.silent.append(told)
        else:
            told.suspended(task, lines)
        if lines and (not flood or len(lines) > TOGETHER):
            self.flush()


class Flood(LoopTasks):
    """The same while very many of them are run quickly, in slices."""

    __slots__ = ()

    def begin(self, handle: Any, now: int) -> None:
        """From now on; that handle has been taken already."""
        self.gone = 1
        self.seen = 0
        self.unstarted.clear()
        self._look(now, [handle, *islice(self, None)])
        self._slice(now)

    def __bool__(self) -> bool:
        """Asked before the loop looks for events."""
        number = _length(self)
        try:
            now = monotonic_ns()
            self._round_ends(now)
            self.looks = now
            if self.silent and (not number or now - self.quiet > SILENT_NS):
                self.flooded = now
                self.tell_silent(now)
                self.flush()
        except Exception:
            self.off()
        return number > 0

    def __len__(self) -> int:
        """Asked after the loop has looked for events: so many handles it runs then."""
        number = _length(self)
        try:
            now = monotonic_ns()
            self.rounds.looked(self.looks, now)
            self.left = number
            self.cpu = thread_time_ns()
            self.timed = self.round = now
            self._look(now)
            if number > FLOOD:
                self._slice(now)
            else:
                self._end(now)
        except Exception:
            self.off()
        return number

    def slice_ended(self) -> None:
        """All handles of the slice were run."""
        now = monotonic_ns()
        took = now - self.begun
        measured = thread_time_ns()
        cpu = measured - self.cpu
        self.cpu, self.timed = measured, now
        self._slice_ended(now)
        if cpu > self.slice * TIMED_NS or took - cpu > BLOCKING_NS:
            self.patience = min(_MOST_PATIENCE, 2 * self.patience + _SHORT_STEPS)
            self._end(now)
        elif self.left > 0:
            self._slice(now)

    def _slice(self, now: int) -> None:
        number = self.slice = min(_SLICE, self.left)
        self.begun = now
        until = self.gone + number
        unstarted, lines, tid = self.unstarted, self.lines, self.tid
        while unstarted and unstarted[0].place < until:
            told = unstarted.popleft()
            if not told.since and (task := told()) is not None:
                told.since = now
                told.ended = IN_FLOOD
                told.then = UNKNOWN
                if not task._must_cancel:
                    lines.append(of_three(BEGUN, now, told.number, tid, END))
                self.silent.append(told)
        if len(lines) > TOGETHER:
            self.flush()
        if self.left > number:
            # the last but one: the loop lets go of it when it has the last one
            handle = self[number - 2]
            kind = _last.get(type(handle))
            if kind is not None:
                self.last = id(handle)
                handle.__class__ = kind
            else:
                self._end(now)

    def _slice_ended(self, now: int) -> None:
        self.last = 0
        self.gone += self.slice
        self.left -= self.slice
        self._look(now)

    def _round_ends(self, now: int) -> None:
        self.gone += self.left
        self.left = 0
        self._look(now)
        self.flush()
        if self.failed:
            self.look_at_failed(now)

    def _look(self, now: int, handles: Any = None) -> None:
        """Look at handles that are new: tasks have come, or have ended."""
        if handles is None:
            length = _length(self)
            new = max(0, min(length, self.gone + length - self.seen))
            handles = [*islice(reversed(self), new)]
            handles.reverse()
        tasks = self.tasks
        before = self.seen
        self.seen += len(handles)
        for place, handle in enumerate(handles, before):
            callback = handle._callback
            kind = type(callback)
            if kind is BuiltinMethodType:
                continue  # that goes on which has begun
            found = kinds.get(kind)
            if found == STEP or (found == METHOD and task_of(callback) is not None):
                task = callback.__self__
                told = tasks.get(id(task))
                if told is None:
                    self.created(task)
                    told = tasks.get(id(task))
                if told is not None and not told.since:
                    told.place = place
                    self.unstarted.append(told)
            elif (
                handle._args
                and type(task := handle._args[0]) in TASKS
                and task._state != "PENDING"
                and (told := tasks.get(id(task))) is not None
            ):
                self.ended(told, task, now)
        if len(self.lines) > TOGETHER:
            self.flush()

    def _end(self, now: int) -> None:
        self.__class__ = Ready  # type: ignore[assignment]
        self.flooded = now
        self.quickly = 0
        self.flood = True
        if not _length(self):
            self.tell_silent(now)
        self.flush()


def _let_go(handle: Any) -> None:
    """A handle that was chosen for that tells that its callback has returned."""
    try:
        ready = handle._loop._ready
        if ready.last != id(handle):
            return
        if type(ready) is Flood:
            ready.slice_ended()
        elif type(ready) is Ready and ready.current is not None:
            ready._step_ended(ready.current, monotonic_ns())
    except Exception:
        pass


class _LastHandle(Handle):
    __slots__ = ()

    def __del__(self) -> None:
        _let_go(self)


class _LastTimerHandle(TimerHandle):
    __slots__ = ()

    def __del__(self) -> None:
        _let_go(self)


_last: dict[type, type] = {Handle: _LastHandle, TimerHandle: _LastTimerHandle}
for _kind, _of_that in _last.items():
    _of_that.__name__ = _of_that.__qualname__ = _kind.__name__
    _of_that.__module__ = _kind.__module__
