"""The workers of ``multiprocessing.Pool`` and ``ThreadPool``: what they get, and what comes of it.

A worker gets tasks from one queue and puts what came of them in another. What it calls for that is
put together so that nothing of ours is on the stack while a task is unpickled, done, or its result
pickled (``around``).
"""

from __future__ import annotations

import sys
from posix import getpid
from time import thread_time_ns

from .around import NotingCall, NotingMethod, locals_of, noting_result
from .labels import error_of
from .owners import Owners
from .process_pools import key_of_queue
from .tell import lost, native_id, new_group, now, quoted, tell
from .threads import pool_of_thread, process_begins, tell_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_NOT_SEEN = "Workers of multiprocessing's pools are not seen here: something failed ({})."

_groups = Owners()
"""By the queue that a pool's workers get their tasks from."""


def know_pool(pool: Any, workers: object) -> None:
    """A pool is being made, with so many workers."""
    queue = pool._inqueue
    key = key_of_queue(queue) if _is_between_processes(queue) else None
    workers = workers if type(workers) is int else None
    _groups.know(queue, new_group("pool", type(pool).__name__, key=key, workers=workers))


def group_of_queue(queue: Any) -> int | str | None:
    """The group of the pool whose workers get their tasks from this queue."""
    return key_of_queue(queue) if _is_between_processes(queue) else _groups.of(queue)


def key_of_job(queue: Any, number: int) -> str:
    """What the keys of all tasks of a job begin with, in the pool's process and its workers'."""
    if _is_between_processes(queue):
        return f"{key_of_queue(queue)}:{number}"
    return f"t{getpid()}:{number}"


def _is_between_processes(queue: Any) -> bool:
    return hasattr(queue, "_reader")


def tell_of_workers(target: Callable[..., None], wrapped: Any) -> None:
    """Threads and processes that begin with this function are workers.

    Those in processes make such a ``wrapped`` error of what a task raises.
    """

    def of_thread(thread: Any) -> int | str | None:
        if thread._target is not target:
            return None
        source, destination, *more = thread._args
        worker = _Worker(source)
        thread._args = (
            _Queue(get=noting_result(source.get, worker.begins)),
            _Queue(put=NotingCall(destination.put, worker.ends)),
            *more,
        )
        return _groups.of(source)

    def of_process(_: FrameType) -> None:
        process = sys.modules["multiprocessing.process"]._current_process
        if getattr(process, "_target", None) is not target:
            return
        source, destination, *_more = process._args
        worker = _Worker(source)
        source.get = noting_result(source.get, worker.begins)
        destination.put = NotingCall(destination.put, worker.ends)
        raised.append(worker.raises)
        tell_thread("MainThread", daemon=False, helper=False, group=key_of_queue(source))

    def note_raised() -> None:
        for note in raised:
            note()

    raised: list[Callable[[], None]] = []
    wrapped.__init__ = NotingMethod(wrapped.__init__, note_raised)
    pool_of_thread[target.__module__] = of_thread
    process_begins.append(of_process)


class _Queue:
    """A queue as a worker in a thread has it: it asks for nothing but these."""

    __slots__ = ("get", "put")

    def __init__(self, get: Any = None, put: Any = None) -> None:
        self.get = get
        self.put = put


class _Worker:
    """What a worker does."""

    __slots__ = ("_begun", "_is_put", "_queue", "_task")

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self._task = ""
        self._begun: int | None = None
        self._is_put = False

    def begins(self, task: Any) -> Any:
        """It has got a task, or None: there are no more."""
        if task is not None:
            try:
                self._task = f"{key_of_job(self._queue, task[0])}.{task[1]}"
                tell(f'["started",{now()},"{self._task}",{native_id()}]')
                self._is_put = False
                self._begun = thread_time_ns()
            except RecursionError:
                pass  # the program is at its limit
            except Exception as error:
                lost(_NOT_SEEN.format(error_of(error)))
        return task

    def raises(self) -> None:
        """It has caught what the task has raised, and is about to make a text of the traceback."""
        try:
            error = sys.exc_info()[1]
            if error is not None:
                self._fails(error)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))

    def ends(self) -> None:
        """It is about to put what came of the task; again, if that could not be pickled."""
        try:
            # beneath this: the property of NotingCall, and the worker
            result, unsent = locals_of(sys._getframe(2), "result", "wrapped")
            again, self._is_put = self._is_put, True
            if again:
                self._fails(unsent)
            elif result[0]:
                tell(f'["finished",{now()},"{self._task}",{self._cpu()}]')
            elif isinstance(result[1], BaseException):
                self._fails(result[1])
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))

    def _fails(self, error: BaseException) -> None:
        tell(f'["failed",{now()},"{self._task}",{self._cpu()},{quoted(error_of(error))}]')

    def _cpu(self) -> int | str:
        """Its thread's CPU time since the task's begin; that of its end is told once."""
        begun, self._begun = self._begun, None
        return "null" if begun is None else thread_time_ns() - begun
