"""Threads: when they are asked for, begin and end; those that the program starts are tasks.

What is replaced in ``threading``: the dictionary of threads that are just being started (the
starter puts a thread there, and takes it out again if there cannot be one), ``_set_native_id`` and
``_delete`` (the first and the last thing that a thread does), the attribute by which a thread finds
what it calls when its ``run`` has raised, and the list of what is done at the end of the main
thread.
"""

from __future__ import annotations

import sys
import time
from _thread import get_native_id

from .imports import when_imported
from .labels import (
    defining_class,
    error_of,
    label_of,
    module_of_class,
    module_of_function,
    name_of,
    name_of_function,
    shortened,
)
from .tell import as_key, in_child, lost, new_group, new_task, now, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Thread
    from types import FrameType, ModuleType

LIBRARIES = ("concurrent.futures", "multiprocessing", "asyncio", "loky", "joblib")
"""Whose threads and processes are workers of a pool, or helpers, and no tasks themselves."""

_IN_LIBRARIES = tuple(f"{name}." for name in LIBRARIES)

pool_of_thread: dict[str, Callable[[Thread], int | str | None]] = {}
"""By the module of the function that a pool's threads run: gives the pool's key, if it is one."""

at_exit: list[Callable[[FrameType], None]] = []
"""Called with the frame that ends the program, when the main thread is at its end."""

process_begins: list[Callable[[FrameType], None]] = []
"""Called with the frame in which a process of multiprocessing is about to run."""

_NOT_SEEN = "Not all threads are seen here: something failed ({})."

_beginning: dict[int, int] = {}
"""Tasks of threads that were asked for, by the thread's ``id``; 0 for a thread that is no task."""
_running: dict[int, int] = {}
_failed: dict[int, str] = {}
_groups: dict[tuple[str, str], int | str] = {}

_attributes = object.__getattribute__


def install() -> None:
    """Put the hooks in place."""
    in_child(_forget)
    when_imported("threading", _patch)


def from_library(module: str) -> bool:
    """Whether a module belongs to what runs tasks for others."""
    return module.startswith(_IN_LIBRARIES) or module in LIBRARIES


def group_of(kind: str, module: str, label: str) -> int | str:
    """The key of the group of all threads, or processes, that do the same."""
    known = (f"{kind} {module}", label)
    if known not in _groups:
        _groups[known] = new_group(kind, label)
    return _groups[known]


def tell_thread(name: str, *, daemon: bool, helper: bool, group: int | str | None = None) -> None:
    """Tell of the thread that is running."""
    tell(_thread_told(now(), get_native_id(), name, daemon, helper, group))


def _thread_told(
    t: int, number: int, name: str, daemon: bool, helper: bool, group: int | str | None = None
) -> str:
    return (
        f'["thread",{t},{number},{quoted(shortened(name))},'
        f"{_json(daemon)},{_json(helper)},{as_key(group)}]"
    )


def _json(yes: bool) -> str:
    return "true" if yes else "false"


def _forget() -> None:
    for of_parent in (_beginning, _running, _failed, _groups):
        of_parent.clear()


def _patch(threading: ModuleType) -> None:
    kind = threading.Thread
    for thread in list(threading._active.values()):
        _tell_found(threading, thread)
    set_native_id = kind._set_native_id
    delete = kind._delete

    def _set_native_id(self: Thread) -> None:
        set_native_id(self)
        try:
            _begins(self, threading)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))

    def _delete(self: Thread) -> None:
        try:
            _ends(self)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))
        delete(self)

    kind._set_native_id = _set_native_id
    kind._delete = _delete
    kind._invoke_excepthook = _Excepthook()
    limbo = _Limbo(threading._limbo)
    threading._limbo = limbo  # type: ignore[attr-defined]
    threading._threading_atexits = _AtExits(threading._threading_atexits)  # type: ignore[attr-defined]

    def still_in_place(_: FrameType) -> None:
        if threading._limbo is not limbo or kind._set_native_id is not _set_native_id:
            lost("The program has replaced parts of threading: not all threads were seen as tasks.")

    at_exit.append(still_in_place)


def _tell_found(threading: ModuleType, thread: Thread) -> None:
    """Tell of a thread that is there already, except the main thread, which was told of."""
    if thread is not threading.main_thread() and thread.native_id is not None:
        name, daemon = thread._name, thread._daemonic  # type: ignore[attr-defined]
        tell(_thread_told(now(), thread.native_id, name, daemon, helper=False))


