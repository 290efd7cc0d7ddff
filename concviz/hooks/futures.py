"""What becomes of the futures of pools: begun, done, called off, asked for what came of them.

A future says itself in which state it is: ``_state``. Who puts it there is always just between
pieces of other code, and so is this hook; callbacks, ``result()`` and what these raise never have
it beneath them. Only futures that a pool's hook has marked are told of.
"""

from __future__ import annotations

import sys
from posix import getpid
from time import thread_time_ns

from . import tell as telling
from .imports import when_imported
from .labels import error_of
from .tell import in_child, lost, native_id, now, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

key = "_concviz_task"
"""Under this name a future has the task that it is. A task that is a number runs in the thread that
sets the future's state; one that is a text runs in another process, which tells of it itself."""

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
    global key
    key = f"_concviz_task_{getpid()}"


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
        if key in fields:
            try:
                _changes(fields, fields[key], state)
            except Exception as error:
                lost(_NOT_SEEN.format(error_of(error)))
        fields["_state"] = state


def _changes(fields: dict[str, Any], task: Any, state: str) -> None:
    """Tell of a future that is about to be in another state."""
    if type(task) is not int:
        _of_elsewhere_changes(fields, task, state)
        return
    if state == "RUNNING":
        tid = native_id()
        line = b'["started",%d,%d,%d]\n' % (now(), task, tid)
        fields[_BEGUN] = tid, thread_time_ns()
    elif state == "FINISHED":
        error = fields["_exception"]
        tid, begun = fields.pop(_BEGUN, (0, 0))
        if error is None and tid == native_id():
            line = b'["finished",%d,%d,%d]\n' % (now(), task, thread_time_ns() - begun)
        else:
            line = _ending(task, error, begun if tid == native_id() else None)
        _hide_error(fields, error)
    elif state == "CANCELLED":
        line = b'["cancelled",%d,%d]\n' % (now(), task)
    else:
        return
    try:
        telling.write(line)
    except ValueError:
        telling.make_room(line)


def _ending(task: int, error: BaseException | None, begun: int | None) -> bytes:
    """What is told of the end of a task; ``begun`` is its thread's CPU time then, if that ran."""
    cpu = "null" if begun is None else thread_time_ns() - begun
    if error is None:
        return f'["finished",{now()},{task},{cpu}]\n'.encode()
    return f'["failed",{now()},{task},{cpu},{quoted(error_of(error))}]\n'.encode()


def _of_elsewhere_changes(fields: dict[str, Any], task: str, state: str) -> None:
    """The same of a future whose task runs in another process."""
    if state == "FINISHED":
        error = fields["_exception"]
        # beneath this: two of this module, one of the future, and who calls that
        if error is not None and sys._getframe(4).f_code.co_name != _PASSING_ON:
            tell(f'["failed",{now()},"{task}",null,{quoted(error_of(error))}]')
        _hide_error(fields, error)
    elif state == "CANCELLED":
        tell(f'["cancelled",{now()},"{task}"]')


def _hide_error(fields: dict[str, Any], error: BaseException | None) -> None:
    """Who asks for the exception, or that there is none, shall come to ``_Error``.

    This is before the state is there: who reads that without a lock finds this done.
    """
    fields[_ERROR] = error
    del fields["_exception"]


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
                _tell_collected(fields.get(key))
        return error


def _tell_collected(task: int | str | None) -> None:
    if type(task) is int:
        line = b'["collected",%d,%d]\n' % (now(), task)
        try:
            telling.write(line)
        except ValueError:
            telling.make_room(line)
    elif task is not None:
        tell(f'["collected",{now()},"{task}"]')
