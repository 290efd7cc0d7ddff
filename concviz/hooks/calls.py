"""What a task calls, where executors and libraries have wrapped it or made chunks of it."""

from __future__ import annotations

import sys

from .imports import when_imported
from .labels import LONGEST, label_of, name_of_function, shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    Call = tuple[object, object, object]
    """A function, its arguments, its keyword arguments."""
    Chunk = tuple[Call, Call, int]
    """The first and the last of several calls that are one task, and how many they are."""

# by id: a type may say anything about equality
_wrappers: dict[int, Callable[[Any, Any, Any], Call | None]] = {}
_chunks: dict[int, Callable[[Any, Any], Chunk]] = {}

# more than that is no wrapping that a library does
_DEEPEST = 6

_Function = type(lambda: None)


def call_told(function: object, args: object, kwargs: object) -> tuple[str, int]:
    """A label for a call, and how many items it goes through: more than one is a chunk."""
    for _ in range(_DEEPEST):
        kind = type(function)
        chunk = _chunks.get(id(function) if kind is _Function else id(kind))
        if chunk is not None:
            return _chunk_told(*chunk(function, args))
        if kind is _Function:
            break
        unwrap = _wrappers.get(id(kind))
        inner = None if unwrap is None else unwrap(function, args, kwargs)
        if inner is None:
            break
        function, args, kwargs = inner
    return label_of(function, args, kwargs), 1


def name_of_call(function: Any) -> str:
    """What calls of a function are named after, if that and their argument say it all."""
    if type(function) is not _Function or id(function) in _chunks:
        return ""
    if type(function.__qualname__) is not str:
        return ""
    name = name_of_function(function)
    return name if len(name) <= LONGEST // 2 else ""


def wrapped_by(kind: type, unwrap: Callable[[Any, Any, Any], Call | None]) -> None:
    """Objects of exactly this class wrap the call that ``unwrap`` tells, or None."""
    _wrappers[id(kind)] = unwrap


def in_chunks(function: object, chunk: Callable[[Any, Any], Chunk]) -> None:
    """This function, or objects of this class, do several calls one after the other."""
    _chunks[id(function)] = chunk


def install() -> None:
    """Know the wrappers of the standard library, and joblib's."""
    when_imported("functools", _functools)
    when_imported("joblib.parallel", _joblib)
    wrapped_by(type(len), _of_builtin)


def _chunk_told(first: Call, last: Call, items: int) -> tuple[str, int]:
    label = call_told(*first)[0]
    if items > 1:
        label = shortened(f"{label} … {call_told(*last)[0]}", 2 * LONGEST)
    return label, max(items, 1)


def _functools(module: ModuleType) -> None:
    def of_partial(function: Any, args: Any, kwargs: Any) -> Call:
        told = dict(function.keywords)
        told.update(kwargs or {})
        return function.func, (*function.args, *args), told

    wrapped_by(module.partial, of_partial)


def _of_builtin(function: Any, args: Any, kwargs: Any) -> Call | None:
    """``Context.run``, by which ``asyncio.to_thread`` hands over its function."""
    contexts = sys.modules.get("_contextvars")
    if contexts is None or type(function.__self__) is not contexts.Context or not args:
        return None
    return (args[0], args[1:], kwargs) if function.__name__ == "run" else None


def _joblib(module: ModuleType) -> None:
    def of_batch(batch: Any, args: Any) -> Chunk:
        calls = batch.__dict__["items"]
        return tuple(calls[0]), tuple(calls[-1]), len(calls)

    def of_capturing(function: Any, args: Any, kwargs: Any) -> Call:
        return function.__dict__["func"], args, kwargs

    in_chunks(module.BatchedCalls, of_batch)
    capturing = getattr(sys.modules.get("joblib._utils"), "_TracebackCapturingWrapper", None)
    if capturing is not None:
        wrapped_by(capturing, of_capturing)
