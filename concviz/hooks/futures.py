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
from .here import HURRIES, SHORT_NS, here
from .imports import when_imported
from .labels import error_of
from .tell import in_child, lost, now, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

key = "_concviz_task"
"""Under this name a future has the task that it is. A task that is a number runs in the thread that
sets the future's state; one that is a text runs in another process, which tells of it itself."""

_ERROR = "_concviz_error"
"""Under this name a future that is done has its exception, or None, until somebody asks: then
whoever does comes to ``_Error``. It is there before the state is: that is read without a lock."""

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
            except RecursionError:
                pass  # the program is at its limit
            except Exception as error:
                lost(_NOT_SEEN.format(error_of(error)))
        fields["_state"] = state


def _changes(fields: dict[str, Any], task: Any, state: str) -> None:
    """Tell of a future that is about to be in another state."""
    if type(task) is not int:
        _of_elsewhere_changes(fields, task, state)
        return
    t = now()
    if state == "RUNNING":
        thread = here()
        thread.task = task
        thread.since = t
        thread.begun = thread_time_ns() if thread.short < HURRIES else -1
        line = thread.started % (t, task)
    elif state == "FINISHED":
        thread = here()
        begun = -1
        if thread.task == task:
            begun = thread.begun
            thread.short = thread.short + 1 if t - thread.since < SHORT_NS else 0
        error = fields["_exception"]
        if error is not None:
            line = _failing(t, task, begun, error)
        elif begun < 0:
            line = b'["finished",%d,%d,null]\n' % (t, task)
        else:
            line = b'["finished",%d,%d,%d]\n' % (t, task, thread_time_ns() - begun)
        fields[_ERROR] = error
        del fields["_exception"]
    elif state == "CANCELLED":
        line = b'["cancelled",%d,%d]\n' % (t, task)
    else:
        return
    try:
        telling.write(line)
    except ValueError:
        telling.make_room(line)


def _failing(t: int, task: int, begun: int, error: BaseException) -> bytes:
    """What is told of a failure; ``begun`` is its thread's CPU time at the begin, or -1."""
    cpu = "null" if begun < 0 else thread_time_ns() - begun
    return f'["failed",{t},{task},{cpu},{quoted(error_of(error))}]\n'.encode()


def _of_elsewhere_changes(fields: dict[str, Any], task: str, state: str) -> None:
    """The same of a future whose task runs in another process."""
    if state == "FINISHED":
        error = fields["_exception"]
        # beneath this: two of this module, one of the future, and who calls that
        if error is not None and sys._getframe(4).f_code.co_name != _PASSING_ON:
            tell(f'["failed",{now()},"{task}",null,{quoted(error_of(error))}]')
        fields[_ERROR] = error
        del fields["_exception"]
    elif state == "CANCELLED":
        tell(f'["cancelled",{now()},"{task}"]')


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
