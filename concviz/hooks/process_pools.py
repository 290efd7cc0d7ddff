"""Pools of ``concurrent.futures`` whose workers are processes, and loky's, which are made alike.

The parent tells what is asked for, the worker what it does. Both know a task by the pipe through
which it goes and its number in it. What travels, and how it is pickled, is as without us.
"""

from __future__ import annotations

import os
import sys
from time import thread_time_ns

from . import futures
from .around import NotingMethod
from .calls import call_told, in_chunks
from .imports import when_imported
from .labels import error_of
from .tell import in_child, lost, native_id, new_group, now, quoted, tell
from .threads import process_begins, tell_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any

    from .calls import Chunk

_MODULES = (
    "concurrent.futures.process",
    "loky.process_executor",
    "joblib.externals.loky.process_executor",
)
_KEY = "_concviz_key"
_NOT_SEEN = "Tasks of process pools are not seen here any more: something failed ({})."

_workers: list[object] = []
"""What worker processes begin with."""

_begun: tuple[str, object, int] | None = None
"""What this worker process does: the task, its number in the pool, the CPU time at its begin."""


def install() -> None:
    """See executors when the program imports them."""
    for name in _MODULES:
        when_imported(name, _patch)
    in_child(_forget)
    process_begins.append(_worker_begins)


def key_of_queue(queue: Any) -> str:
    """A key of a queue between processes, the same in both: the number of its pipe."""
    key: str | None = queue.__dict__.get(_KEY)
    if key is None:
        key = queue.__dict__[_KEY] = f"q{os.fstat(queue._reader.fileno()).st_ino}"
    return key


def _forget() -> None:
    global _begun
    _begun = None


def _patch(module: ModuleType) -> None:
    module._WorkItem.__init__ = _noting_request(module._WorkItem.__init__)
    module._CallItem.__setstate__ = _begin
    module._ResultItem.__init__ = _noting_result(module._ResultItem.__init__)
    raised = module._ExceptionWithTraceback
    raised.__init__ = NotingMethod(raised.__init__, _raised)
    _workers.append(module._process_worker)
    in_chunks(module._process_chunk, _chunk)


def _noting_request(make: Callable[..., None]) -> Callable[..., None]:
    """A work item's own ``__init__``, which tells that a task was asked for."""

    def __init__(self: Any, future: Any, fn: Any, args: Any, kwargs: Any) -> None:  # noqa: N807
        make(self, future, fn, args, kwargs)
        try:
            executor = sys._getframe(1).f_locals["self"]
            group = _group_of(executor)
            if group in _silent:
                return
            task = f"{group}:{executor._queue_count}"
            label, items = call_told(fn, args, kwargs)
            tell(f'["submitted",{now()},"{task}","{group}",{quoted(label)},{items},{native_id()}]')
            futures.mark(future, task)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))

    return __init__


_told: set[str] = set()
_silent: set[str] = set()
"""Groups of executors whose workers tell nothing: they were there before us."""


def _group_of(executor: Any) -> str:
    group = key_of_queue(executor._call_queue)
    if group not in _told:
        _told.add(group)
        if executor._processes:
            _silent.add(group)
            lost("A pool of processes that had its workers already is not seen.")
            return group
        workers = executor._max_workers
        new_group(
            "process-pool",
            type(executor).__name__,
            key=group,
            workers=workers if type(workers) is int else None,
        )
    return group


def _begin(self: Any, state: dict[str, Any]) -> None:
    """The ``__setstate__`` of a call that arrives in a worker, who does it next."""
    global _begun
    self.__dict__.update(state)
    try:
        number = state["work_id"]
        queue = sys._getframe(1).f_locals["self"]
        task = f"{key_of_queue(queue)}:{number}"
        tell(f'["started",{now()},"{task}",{native_id()}]')
        _begun = task, number, thread_time_ns()
    except Exception as error:
        _begun = None
        lost(_NOT_SEEN.format(error_of(error)))


def _noting_result(make: Callable[..., None]) -> Callable[..., None]:
    """A result item's own ``__init__``, which tells that a worker has done a task."""

    def __init__(  # noqa: N807
        self: Any, work_id: object, exception: Any = None, result: object = None, **more: Any
    ) -> None:
        make(self, work_id, exception, result, **more)
        if exception is not None or _begun is None or _begun[1] is not work_id:
            return
        try:
            tell(f'["finished",{now()},"{_begun[0]}",{thread_time_ns() - _begun[2]}]')
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))

    return __init__


def _raised() -> None:
    """A worker has caught what a task, or the pickling of its result, has raised.

    It is about to make a text of the traceback, which takes longer than many a task.
    """
    try:
        error = sys.exc_info()[1]
        if _begun is not None and error is not None:
            told = quoted(error_of(error))
            tell(f'["failed",{now()},"{_begun[0]}",{thread_time_ns() - _begun[2]},{told}]')
    except RecursionError:
        pass  # the program is at its limit
    except Exception as error:
        lost(_NOT_SEEN.format(error_of(error)))


def _worker_begins(_: FrameType) -> None:
    """A process of multiprocessing is about to run: tell whose worker its main thread is."""
    process = sys.modules["multiprocessing.process"]._current_process
    target = process.__dict__.get("_target")
    if any(target is each for each in _workers):
        group = key_of_queue(process._args[0])
        tell_thread("MainThread", daemon=False, helper=False, group=group)


def _chunk(_: object, args: Any) -> Chunk:
    function, calls = args
    return (function, calls[0], None), (function, calls[-1], None), len(calls)
