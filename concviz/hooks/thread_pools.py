"""Pools of ``concurrent.futures`` whose workers are threads: also those with interpreters."""

from __future__ import annotations

import sys
from _thread import get_native_id

from .calls import call_told
from .futures import mark
from .imports import when_imported
from .labels import error_of
from .owners import Owners
from .tell import lost, new_group, new_task, now, quoted, tell
from .threads import pool_of_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

_NOT_SEEN = "Tasks of thread pools are not seen here any more: something failed ({})."


def install() -> None:
    """See executors when the program imports them."""
    when_imported("concurrent.futures.thread", _patch)


def _patch(module: ModuleType) -> None:
    item = module._WorkItem
    item.__init__ = _noting(item.__init__)
    worker = module._worker

    def group_of_worker(thread: Any) -> int | str | None:
        executor = thread._args[0]() if thread._target is worker else None
        return None if executor is None else _groups.of(executor)

    pool_of_thread[module.__name__] = group_of_worker


def _noting(make: Callable[..., None]) -> Callable[..., None]:
    """A work item's own ``__init__``, which tells that a task was asked for.

    It is made by ``submit``, which has the executor's lock and puts it in the queue afterwards.
    """
    told_apart = make.__code__.co_argcount > 3

    def __init__(self: Any, future: Any, *call: Any) -> None:  # noqa: N807
        make(self, future, *call)
        try:
            function, args, kwargs = call if told_apart else call[0]
            group = _groups.of(sys._getframe(1).f_locals.get("self"))
            label, items = call_told(function, args, kwargs)
            task = new_task()
            tell(f'["submitted",{now()},{task},{group},{quoted(label)},{items},{get_native_id()}]')
            mark(future, task)
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))

    return __init__


def _tell_group(executor: Any) -> int | str:
    fields = object.__getattribute__(executor, "__dict__")
    kind = "thread-pool"
    for base in type(executor).__mro__:
        if base.__module__ == "concurrent.futures.interpreter":
            kind = "interpreter-pool"
    prefix = fields.get("_thread_name_prefix")
    workers = fields.get("_max_workers")
    return new_group(
        kind,
        prefix if type(prefix) is str else "ThreadPoolExecutor",
        workers=workers if type(workers) is int else None,
    )


_groups = Owners(_tell_group)
