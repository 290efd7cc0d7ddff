"""What a coroutine waits for, told from where it is suspended.

Used in watched programs, and by the workers of a run. It disturbs nothing: frames are not looked
into, futures get no callback. What cannot be told is "other". The words are the names of
``concviz.trace.states.State``, in lower case.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
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
