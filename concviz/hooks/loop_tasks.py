"""The tasks of an event loop: when they come, begin and end is told, whoever finds it out."""

from __future__ import annotations

import asyncio
import sys
import threading
from _thread import get_ident, get_native_id
from collections import deque
from time import monotonic_ns
from types import BuiltinMethodType, CoroutineType, MethodType
from weakref import ref

from . import tell as telling
from .allowance import RUNNING, UNKNOWN, may_tell
from .coroutines import IN_FLOOD, Told, label_of, name_given
from .labels import error_of
from .records import ALONE, CALLED, COLLECTED, END, FINISHED, STARTED, of_four, of_three, of_two
from .rounds import Rounds
from .tell import in_child, lost, new_group, quoted, tell, told_anew

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TOGETHER = 32
"""So many lines are told at once, in a flood."""
_WITHIN_NS = 1_000_000
"""Tasks that come one after the other are told of together, if it is within so short a time."""
_FAILED_LOOKED_AT = 4
"""After each step, so many tasks that failed are looked at: has somebody asked for the error?"""

_MOST_CALLS = 1_000
"""Of coroutines by what they are called, whose tasks are told by a number."""

OTHER, STEP, BUILTIN, METHOD = range(4)
kinds: dict[type, int] = {BuiltinMethodType: BUILTIN, MethodType: METHOD}
_MOST_KINDS = 10_000


def _learn(kind: type) -> int:
    """What a callback of that type may be."""
    if len(kinds) >= _MOST_KINDS:
        return OTHER
    step = kind.__name__ == "TaskStepMethWrapper" and kind.__module__ in ("_asyncio", "builtins")
    kinds[kind] = found = STEP if step else OTHER
    return found


_PYTHON: Any = asyncio.tasks._PyTask  # type: ignore[attr-defined]
_python_steps = {vars(_PYTHON).get(f"_Task__{name}") for name in ("step", "wakeup")}
TASKS = (asyncio.Task, _PYTHON)
_NAMED_LATE = sys.version_info < (3, 12)
"""Whether a task gets its name when it is there already."""
_HOUSEKEEPING = {
    id(asyncio.BaseEventLoop.shutdown_asyncgens.__code__),
    id(asyncio.BaseEventLoop.shutdown_default_executor.__code__),
}
"""Codes that ``asyncio.run`` itself runs at its end; to hash a code takes up to 7 µs."""


def task_of(callback: Any) -> Any:
    """The task of which a callback is a step, or None."""
    kind = type(callback)
    found = kinds.get(kind)
    if found is None:
        found = _learn(kind)
    if found == STEP:
        return callback.__self__
    if found == BUILTIN:
        return callback.__self__ if callback.__name__ == "task_wakeup" else None
    if found == METHOD and callback.__func__ in _python_steps:
        return callback.__self__
    return None


class Untold(deque):  # type: ignore[type-arg]
    """What is kept of a loop; a queue of that class tells nothing."""

    __slots__ = (
        "begun",
        "calls",
        "cpu",
        "current",
        "failed",
        "flood",
        "flooded",
        "flushed",
        "gone",
        "group",
        "last",
        "late",
        "left",
        "lines",
        "looks",
        "patience",
        "quickly",
        "quiet",
        "round",
        "rounds",
        "seen",
        "silent",
        "slice",
        "tasks",
        "tid",
        "timed",
        "unstarted",
    )


