"""Hooks of asyncio: its loops tell of their tasks (``loop_queue``), without anything between."""

from __future__ import annotations

import sys
from _collections import deque  # type: ignore[import-not-found]

from .imports import when_imported
from .tell import lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any


def install() -> None:
    """Tell of asyncio's tasks, if the program uses it."""
    when_imported("asyncio", _patch)


def _patch(asyncio: ModuleType) -> None:
    # all that a loop needs, now: a fork beside an import leaves a child that waits for its end
    from .loop_queue import Ready
    from .loop_tasks import LoopTasks, complained

    base = asyncio.base_events.BaseEventLoop
    base._ready = _Queue(Ready)
    base._exception_handler = _Handler(base.call_exception_handler.__code__, complained)
    events = asyncio.events
    set_running = events._set_running_loop

    def _set_running_loop(loop: Any, /) -> None:
        before = events._get_running_loop()
        set_running(loop)
        try:
            ready = getattr(before if loop is None else loop, "_ready", None)
            if isinstance(ready, LoopTasks):
                if loop is None:
                    ready.rests()
                else:
                    ready.runs()
            elif loop is not None:
                kind = type(loop)
                lost(
                    f"Tasks of {kind.__module__}.{kind.__qualname__} cannot be seen: "
                    "it is no event loop of asyncio's own."
                )
        except Exception:
            lost("When an event loop runs cannot be seen here.")

    events._set_running_loop = _set_running_loop
    vars(asyncio)["_set_running_loop"] = _set_running_loop
    running = events._get_running_loop()
    if running is not None:
        _take_over(running)


def _take_over(loop: Any) -> None:
    """Tell of a loop that runs in this thread already: the hooks come late (``--hook``)."""
    if getattr(sys, "_is_gil_enabled", lambda: True)():  # else another thread may just use it
        loop._ready = loop._ready
        loop._ready.late = True
        loop._ready.runs()


class _Queue:
    """Where a loop keeps what is ready: in a queue that tells of it."""

    def __init__(self, telling: Callable[[Any], Any]) -> None:
        self._telling = telling

    def __set__(self, loop: Any, handles: Any) -> None:
        vars(loop)["_ready"] = self._telling(handles) if type(handles) is deque else handles


class _Handler:
    """Where a loop keeps what is to be called with errors, for which it looks when there is one."""

    def __init__(self, asking: object, complained: Callable[[Any, Any], object]) -> None:
        self._asking = asking
        self._complained = complained

    def __get__(self, loop: Any, _: type | None = None) -> Any:
        if loop is None:
            return self
        try:
            frame = sys._getframe(1)
            if frame.f_code is self._asking:
                self._complained(loop._ready, frame.f_locals["context"])
        except Exception:
            pass
        return vars(loop).get("_exception_handler")

    def __set__(self, loop: Any, handler: Any) -> None:
        vars(loop)["_exception_handler"] = handler
