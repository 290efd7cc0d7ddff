"""What an event loop has ready: it tells of each task's steps as the loop takes them from it.

A loop takes a handle from its queue just before it runs the callback, asks whether the queue is
empty just before it looks for events, and how long it is just after that. So all of this is called
between pieces of the program's code, and none of it is on the stack while they run.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from _thread import get_ident, get_native_id
from asyncio.events import Handle
from collections import deque
from time import monotonic_ns, thread_time_ns
from types import BuiltinMethodType, CoroutineType, MethodType
from weakref import ref

from .allowance import BLOCKING_NS, RUNNING, may_tell_soon
from .coroutines import Told, label_of, name_given, new_told
from .labels import error_of
from .rounds import Rounds
from .tell import in_child, lost, new_group, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FLOOD = 64
"""Where more handles are ready at once, what each awaits is not looked into at once."""
TIMED_NS = 50_000
"""In a flood, only a step that took so long is asked for its CPU time."""
_TOGETHER = 32
"""So many lines are told at once, in a flood."""
_WITHIN_NS = 1_000_000
"""Tasks that come one after the other are told of together, if it is within so short a time."""
_FAILED_LOOKED_AT = 4
"""After each step, so many tasks that failed are looked at: has somebody asked for the error?"""

_append = deque.append
_popleft = deque.popleft
_length = deque.__len__

_OTHER, _STEP, _BUILTIN, _METHOD = range(4)
_kinds: dict[type, int] = {BuiltinMethodType: _BUILTIN, MethodType: _METHOD}
_MOST_KINDS = 10_000


def _learn(kind: type) -> int:
    """What a callback of that type may be."""
    if len(_kinds) >= _MOST_KINDS:
        return _OTHER
    step = kind.__name__ == "TaskStepMethWrapper" and kind.__module__ in ("_asyncio", "builtins")
    _kinds[kind] = found = _STEP if step else _OTHER
    return found


_PYTHON: Any = asyncio.tasks._PyTask  # type: ignore[attr-defined]
_python_steps = {vars(_PYTHON).get(f"_Task__{name}") for name in ("step", "wakeup")}
_TASKS = (asyncio.Task, _PYTHON)
_NAMED_LATE = sys.version_info < (3, 12)
"""Whether a task gets its name when it is there already."""
_HOUSEKEEPING = {
    asyncio.BaseEventLoop.shutdown_asyncgens.__code__,
    asyncio.BaseEventLoop.shutdown_default_executor.__code__,
}
"""Of coroutines that ``asyncio.run`` itself runs at its end."""


def _task_of(callback: Any) -> Any:
    """The task of which a callback is a step, or None."""
    kind = type(callback)
    found = _kinds.get(kind)
    if found is None:
        found = _learn(kind)
    if found == _STEP:
        return callback.__self__
    if found == _BUILTIN:
        return callback.__self__ if callback.__name__ == "task_wakeup" else None
    if found == _METHOD and callback.__func__ in _python_steps:
        return callback.__self__
    return None


class _Fields(deque):  # type: ignore[type-arg]
    """What is kept of a loop; a queue of that class tells nothing."""

    __slots__ = (
        "begun",
        "cpu",
        "current",
        "failed",
        "flood",
        "flushed",
        "group",
        "last",
        "left",
        "lines",
        "looks",
        "round",
        "rounds",
        "silent",
        "tasks",
        "tid",
        "timed",
    )


class Ready(_Fields):
    """The handles that an event loop runs next."""

    __slots__ = ()

    def __init__(self, handles: deque[Any]) -> None:
        super().__init__(handles)
        _queues[id(self)] = ref(self, _queue_gone)
        self.tasks: dict[int, Told] = {}
        """Those that have not ended, by identity."""
        self.failed: dict[int, Told] = {}
        """Those that failed, for whose errors nobody has asked."""
        self.rounds = Rounds()
        self.forget()

    def forget(self) -> None:
        """Nothing was told of this loop here."""
        self.tasks.clear()
        self.failed.clear()
        self.group = ""
        """As JSON; empty while it has none."""
        self.tid = ""
        """Of its thread, while it runs."""
        self.current: Told | None = None
        """Whose step was begun last."""
        self.last = 0
        """The identity of the handle of that, if nothing holds it after the step."""
        self.begun = 0
        """When that was."""
        self.left = 0
        """So many handles are still to be run in this round."""
        self.looks = 0
        """Since when the loop looks for events."""
        self.flood = False
        """Whether only sums are told, and the time of short steps is not looked into."""
        self.round = 0
        """Since when what is ready is run."""
        self.cpu = self.timed = 0
        """The CPU time of the thread, and when that was."""
        self.lines: list[str] = []
        """Those still to be told."""
        self.flushed = 0
        """When lines were told last."""
        self.silent: list[Told] = []
        """Of their waits nothing was told yet."""

    # what the loop calls

    def append(self, handle: Any) -> None:
        """It is to be run in the next round."""
        _append(self, handle)
        try:
            callback = handle._callback
            found = _kinds.get(type(callback))
            if found == _STEP:
                if id(callback.__self__) not in self.tasks:
                    self._created(callback.__self__)
            elif found is None or found == _METHOD:
                task = _task_of(callback)
                if task is not None and id(task) not in self.tasks:
                    self._created(task)
        except Exception:
            self._off()

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
                self._look_at_failed(now)
            callback = handle._callback
            found = _kinds.get(type(callback))
            if found == _OTHER:
                return handle
            task = callback.__self__ if found == _STEP else _task_of(callback)
            if task is None:
                return handle
            told = self.tasks.get(id(task))
            if told is None or not told.since:
                told = self._first_step(task, now)
                if told is None:
                    return handle
            elif self.flood:
                future = None if found == _STEP or not handle._args else handle._args[0]
                told.resumed_in_flood(task, future, now, self.round, self.lines)
            else:
                future = handle._args[0] if handle._args else None
                told.resumed(task, future, now, self.rounds, self.lines)
                if self.lines:
                    self._flush()
            self.current = told
            self.begun = now
            if self.left <= 0 and type(handle) is Handle:
                # the loop lets go of it, and perhaps of the task, before it asks for anything
                self.last = id(handle)
                handle.__class__ = _Last
        except Exception:
            self._off()
        return handle

    def __bool__(self) -> bool:
        """Asked before the loop looks for events."""
        number = _length(self)
        try:
            now = monotonic_ns()
            current = self.current
            if current is not None:
                self._step_ended(current, now)
            if not number and self.silent:
                self._tell_silent()
            self._flush()
            if self.failed:
                self._look_at_failed(now)
            self.looks = now
        except Exception:
            self._off()
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
            self._off()
        return number

    # what comes of it

    def runs(self) -> None:
        """The loop begins to run, in this thread."""
        self.tid = str(get_native_id())

    def rests(self) -> None:
        """The loop runs no more, perhaps because a step raised what ends it."""
        now = monotonic_ns()
        if self.current is not None:
            self._step_ended(self.current, now)
        self._tell_silent()
        self._flush()
        self._look_at_failed(now, len(self.failed))
        self.tid = ""

    def _created(self, task: Any) -> None:
        coroutine = task._coro
        if not issubclass(type(task), _TASKS) or (
            type(coroutine) is CoroutineType and coroutine.cr_code in _HOUSEKEEPING
        ):
            return
        if not self.group:
            self.group = str(new_group("loop", _name_of_loop()))
        now = monotonic_ns()
        new = self.tasks[id(task)] = new_told(task, self, _gone)
        tid = self.tid or get_native_id()
        label = label_of(task, new.name)
        self.lines.append(f'["submitted",{now},{new.number},{self.group},{label},1,{tid}]')
        if len(self.lines) > _TOGETHER or now - self.flushed > _WITHIN_NS:
            self._flush()

    def _first_step(self, task: Any, now: int) -> Told | None:
        told = self.tasks.get(id(task))
        if told is None:  # it was begun before it came here, as an eager one
            self._created(task)
            told = self.tasks.get(id(task))
            if told is None:
                return None
        told.begin(now)
        if _NAMED_LATE and not told.name:
            told.name = name_given(task)
            if told.name:
                self.lines.append(f'["label",{now},{told.number},{label_of(task, told.name)},1]')
        if not task._must_cancel:
            self.lines.append(f'["started",{now},{told.number},{self.tid or get_native_id()}]')
        self._flush()
        return told

    def _step_ended(self, told: Told, now: int) -> None:
        self.current = None
        self.last = 0
        length = now - self.begun
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
                lines.append(f'["loop-blocked",{now},{told.number},{length}]')
                if told.waits:
                    told.tell(self.begun, RUNNING, lines)
            told.step_ended(now, length, cpu)
        task = told()
        if task is None or task._state != "PENDING":
            self._ended(told, task, now)
        elif flood:
            if told.suspended_in_flood(now, lines):
                self.silent.append(told)
        else:
            told.suspended(task, lines)
        if lines and (not flood or len(lines) > _TOGETHER):
            self._flush()

    def _ended(self, told: Told, task: Any, now: int) -> None:
        self.tasks.pop(told.key, None)
        lines = self.lines
        if told.waits:
            told.tell(now, RUNNING, lines)
        cpu = told.cpu if told.measured else "null"
        state = "FINISHED" if task is None else task._state
        error = None if task is None or state == "CANCELLED" else task._exception
        if state == "CANCELLED":
            lines.append(f'["cancelled",{now},{told.number}]')
        elif error is None:
            lines.append(f'["finished",{now},{told.number},{cpu}]')
        else:
            lines.append(f'["failed",{now},{told.number},{cpu},{quoted(error_of(error))}]')
            if task._log_traceback:
                self.failed[told.key] = told

    def _look_at_failed(self, now: int, most: int = _FAILED_LOOKED_AT) -> None:
        for key in list(self.failed)[:most]:
            told = self.failed.pop(key, None)
            task = None if told is None else told()
            if told is not None and task is not None:
                if task._log_traceback:
                    self.failed[key] = told  # at the end of the line
                else:
                    self.lines.append(f'["collected",{now},{told.number}]')
        self._flush()

    def _tell_silent(self) -> None:
        silent, self.silent = self.silent, []
        for told in silent:
            task = told()
            if task is not None and self.tasks.get(told.key) is told:
                told.waits_on(task, self.lines)
            if len(self.lines) > _TOGETHER:
                self._flush()

    def _flush(self) -> None:
        lines, self.lines = self.lines, []
        if lines:
            tell("\n".join(lines))
            self.flushed = monotonic_ns()

    def _off(self) -> None:
        """Something is not as it is known: the program goes on without being told of."""
        self.__class__ = _Fields  # type: ignore[assignment]
        lost("The tasks of an event loop cannot be seen any more: it is not as asyncio's own.")


def _gone(told: Told) -> None:
    """A task is no more that had not ended, or for whose error nobody had asked."""
    try:
        ready, key, now = told.queue, told.key, monotonic_ns()
        if ready.failed.get(key) is told:
            del ready.failed[key]
            if not told.unlooked:
                tell(f'["collected",{now},{told.number}]')
        elif ready.tasks.get(key) is told:
            del ready.tasks[key]
            if told is not ready.current:
                tell(f'["failed",{now},{told.number},null,"destroyed while it was pending"]')
    except Exception:
        pass


class _Last(Handle):
    """A handle that nothing holds when its callback has returned."""

    __slots__ = ()

    def __del__(self) -> None:
        try:
            ready = self._loop._ready  # type: ignore[attr-defined]
            if type(ready) is Ready and ready.last == id(self) and ready.current is not None:
                ready._step_ended(ready.current, monotonic_ns())
        except Exception:
            pass


_Last.__name__ = _Last.__qualname__ = Handle.__name__
_Last.__module__ = Handle.__module__

_queues: dict[int, ref[Ready]] = {}


def _queue_gone(gone: ref[Ready]) -> None:
    for key, known in list(_queues.items()):
        if known is gone:
            _queues.pop(key, None)


def _forget() -> None:
    for known in list(_queues.values()):
        ready = known()
        if ready is not None:
            ready.forget()


in_child(_forget)


def _name_of_loop() -> str:
    ident = get_ident()
    if ident == threading.main_thread().ident:
        return "event loop"
    thread = threading._active.get(ident)  # type: ignore[attr-defined]
    name = getattr(thread, "_name", None)
    return f"event loop of {name}" if type(name) is str else "event loop of a thread"
