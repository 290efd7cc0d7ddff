"""What becomes of the futures of pools: begun, done, called off, asked for what came of them.

A future says itself in which state it is: ``_state``. Who puts it there is always just between
pieces of other code, and so is this hook; callbacks, ``result()`` and what these raise never have
it beneath them. Only futures that a pool's hook has marked are told of.
"""

from __future__ import annotations

import sys
from _thread import get_ident, get_native_id
from posix import getpid
from time import thread_time_ns

from .imports import when_imported
from .labels import error_of
from .tell import as_key, in_child, lost, now, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

_task = "_concviz_task"
_BEGUN = "_concviz_begun"
_ERROR = "_concviz_error"

# in the code of the standard library, by the names of its functions: who asks for what came of it
_ASKING = frozenset({"exception", "__get_result", "_get_snapshot"})
# whoever has such a name passes on what a worker process has told itself
_PASSING_ON = "process_result_item"
_NOT_SEEN = "What becomes of tasks in pools is not seen here any more: something failed ({})."

_wait: CodeType | None = None


def install() -> None:
    """See the futures of ``concurrent.futures``."""
    when_imported("concurrent.futures._base", _patch)
    in_child(_forget)


def _forget() -> None:
    """A parent's futures, of which a forked child has copies, are no tasks of the child."""
    global _task
    _task = f"_concviz_task_{getpid()}"


def mark(future: Any, task: int | str) -> None:
    """From now on the future is told of, as this task.

    One that is a number runs in the thread that sets the future's state; one with a key of text
    runs in another process, which tells of it itself.
    """
    future.__dict__[_task] = task


def _patch(module: ModuleType) -> None:
    global _wait
    _wait = module.wait.__code__
    module.Future._state = _State()
    module.Future._exception = _Error()


class _State:
    """Stands where a future keeps its state. Reading it does not come here."""

    __slots__ = ()

    def __set__(self, future: Any, state: str) -> None:
        fields = future.__dict__
        if _task not in fields:
            fields["_state"] = state
            return
        try:
            _changed(fields, state)
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))
        fields["_state"] = state


def _changed(fields: dict[str, Any], state: str) -> None:
    """Tell of a future that is about to be in another state."""
    task = fields[_task]
    here = type(task) is int
    if state == "RUNNING":
        if here:
            tell(f'["started",{now()},{task},{get_native_id()}]')
            fields[_BEGUN] = get_ident(), thread_time_ns()
    elif state == "FINISHED":
        error = fields["_exception"]
        if here:
            begun = fields.pop(_BEGUN, None)
            cpu: int | str = "null"
            if begun is not None and begun[0] == get_ident():
                cpu = thread_time_ns() - begun[1]
            if error is None:
                tell(f'["finished",{now()},{task},{cpu}]')
            else:
                tell(f'["failed",{now()},{task},{cpu},{quoted(error_of(error))}]')
        elif error is not None and sys._getframe(3).f_code.co_name != _PASSING_ON:
            tell(f'["failed",{now()},"{task}",null,{quoted(error_of(error))}]')
        # before the state is there: who reads that without a lock finds this done
        fields[_ERROR] = error
        del fields["_exception"]
    elif state == "CANCELLED":
        tell(f'["cancelled",{now()},{task}]' if here else f'["cancelled",{now()},"{task}"]')


class _Error:
    """Stands where a future that is done keeps its exception, or None, until somebody asks."""

    __slots__ = ()

    def __get__(self, future: Any, kind: object = None) -> Any:
        if future is None:
            return self
        fields = future.__dict__
        if _ERROR not in fields:
            if "_exception" in fields:  # another thread was faster
                return fields["_exception"]
            raise AttributeError(f"{type(future).__name__!r} object has no attribute '_exception'")
        error = fields[_ERROR]
        asking = sys._getframe(1)
        name = asking.f_code.co_name
        if name in _ASKING:
            if name == "exception" and asking.f_back and asking.f_back.f_code is _wait:
                return error  # it only looks whether there is one
            fields["_exception"] = error
            if fields.pop(_ERROR, fields) is not fields:
                task = fields.get(_task)
                if task is not None:
                    tell(f'["collected",{now()},{as_key(task)}]')
        return error