class LoopTasks(Untold):
    """What an event loop has ready, and what is told of its tasks."""

    __slots__ = ()

    def __init__(self, handles: deque[Any]) -> None:
        super().__init__(handles)
        _queues[id(self)] = ref(self, _queue_gone)
        self.tasks: dict[int, Told] = {}
        """Those that have not ended, by identity."""
        self.failed: dict[int, Told] = {}
        """Those that failed, for whose errors nobody has asked."""
        self.rounds = Rounds()
        self.late = False
        """Whether there were tasks before anybody looked."""
        self.forget()

    def forget(self) -> None:
        """Nothing was told of this loop here."""
        self.tasks.clear()
        self.failed.clear()
        self.group = ""
        """As JSON; empty while it has none."""
        self.tid = 0
        """Of its thread, while it runs."""
        self.calls: dict[str, int] = {}
        """Numbers of what coroutines are called, by that: of tasks that come while it runs."""
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
        self.lines: list[bytes] = []
        """Those still to be told."""
        self.flushed = 0
        """When lines were told last."""
        self.quickly = 0
        """So many steps were short, one after the other."""
        self.patience = 0
        """So many of them do not yet make a flood."""
        self.gone = self.seen = 0
        """In a flood: so many handles were run, and looked at, since its beginning."""
        self.slice = 0
        """So many of them are run before one looks again."""
        self.unstarted: deque[Told] = deque()
        """Tasks whose first step is in the queue, in its order."""
        self.flooded = 0
        """Until when there was a flood."""
        self.silent: list[Told] = []
        """Of their waits nothing was told yet."""
        self.quiet = 0
        """Since when there may be such."""

    def runs(self) -> None:
        """The loop begins to run, in this thread."""
        self.tid = get_native_id()
        self.calls = {}

    def rests(self) -> None:
        """The loop runs no more, perhaps because a step raised what ends it."""
        now = monotonic_ns()
        self._round_ends(now)
        for told in list(self.tasks.values()):
            task = told()
            if task is not None and task._state != "PENDING":
                self.ended(told, task, now)
        self.tell_silent(now)
        self.flush()
        self.look_at_failed(now, len(self.failed))
        self.tid = 0
        self.calls = {}

    def _round_ends(self, now: int) -> None:
        raise NotImplementedError

    def created(self, task: Any, now: int = 0) -> None:
        """A task comes to be."""
        coroutine = task._coro
        kind = type(coroutine)
        if type(task) not in TASKS and not issubclass(type(task), TASKS):
            return
        if kind is CoroutineType and id(coroutine.cr_code) in _HOUSEKEEPING:
            return
        if not self.group:
            self.group = str(new_group("loop", _name_of_loop()))
        now = now or monotonic_ns()
        key = id(task)
        name = name_given(task)
        new = self.tasks[key] = Told(task, _gone)
        new.queue = self
        new.key = key
        new.since = 0
        new.waits = False
        number = new.number = telling.next_task()
        call = None
        if kind is CoroutineType and not name:
            call = self.calls.get(coroutine.__qualname__)
        if call is None:
            self._called_first(coroutine, name, now, number)
        else:
            self.lines.append(of_four(CALLED, now, number, call, ALONE, END))
        if len(self.lines) > TOGETHER or now - self.flushed > _WITHIN_NS:
            self.flush()

    def _called_first(self, coroutine: Any, name: str, now: int, number: int) -> None:
        """Tell of a task whose coroutine is not called as one before, or that has its own name."""
        label = label_of(coroutine, name)
        tid = self.tid or get_native_id()
        told = f'["submitted",{now},{number},{self.group},{label},1,{tid}]\n'
        if self.tid and not name and type(coroutine) is CoroutineType:
            qualname = coroutine.__qualname__
            if type(qualname) is str and len(self.calls) < _MOST_CALLS:
                call = self.calls[qualname] = telling.next_task()
                told = f'["call",{now},{call},{self.group},{label},{tid}]\n{told}'
        self.lines.append(told.encode())

    def first_step(self, task: Any, now: int) -> Told | None:
        """A task begins; None where nothing is told of it."""
        told = self.tasks.get(id(task))
        if told is None:
            self.created(task, now)
            told = self.tasks.get(id(task))
            if told is None:
                return None
            if not self.late:
                lost(
                    "Tasks that are begun as soon as they are made (eagerly) are seen from their "
                    "first wait on, and not at all if they never wait."
                )
        told.begin(now)
        if _NAMED_LATE and (name := name_given(task)):
            label = label_of(task._coro, name)
            self.lines.append(f'["label",{now},{told.number},{label},1]\n'.encode())
        if not task._must_cancel:
            tid = self.tid or get_native_id()
            self.lines.append(of_three(STARTED, now, told.number, tid, END))
        self.flush()
        return told

    def ended(self, told: Told, task: Any, now: int) -> None:
        """A task has ended; how, it says itself, if it is still there."""
        self.tasks.pop(told.key, None)
        lines = self.lines
        if told.waits:
            told.tell(now, RUNNING, lines)
        cpu = told.cpu + 1 if told.ended != IN_FLOOD and told.measured else 0
        state = "FINISHED" if task is None else task._state
        error = None if task is None or state == "CANCELLED" else task._exception
        if state == "CANCELLED":
            lines.append(b'["cancelled",%d,%d]\n' % (now, told.number))
        elif error is None:
            lines.append(of_three(FINISHED, now, told.number, cpu, END))
        else:
            spent = cpu - 1 if cpu else "null"
            failed = f'["failed",{now},{told.number},{spent},{quoted(error_of(error))}]\n'
            lines.append(failed.encode())
            if task._log_traceback:
                told.unlooked = False
                self.failed[told.key] = told

    def look_at_failed(self, now: int, most: int = _FAILED_LOOKED_AT) -> None:
        """Has somebody asked for the errors of some of those that failed?"""
        for key in list(self.failed)[:most]:
            told = self.failed.pop(key, None)
            task = None if told is None else told()
            if told is not None and task is not None:
                if task._log_traceback:
                    self.failed[key] = told  # at the end of the line
                else:
                    self.lines.append(of_two(COLLECTED, now, told.number, END))
        self.flush()

    def tell_silent(self, now: int) -> None:
        """What tasks wait for of which nothing was told: the loop rests, or it is long ago."""
        self.quiet = now
        silent, self.silent = self.silent, []
        for told in silent:
            task = told()
            if task is not None and self.tasks.get(told.key) is told:
                may = may_tell(now)
                if not may and told.then == UNKNOWN:
                    continue
                told.waits_on(task, now, may, self.lines)
            if len(self.lines) > TOGETHER:
                self.flush()

    def flush(self) -> None:
        """Tell what is still to be told."""
        lines, self.lines = self.lines, []
        if lines:
            together = b"".join(lines)
            try:
                telling.write(together)
            except ValueError:
                telling.make_room(together)
            self.flushed = monotonic_ns()

    def off(self) -> None:
        """Something is not as it is known: the program goes on without being told of."""
        self.__class__ = Untold  # type: ignore[assignment]
        lost("The tasks of an event loop cannot be seen any more: it is not as asyncio's own.")


