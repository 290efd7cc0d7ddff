"""What becomes of the futures of pools: begun, done, called off, asked for what came of them.

A pool's hook marks its futures with the task that each is; of others nothing is told. A future's
own methods look up what they need: for whom else it is that it is done, by what to call callbacks,
what it has raised. Each of these comes to a property here (``around.looking_up``) that tells, and
is not on the stack any more when they go on: callbacks, ``result()`` and what these raise never
have one beneath them.
"""

from __future__ import annotations

import sys
from time import thread_time_ns

from . import tell as telling
from .around import looking_up
from .here import SHORT_NS
from .imports import when_imported
from .labels import error_of
from .records import COLLECTED, END, FINISHED, of_three, of_two
from .tell import in_child, lost, now, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

# whoever has such a name passes on what a worker process has told itself
_PASSING_ON = "process_result_item"
_NOT_SEEN = "What becomes of tasks in pools is not seen here any more: something failed ({})."

_wait: CodeType | None = None

first = 1
"""Smaller numbers are of a parent's tasks, of whose futures this process has copies."""


def install() -> None:
    """See the futures of ``concurrent.futures``."""
    when_imported("concurrent.futures._base", _patch)
    in_child(_forget)


def _forget() -> None:
    global first
    first = telling.new_task()


def _patch(module: ModuleType) -> None:
    global _wait
    _wait = module.wait.__code__
    future = module.Future
    # what each future has that is not marked: no task, begun by no thread
    future._concviz_task = 0
    future._concviz_thread = None
    for name in ("set_result", "set_exception"):
        looking_up(future, name, "_waiters", _is_done)
    looking_up(future, "cancel", "_invoke_callbacks", _is_called_off)
    looking_up(future, "exception", "_exception", _is_asked_for_error)
    for name in ("_Future__get_result", "_get_snapshot"):
        if name in vars(future):
            looking_up(future, name, "_exception", _is_asked)


def mark(future: Any, key: str) -> None:
    """A future is the task of that name, which another process does and tells of."""
    future._concviz_task = first, key


def _is_done(future: Any) -> Any:
    """It has what came of it, and has its lock: so nobody else knows yet."""
    task = future._concviz_task
    if task:
        try:
            if type(task) is not int:
                _done_elsewhere(future, task)
            elif task >= first:
                _tell_done(future, task)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))
    return future._waiters


def _tell_done(future: Any, task: int) -> None:
    t = now()
    cpu = 0
    thread = future._concviz_thread
    if thread is not None and thread.task == task:
        if t - thread.since < SHORT_NS:
            thread.short += 1
        else:
            thread.short = 0
        if thread.begun >= 0:
            cpu = thread_time_ns() - thread.begun + 1
    error = future._exception
    if error is None:
        line = of_three(FINISHED, t, task, cpu, END)
    else:
        told = cpu - 1 if cpu else "null"
        line = f'["failed",{t},{task},{told},{quoted(error_of(error))}]\n'.encode()
    try:
        telling.write(line)
    except ValueError:
        telling.make_room(line)


def _done_elsewhere(future: Any, task: tuple[int, str]) -> None:
    error = future._exception
    if error is None or task[0] != first:
        return
    # beneath this: two of this module, one of the future, and who calls that
    if sys._getframe(3).f_code.co_name != _PASSING_ON:
        tell(f'["failed",{now()},"{task[1]}",null,{quoted(error_of(error))}]')


def _is_called_off(future: Any) -> Any:
    """It was, just now."""
    task = future._concviz_task
    if task:
        try:
            if type(task) is not int:
                if task[0] == first:
                    tell(f'["cancelled",{now()},"{task[1]}"]')
            elif task >= first:
                tell(f'["cancelled",{now()},{task}]')
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))
    return future._invoke_callbacks


def _is_asked_for_error(future: Any) -> Any:
    """Somebody gets its error, or gets to know that it has none."""
    asking = sys._getframe(2)
    if asking is not None and asking.f_code is _wait:
        return future._exception  # it only looks whether there is one
    return _is_asked(future)


def _is_asked(future: Any) -> Any:
    """Somebody gets what came of it."""
    task = future._concviz_task
    if task:
        future._concviz_task = 0
        try:
            if type(task) is int:
                if task >= first:
                    line = of_two(COLLECTED, now(), task, END)
                    try:
                        telling.write(line)
                    except ValueError:
                        telling.make_room(line)
            elif task[0] == first:
                tell(f'["collected",{now()},"{task[1]}"]')
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))
    return future._exception