class _Limbo(dict):  # type: ignore[type-arg]
    """Threads that are being started."""

    def __setitem__(self, thread: Thread, same: Thread) -> None:
        try:
            _asked_for(thread)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))
        super().__setitem__(thread, same)

    def __delitem__(self, thread: Thread) -> None:
        super().__delitem__(thread)
        task = _beginning.pop(id(thread), 0)
        if task:  # it has not begun
            tell(f'["cancelled",{now()},{task}]')


class _Excepthook:
    """A thread's own way to its excepthook, which it looks for while it handles what was raised."""

    def __set__(self, thread: Thread, invoke: object) -> None:
        _attributes(thread, "__dict__")["_invoke_excepthook"] = invoke

    def __get__(self, thread: Thread | None, kind: type) -> object:
        if thread is None:
            return self
        try:
            error = sys.exc_info()[1]
            known = error is not None and id(thread) in _running
            if known and not issubclass(type(error), SystemExit):
                _failed[id(thread)] = error_of(error)  # type: ignore[arg-type]
        except RecursionError:
            pass  # the program is at its limit
        except Exception as failure:
            lost(_NOT_SEEN.format(error_of(failure)))
        return _attributes(thread, "__dict__")["_invoke_excepthook"]


class _AtExits(list):  # type: ignore[type-arg]
    """What is called when the main thread is at its end, last first."""

    def __reversed__(self) -> Iterator[Callable[[], None]]:
        frame = sys._getframe(1)
        for call in at_exit:
            try:
                call(frame)
            except Exception as error:
                lost(f"The end of the program was not seen ({error_of(error)}).")
        tell(f'["exiting",{now()}]')
        return list.__reversed__(self)


def _asked_for(thread: Thread) -> None:
    """A thread is about to be started, by the thread that is running."""
    kind = type(thread)
    t = now()
    owner = defining_class(kind, "run")
    owned_by = module_of_class(owner)
    name = name_of(kind)
    if owned_by != "threading":
        module, label = owned_by, name
    elif name_of(owner) == "Timer":
        function = _attributes(thread, "function")
        module, name = module_of_function(function), name_of_function(function)
        label = label_of(function, _attributes(thread, "args"), _attributes(thread, "kwargs"))
    else:
        function = _attributes(thread, "_target")
        if function is None:
            module, label = "", name
        else:
            module, name = module_of_function(function), name_of_function(function)
            label = label_of(function, _attributes(thread, "_args"), _attributes(thread, "_kwargs"))
    if from_library(module):
        _beginning[id(thread)] = 0
        return
    group = group_of("threads", module, name)
    task = _beginning[id(thread)] = new_task()
    tell(f'["submitted",{t},{task},{as_key(group)},{quoted(label)},1,{get_native_id()}]')


def _begins(thread: Thread, threading: ModuleType) -> None:
    """A thread knows its number: it is the one that is running, and has done nothing yet."""
    task = _beginning.pop(id(thread), None)
    name = _attributes(thread, "_name")
    if task is None:
        if type(thread) is threading._DummyThread:
            tell_thread(name, daemon=True, helper=False)
        elif thread is threading._main_thread:
            for call in process_begins:
                call(sys._getframe(2))
        return
    daemon = _attributes(thread, "_daemonic")
    if task:
        t, number = now(), get_native_id()
        _running[id(thread)] = task
        told = _thread_told(t, number, name, daemon, helper=False)
        tell(f'{told}\n["started",{t},{task},{number}]')
        return
    target = _attributes(thread, "_target")
    pool = pool_of_thread.get(module_of_function(target)) if target is not None else None
    group = pool(thread) if pool is not None else None
    tell_thread(name, daemon=daemon, helper=group is None, group=group)


def _ends(thread: Thread) -> None:
    """The thread that is running has nothing more to do."""
    t = now()
    task = _running.pop(id(thread), 0)
    ended = f'["thread-ended",{t},{get_native_id()}]'
    if task:
        cpu = time.thread_time_ns()
        error = _failed.pop(id(thread), None)
        if error is None:
            ended = f'["finished",{t},{task},{cpu}]\n{ended}'
        else:
            ended = f'["failed",{t},{task},{cpu},{quoted(error)}]\n{ended}'
    tell(ended)
