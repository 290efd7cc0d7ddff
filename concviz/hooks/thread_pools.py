"""Pools of ``concurrent.futures`` whose workers are threads: also those with interpreters."""

from __future__ import annotations

import sys

from . import futures
from . import tell as telling
from .calls import call_in_json
from .here import here
from .imports import when_imported
from .labels import error_of
from .owners import Owners
from .tell import lost, new_group, new_task, now
from .threads import pool_of_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
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
    if make.__code__.co_argcount > 3:  # before 3.14

        def __init__(  # noqa: N807
            self: Any, future: Any, fn: Any, args: Any, kwargs: Any
        ) -> None:
            make(self, future, fn, args, kwargs)
            _asked_for(future, fn, args, kwargs, sys._getframe(1))
    else:

        def __init__(self: Any, future: Any, task: Any) -> None:  # type: ignore[misc] # noqa: N807
            make(self, future, task)
            fn, args, kwargs = task
            _asked_for(future, fn, args, kwargs, sys._getframe(1))

    return __init__


def _asked_for(future: Any, function: Any, args: Any, kwargs: Any, submit: FrameType) -> None:
    try:
        executor = submit.f_locals["self"]
        thread = here()
        known = _known.get(id(executor))
        if known is None or known is not thread.owner:
            group: Any = _groups.of(executor)
            thread.owner = _known[id(executor)]
            thread.asked = b'["submitted",%%d,%%d,%d,%%b,%%d,%d]\n' % (group, thread.tid)
        label, items = call_in_json(function, args, kwargs)
        task = future.__dict__[futures.key] = new_task()
        line = thread.asked % (now(), task, label, items)
        try:
            telling.write(line)
        except ValueError:
            telling.make_room(line)
    except RecursionError:
        pass  # the program is at its limit
    except Exception as error:
        lost(_NOT_SEEN.format(error_of(error)))


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
_known = _groups.known
