"""Processes: multiprocessing's are tasks of whoever starts them; others only begin.

What is replaced: attributes of multiprocessing's and subprocess's own objects, which are set when
a child is about to be started and when it is there, and the name of a process, which is asked for
when its ``run`` has raised. That a child is about to run, and that it is at its end, ``threads``
notices.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import get_ident, get_native_id

from .around import locals_of
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
from .tell import as_key, in_child, lost, now, quoted, tell
from .threads import at_exit, from_library, group_of, process_begins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from types import CodeType, FrameType, ModuleType

_NOT_SEEN = "Not all processes are seen here: something failed ({})."

_attributes = object.__getattribute__

_since: dict[int, int] = {}
"""When a thread, by its number, began to start a process."""
_running: list[tuple[str, int]] = []
"""The task that this process is, and the CPU time of its thread before it."""
_failed: list[str] = []


def install() -> None:
    """Put the hooks in place."""
    in_child(_forget)
    process_begins.append(_begins)
    at_exit.append(_ends)
    when_imported("multiprocessing.process", _patch_process)
    when_imported("multiprocessing.popen_fork", _patch_popen)
    when_imported("subprocess", _patch_subprocess)


def forked_from(frame: FrameType | None) -> str:
    """The name of the process of multiprocessing that is forked in this frame, if it is one."""
    popen = sys.modules.get("multiprocessing.popen_fork")
    if popen is None or frame is None or frame.f_code is not popen.Popen._launch.__code__:
        return ""
    (process,) = locals_of(frame, "process_obj")
    name = _attributes(process, "_name")
    return name if type(name) is str else ""


def _forget() -> None:
    for of_parent in (_since, _running, _failed):
        of_parent.clear()


def _patch_process(process: ModuleType) -> None:
    kind = process.BaseProcess
    kind._popen = _Popen()
    kind.name = property(_Name(process), kind.name.fset, None, kind.name.__doc__)


def _patch_popen(popen: ModuleType) -> None:
    popen.Popen.returncode = _Asked(popen.Popen._send_signal.__code__)


def _patch_subprocess(subprocess: ModuleType) -> None:
    subprocess.Popen.returncode = _ReturnCode()
    subprocess.Popen.pid = _Pid()


class _ReturnCode:
    """How a child ended: set to None before it is started, and when somebody has waited for it."""

    def __set__(self, popen: object, value: object) -> None:
        own = _attributes(popen, "__dict__")
        before = own.get("returncode")
        own["returncode"] = value
        if value is None:
            _since[get_ident()] = now()
            _while_starting(sys._getframe(1))
        elif before is None and type(value) is int:
            pid = own.get("pid")
            if type(pid) is int:
                tell(f'["ended",{now()},{pid},{value}]')


def _while_starting(frame: FrameType) -> None:
    """A process begins to start another one while it is being started itself: tell what it is for.

    That fails, as its main module is being imported again: nothing else would be told of it.
    """
    process = sys.modules.get("multiprocessing.process")
    starts = frame.f_locals.get("process_obj")
    if process is None or starts is None:
        return
    if "_inheriting" in _attributes(process._current_process, "__dict__"):
        try:
            module, called, _ = _work(starts)
            group_of("processes", module, called)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))


class _Asked(_ReturnCode):
    """The same of multiprocessing's, which is looked at before a child is sent a signal."""

    def __init__(self, sends: CodeType) -> None:
        self._sends = sends

    def __get__(self, popen: object, kind: type) -> object:
        if popen is None:
            return self
        own = _attributes(popen, "__dict__")
        if sys._getframe(1).f_code is self._sends and own.get("returncode") is None:
            pid = own.get("pid")
            if type(pid) is int:
                tell(f'["asked",{now()},{pid}]')
        try:
            return own["returncode"]
        except KeyError:
            raise AttributeError("returncode") from None


class _Pid:
    """A child of ``subprocess``, when it is there. It may be no Python."""

    def __set__(self, popen: object, pid: object) -> None:
        _attributes(popen, "__dict__")["pid"] = pid
        if type(pid) is int:
            _tell_spawned(pid, "")


class _Popen:
    """A child of multiprocessing, when it is there."""

    def __set__(self, process: BaseProcess, popen: object) -> None:
        _attributes(process, "__dict__")["_popen"] = popen
        if popen is None:
            return
        try:
            _started(process, popen)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))


class _Name:
    """A process's name is asked for; by itself, when its ``run`` has raised."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._bootstrap = module.BaseProcess._bootstrap.__code__

    def __call__(self, process: BaseProcess) -> str:
        if process is self._module._current_process and _running:
            error = sys.exc_info()[1]
            if error is not None and sys._getframe(1).f_code is self._bootstrap:
                _failed.append(error_of(error))
        return process._name  # type: ignore[attr-defined,no-any-return]


def _tell_spawned(pid: int, name: str) -> None:
    t = now()
    tell(f'["spawned",{t},{pid},{_since.pop(get_ident(), t)},{quoted(shortened(name))}]')


def _started(process: BaseProcess, popen: object) -> None:
    pid = _attributes(popen, "__dict__").get("pid")
    if type(pid) is not int:
        return
    since = _since.get(get_ident(), now())
    name = _attributes(process, "_name")
    _tell_spawned(pid, name if type(name) is str else "")
    module, called, label = _work(process)
    if not from_library(module):
        group = group_of("processes", module, called)
        tell(f'["submitted",{since},"p{pid}",{as_key(group)},{quoted(label)},1,{get_native_id()}]')


def _work(process: BaseProcess) -> tuple[str, str, str]:
    """The module of what a process does, how that is called, and with which arguments."""
    kind = type(process)
    owner = defining_class(kind, "run")
    module = module_of_class(owner)
    if module != "multiprocessing.process":
        return module, name_of(kind), name_of(kind)
    own = _attributes(process, "__dict__")
    target = own.get("_target")
    if target is None:
        return "", name_of(kind), name_of(kind)
    return (
        module_of_function(target),
        name_of_function(target),
        label_of(target, own.get("_args", ()), own.get("_kwargs")),
    )


def _begins(frame: FrameType) -> None:
    """This process is about to run what it was made for."""
    process = sys.modules.get("multiprocessing.process")
    if process is None or frame.f_code is not process.BaseProcess._bootstrap.__code__:
        return
    if from_library(_work(process._current_process)[0]):
        return
    task = f"p{os.getpid()}"
    _running.append((task, time.thread_time_ns()))
    tell(f'["started",{now()},"{task}",{get_native_id()}]')


def _ends(frame: FrameType) -> None:
    """This process is at its end, and its exit status is known if it is multiprocessing's."""
    if not _running:
        return
    task, before = _running.pop()
    cpu = time.thread_time_ns() - before
    (status,) = locals_of(frame.f_back, "exitcode") if frame.f_back is not None else (0,)
    if status == 0:
        tell(f'["finished",{now()},"{task}",{cpu}]')
    else:
        error = _failed.pop() if _failed else f"SystemExit: {status}"
        tell(f'["failed",{now()},"{task}",{cpu},{quoted(error)}]')
