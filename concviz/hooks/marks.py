"""What a program marks itself, by ``concviz.task`` and ``concviz.mark``."""

from __future__ import annotations

import sys
import time
from _thread import get_native_id

from .labels import error_of, shortened
from .tell import as_key, in_child, lost, new_group, new_task, now, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

# more names than that are made up as the program runs
_MOST_GROUPS = 50
_OTHERS = "other marks"

_groups: dict[str, int | str] = {}

Begun = tuple[int, int, int | None]
"""A task's number, its thread's, and that thread's CPU time before it, if it has it alone."""


def install() -> None:
    """Be there for ``concviz.marking`` to find: whole, as any thread may look at any moment."""
    in_child(_groups.clear)
    sys.modules["_concviz.marking"] = sys.modules[__name__]


def mark(label: str) -> None:
    """This moment is marked."""
    try:
        tell(f'["mark",{now()},{get_native_id()},{_told(label)}]')
    except RecursionError:
        pass  # the program is at its limit
    except Exception as error:
        _failed(error)


def begin(name: str) -> Begun | None:
    """A piece of work of that name begins, in this thread."""
    return _begin(name, alone=not _in_event_loop())


def end(begun: Begun | None, error: BaseException | None) -> None:
    """It is over, with this error or without."""
    if begun is None:
        return
    try:
        t = now()
        task, thread, before = begun
        alone = before is not None and thread == get_native_id()
        cpu = f"{time.thread_time_ns() - before}" if alone else "null"  # type: ignore[operator]
        if error is None:
            tell(f'["finished",{t},{task},{cpu}]')
        elif _is_cancelling(type(error)):
            tell(f'["cancelled",{t},{task}]')
        else:
            tell(f'["failed",{t},{task},{cpu},{quoted(error_of(error))}]')
    except RecursionError:
        pass  # the program is at its limit
    except Exception as failure:
        _failed(failure)


def of_calls(function: Callable[..., Any], name: str) -> Any:
    """A function whose calls are pieces of work."""
    from functools import wraps

    @wraps(function)
    def marked(*args: Any, **kwargs: Any) -> Any:
        begun = _begin(name, alone=True)
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            end(begun, error)
            raise
        end(begun, None)
        return result

    return marked


def of_coroutines(function: Callable[..., Awaitable[Any]], name: str) -> Any:
    """A coroutine function whose calls are pieces of work."""
    from functools import wraps

    @wraps(function)
    async def marked(*args: Any, **kwargs: Any) -> Any:
        begun = _begin(name, alone=False)
        try:
            result = await function(*args, **kwargs)
        except BaseException as error:
            end(begun, error)
            raise
        end(begun, None)
        return result

    return marked


def _begin(name: str, *, alone: bool) -> Begun | None:
    try:
        t = now()
        thread = get_native_id()
        group = _group(name)
        task = new_task()
        tell(f'["submitted",{t},{task},{as_key(group)},{_told(name)},1,{thread}]')
        tell(f'["started",{t},{task},{thread}]')
        return task, thread, time.thread_time_ns() if alone else None
    except RecursionError:
        return None  # the program is at its limit
    except Exception as error:
        _failed(error)
        return None


def _group(name: str) -> int | str:
    """The group of all of that name, or of all whose names differ in a number at their end."""
    label = str.rstrip(str.rstrip(name, "0123456789"), " #-_:./") or name
    label = shortened(label)
    if label not in _groups:
        if len(_groups) >= _MOST_GROUPS:
            label = _OTHERS
        if label not in _groups:
            _groups[label] = new_group("marks", label)
    return _groups[label]


def _told(text: str) -> str:
    return quoted(shortened(text)) if type(text) is str else '"?"'


def _in_event_loop() -> bool:
    """Whether this thread is in a callback of an event loop: others may run before the end."""
    asyncio = sys.modules.get("_asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None


def _is_cancelling(kind: type[BaseException]) -> bool:
    exceptions = sys.modules.get("asyncio.exceptions")
    return kind is GeneratorExit or (
        exceptions is not None and issubclass(kind, exceptions.CancelledError)
    )


def _failed(error: Exception) -> None:
    lost(f"Not all that the program has marked is seen: something failed ({error_of(error)}).")
