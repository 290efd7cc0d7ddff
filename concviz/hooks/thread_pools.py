"""Pools of ``concurrent.futures`` whose workers are threads: also those with interpreters."""

from __future__ import annotations

from sys import _getframe
from time import thread_time_ns

from . import futures
from . import here as keeping
from . import tell as telling
from .around import looking_up
from .calls import call_told, name_of_call
from .here import HURRIES, Here, here
from .imports import when_imported
from .labels import error_of
from .owners import Owners
from .records import CALLED, END, STARTED, of_four, of_three
from .tell import as_key, lost, new_group, new_task, now, quoted, tell
from .threads import pool_of_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any

_NOT_SEEN = "Tasks of thread pools are not seen here any more: something failed ({})."
_MOST_CALLS = 100
"""Of one thread and one executor that are told by their number."""
_MOST_GIVEN = 1 << 63
_Function = type(lambda: None)


def install() -> None:
    """See executors when the program imports them."""
    when_imported("concurrent.futures.thread", _patch)


def _patch(module: ModuleType) -> None:
    item = module._WorkItem
    called = "fn" if "fn" in item.run.__code__.co_names else "task"  # from 3.14 on
    make = _noting(item.__init__)
    looking_up(item, "run", called, _begins_fn if called == "fn" else _begins_task)
    item.__init__ = make
    worker = module._worker

    def group_of_worker(thread: Any) -> int | str | None:
        executor = thread._args[0]() if thread._target is worker else None
        return None if executor is None else _groups.of(executor)

    pool_of_thread[module.__name__] = group_of_worker


def _noting(make: Callable[..., None]) -> Callable[..., None]:
    """A work item's own ``__init__``, which tells that a task was asked for.

    It is made by ``submit``, which has the executor's lock and puts it in the queue afterwards.
    """
    names = make.__code__.co_names
    if names == ("future", "fn", "args", "kwargs"):  # before 3.14
        # what it does is done here: to call it would take as long as the rest

        def __init__(  # noqa: N807
            self: Any, future: Any, fn: Any, args: Any, kwargs: Any
        ) -> None:
            self.future = future
            self.fn = fn
            self.args = args
            self.kwargs = kwargs
            _asked_for(future, fn, args, kwargs, _getframe(1))
    elif names == ("future", "task"):

        def __init__(self: Any, future: Any, task: Any) -> None:  # type: ignore[misc] # noqa: N807
            self.future = future
            self.task = task
            fn, args, kwargs = task
            _asked_for(future, fn, args, kwargs, _getframe(1))
    else:
        raise LookupError("work items are others")

    return __init__


def _asked_for(future: Any, function: Any, args: Any, kwargs: Any, submit: FrameType) -> None:
    try:
        executor = submit.f_locals["self"]
        try:
            thread = keeping.known.thread
        except AttributeError:
            thread = here()
        known = _known.get(id(executor))
        if known is None or known is not thread.owner:
            _groups.of(executor)
            known = thread.owner = _known[id(executor)]
            thread.calls = {}
        if type(function) is _Function and type(name := function.__qualname__) is str:
            call = thread.calls.get(name)
        else:
            call = None
        if kwargs:
            given = -1
        elif not args:
            given = 0
        elif len(args) == 1 and type(args[0]) is int and args[0] >= 0:
            given = args[0] + 1
        else:
            given = -1
        task = future._concviz_task = telling.next_task()
        if call is not None and 0 <= given <= _MOST_GIVEN:
            line = of_four(CALLED, now(), task, call, given, END)
        else:
            line = _other_call(thread, task, function, args, kwargs)
        try:
            telling.write(line)
        except ValueError:
            telling.make_room(line)
    except RecursionError:
        pass  # the program is at its limit
    except Exception as error:
        lost(_NOT_SEEN.format(error_of(error)))


def _other_call(thread: Here, task: int, function: Any, args: Any, kwargs: Any) -> bytes:
    """What is told of a call that is not known yet, or is one of its own."""
    t = now()
    group = thread.owner[0]  # type: ignore[index]
    if len(thread.calls) < _MOST_CALLS and (name := name_of_call(function)):
        number = thread.calls[function.__qualname__] = new_task()
        tell(f'["call",{t},{number},{as_key(group)},{quoted(name)},{thread.tid}]')
    label, items = call_told(function, args, kwargs)
    told = f'["submitted",{t},{task},{as_key(group)},{quoted(label)},{items},{thread.tid}]\n'
    return told.encode()


def _begins_fn(item: Any) -> Any:
    """The thread that is running is about to call what it finds here."""
    future = item.future
    if future._concviz_task:
        _begins(future)
    return item.fn


def _begins_task(item: Any) -> Any:
    """The same from 3.14 on."""
    future = item.future
    if future._concviz_task:
        _begins(future)
    return item.task


def _begins(future: Any) -> None:
    try:
        task = future._concviz_task
        if task < futures.first:
            return
        try:
            thread = keeping.known.thread
        except AttributeError:
            thread = here()
        future._concviz_thread = thread
        thread.task = task
        t = thread.since = now()
        thread.begun = thread_time_ns() if thread.short < HURRIES else -1
        line = of_three(STARTED, t, task, thread.tid, END)
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