def complained(ready: LoopTasks, context: Any) -> None:
    """Asyncio tells its exception handler of a task: nobody asked for its error, or awaits it."""
    message = context.get("message")
    key = id(context["task"] if "task" in context else context.get("future"))
    if message == "Task exception was never retrieved":
        told = ready.failed.get(key)
        if told is not None:
            told.unlooked = True
        elif (told := ready.tasks.pop(key, None)) is not None:
            _failed(told, error_of(context["exception"]))
    elif message == "Task was destroyed but it is pending!":
        told = ready.tasks.pop(key, None)
        if told is not None:
            _failed(told, "destroyed while it was pending")


def _failed(told: Told, error: str) -> None:
    tell(f'["failed",{monotonic_ns()},{told.number},null,{quoted(error)}]')


def _gone(told: Told) -> None:
    """A task is no more that had not ended, or for whose error nobody had asked."""
    try:
        ready, key, now = told.queue, told.key, monotonic_ns()
        if ready.failed.get(key) is told:
            del ready.failed[key]
            if not told.unlooked:
                tell(f'["collected",{now},{told.number}]')
        elif ready.tasks.get(key) is told and told is not ready.current:
            # it ended in a flood; asyncio would have said so if it had not, or had failed
            del ready.tasks[key]
            tell(f'["finished",{now},{told.number},null]')
    except Exception:
        pass


_queues: dict[int, ref[LoopTasks]] = {}


def _queue_gone(gone: ref[LoopTasks]) -> None:
    for key, known in list(_queues.items()):
        if known is gone:
            _queues.pop(key, None)


def _forget() -> None:
    for known in list(_queues.values()):
        ready = known()
        if ready is not None:
            ready.forget()


in_child(_forget)


def _tell_calls_anew() -> None:
    for known in list(_queues.values()):
        ready = known()
        if ready is not None:
            ready.calls = {}


told_anew(_tell_calls_anew)


def _name_of_loop() -> str:
    ident = get_ident()
    if ident == threading.main_thread().ident:
        return "event loop"
    thread = threading._active.get(ident)  # type: ignore[attr-defined]
    name = getattr(thread, "_name", None)
    return f"event loop of {name}" if type(name) is str else "event loop of a thread"
