"""What a coroutine waits for, told from where it is suspended, and how late its loop came back.

The standard library only. All of it is measured from within the event loop, and disturbs nothing:
frames are not looked into, but for that of ``asyncio.sleep``; futures get no callback. What cannot
be told is "other". The words are the names of ``concviz.trace.states.State``, in lower case.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from time import monotonic_ns
from types import AsyncGeneratorType, CodeType, CoroutineType, GeneratorType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LOCK, IO, SLEEP, OTHER = "lock", "io", "sleep", "other"
LOOP, TASK, EXECUTOR = "loop_wait", "task_wait", "executor_wait"

_FOLDER = asyncio.sleep.__code__.co_filename.rpartition(os.sep)[0]
_BY_FILE = {
    "locks.py": LOCK,
    "queues.py": TASK,
    "tasks.py": TASK,
    "taskgroups.py": TASK,
    "threads.py": EXECUTOR,
    **dict.fromkeys(
        ("streams.py", "subprocess.py", "base_subprocess.py", "base_events.py", "events.py"), IO
    ),
    **dict.fromkeys(("selector_events.py", "proactor_events.py", "unix_events.py"), IO),
}
_BY_NAME = {
    "sleep": SLEEP,
    # What another one has to do, and no place that others have taken:
    **dict.fromkeys(("Event.wait", "Condition.wait", "Condition.wait_for"), TASK),
    **dict.fromkeys(("Barrier.wait", "Barrier.__aenter__"), TASK),
    "BaseEventLoop.shutdown_default_executor": EXECUTOR,
    # These pass on what is awaited within them; in 3.11 the first one makes a task of it.
    "wait_for": TASK if sys.version_info < (3, 12) else None,
    "_wrap_awaitable": None,
    "staggered_race": None,
}
_BY_CALLBACK = {
    "_chain_future": EXECUTOR,  # the future stands for one of ``concurrent.futures``
    "shield": TASK,
}
_HIDES = ("async_generator_asend", "async_generator_athrow", "anext_awaitable", "coroutine_wrapper")
"""Awaitables that do not say what they run."""
_MOST_CODES = 10_000
_known: dict[int, tuple[str | None, CodeType]] = {}
"""By the identity of a code, which is kept: to hash a code takes up to 7 µs."""


def awaited(coroutine: object, future: object) -> str:
    """What a coroutine waits for that has just yielded ``future``.

    The outermost part of asyncio that it has called says so; where it calls none, the future.
    """
    if future is None:
        return LOOP  # it lets the others go first
    try:
        inner: Any = coroutine
        while inner is not None:
            if isinstance(inner, CoroutineType):
                code, following = inner.cr_code, inner.cr_await
            elif isinstance(inner, GeneratorType):
                code, following = inner.gi_code, inner.gi_yieldfrom
            elif isinstance(inner, AsyncGeneratorType):
                code, following = inner.ag_code, inner.ag_await
            else:
                inner = _hidden(inner)
                continue
            kind, _ = _known.get(id(code)) or _learn(code)
            if kind is not None:
                return kind
            inner = following
        return _of_future(future)
    except Exception:
        return OTHER


def _learn(code: CodeType) -> tuple[str | None, CodeType]:
    """What somebody waits for who is suspended in that code; None where it does not tell."""
    if len(_known) >= _MOST_CODES:
        _known.clear()
    folder, _, file = code.co_filename.rpartition(os.sep)
    kind = _BY_FILE.get(file) if folder == _FOLDER else None
    if kind is not None:
        kind = _BY_NAME.get(code.co_qualname, kind)
    _known[id(code)] = kind, code
    return kind, code


def _hidden(awaitable: Any) -> object:
    """The coroutine or generator that an awaitable runs without saying so, or None."""
    if type(awaitable).__name__ not in _HIDES:
        return None
    runs = (CoroutineType, GeneratorType, AsyncGeneratorType)
    found = [each for each in gc.get_referents(awaitable) if isinstance(each, runs)]
    return found[0] if found else None


def _of_future(future: Any) -> str:
    if isinstance(future, asyncio.Task) or type(future).__name__ == "_GatheringFuture":
        return TASK
    # What is to happen when it is done; the task that waits for it is not among it yet.
    for callback, _ in getattr(future, "_callbacks", None) or ():
        outer, _, _ = getattr(callback, "__qualname__", "").partition(".<locals>")
        ours = getattr(callback, "__module__", "").startswith("asyncio.")
        if ours and outer in _BY_CALLBACK:
            return _BY_CALLBACK[outer]
    return OTHER


def sleeping(coroutine: object) -> Any:
    """The ``asyncio.sleep`` in which a coroutine is suspended, or None."""
    inner: Any = coroutine
    while inner is not None:
        if isinstance(inner, CoroutineType):
            if inner.cr_code is asyncio.sleep.__code__:
                return inner
            inner = inner.cr_await
        elif isinstance(inner, GeneratorType):
            inner = inner.gi_yieldfrom
        elif isinstance(inner, AsyncGeneratorType):
            inner = inner.ag_await
        else:
            inner = _hidden(inner)
    return None


NOTICED_NS = 100_000
"""A look for events that took so long has waited for one."""
WORTH_NS = 1_000_000
"""A shorter wait or delay is not looked into."""
_OUTSIDE = (IO, EXECUTOR, OTHER, SLEEP)
"""What comes from outside of the loop, which takes notice of it when it looks."""


class Rounds:
    """When an event loop last looked for events: in between it runs what is ready.

    Who is ready when the loop looks goes on in that round, or in the next one. So a task that goes
    on was ready, but had to wait for the loop, for two or three rounds at most.
    """

    def __init__(self, selector: Any) -> None:
        self._select = selector.select
        self._latest = self._before = self._earlier = (0, 0)
        """The beginnings and ends of the last three looks."""
        selector.select = self._look

    @classmethod
    def of_the_loop(cls) -> Rounds | None:
        """Of the loop that runs; None where it has no selector, as those of other packages."""
        try:
            selector = asyncio.get_running_loop()._selector  # type: ignore[attr-defined]
            rounds = getattr(selector.select, "__self__", None)
            return rounds if isinstance(rounds, cls) else cls(selector)
        except Exception:
            return None

    def _look(self, timeout: float | None = None) -> Any:
        begun = monotonic_ns()
        found = self._select(timeout)
        self._latest, self._before, self._earlier = (
            (begun, monotonic_ns()),
            self._latest,
            self._before,
        )
        return found

    def late(self, kind: str, coroutine: object, since: int, now: int) -> int:
        """How long a task that waited since then had been ready: the loop was busy with others."""
        if now - since < WORTH_NS or kind == LOOP:
            return 0
        late = self._busy(kind, since, now)
        if kind == SLEEP and late >= WORTH_NS:
            late = self._busy(kind, max(since, _due(coroutine, now)), now)
        return late

    def _busy(self, kind: str, since: int, now: int) -> int:
        (begin, end), (before, noticed), (_, first) = self._latest, self._before, self._earlier
        busy = now - max(since, end)
        if kind in _OUTSIDE:
            busy += max(0, begin - max(since, noticed))
            if kind == SLEEP or noticed - before < NOTICED_NS:
                busy += max(0, before - max(since, first))
        return max(0, busy)


def _due(coroutine: object, now: int) -> int:
    """When a coroutine has slept for as long as it wanted."""
    frame = getattr(sleeping(coroutine), "cr_frame", None)
    handle = frame.f_locals.get("h") if frame is not None else None
    if handle is None:
        return now
    left: float = handle.when() - asyncio.get_running_loop().time()
    return now + round(left * 1e9)
