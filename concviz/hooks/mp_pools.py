"""``multiprocessing.Pool`` and ``ThreadPool``: what is asked for, and who has what came of it.

A task is one message to a worker: a call, or a chunk of several. It is known by the pool, the
number of its job (one ``map``, one ``apply_async``) and its place in that. What becomes of it, its
worker tells (``mp_workers``).
"""

from __future__ import annotations

import sys
from itertools import count

from .around import locals_of, noting_items
from .calls import call_told, in_chunks
from .imports import when_imported
from .labels import error_of
from .mp_workers import group_of_queue, key_of_job, know_pool, tell_of_workers
from .tell import as_key, lost, native_id, now, quoted, tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType
    from typing import Any

    from .calls import Chunk

_JOB = "_concviz_job"
_NOT_SEEN = "Tasks of multiprocessing's pools are not seen here any more: something failed ({})."


def install() -> None:
    """See pools when the program imports them."""
    when_imported("multiprocessing.pool", _patch)


def _patch(module: ModuleType) -> None:
    pool = module.Pool
    pool._processes = _Processes()
    pool._guarded_task_generation = _noting_tasks(pool._guarded_task_generation)
    result = module.ApplyResult
    result.__init__ = _noting_call(result.__init__, pool.apply_async.__code__)
    result._value = _Value()
    module._PoolCache.__getitem__ = _noting_unsent(pool._handle_tasks.__code__)
    module.IMapIterator.__init__ = _noting_results(module.IMapIterator.__init__, module)
    in_chunks(module.mapstar, _chunk_of_single)
    in_chunks(module.starmapstar, _chunk_of_several)
    tell_of_workers(module.worker, module.ExceptionWithTraceback)


class _Processes:
    """Where a pool keeps how many workers it has: it has its queues then, and no worker yet."""

    __slots__ = ()

    def __set__(self, pool: Any, workers: object) -> None:
        pool.__dict__["_processes"] = workers
        try:
            know_pool(pool, workers)
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))


class _Job:
    """One ``map`` or ``apply_async``."""

    __slots__ = ("_collected", "_group", "_key", "_tasks", "_tid")

    def __init__(self, pool: Any, number: int) -> None:
        self._group = as_key(group_of_queue(pool._inqueue))
        self._key = key_of_job(pool._inqueue, number)
        self._tid = native_id()
        self._tasks = 0
        self._collected = 0

    def handed_out(self, place: int, function: object, args: object, kwargs: object) -> None:
        """A task is on its way to the workers."""
        label, items = call_told(function, args, kwargs)
        self._tasks = place + 1
        tell(
            f'["submitted",{now()},"{self._key}.{place}",{self._group},{quoted(label)},{items},'
            f"{self._tid}]"
        )

    def unsent(self, place: int, error: BaseException) -> None:
        """A task cannot be sent: no worker gets it."""
        tell(f'["failed",{now()},"{self._key}.{place}",null,{quoted(error_of(error))}]')

    def collect(self, place: int) -> None:
        """Somebody has what came of a task."""
        tell(f'["collected",{now()},"{self._key}.{place}"]')

    def collect_all(self) -> None:
        """Somebody has what came of all tasks together."""
        for place in range(self._tasks):
            self.collect(place)


def _noting_tasks(generate: Callable[..., Any]) -> Callable[..., Any]:
    """A pool's own maker of tasks, whose tasks are told of as they are handed out."""

    def _guarded_task_generation(self: Any, result_job: int, func: Any, iterable: Any) -> Any:
        tasks = generate(self, result_job, func, iterable)
        try:
            result = dict.get(self._cache, result_job)
            if result is None:
                return tasks
            job = result.__dict__[_JOB] = _Job(self, result_job)
        except RecursionError:
            return tasks  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))
            return tasks

        def note(task: Any) -> Any:
            try:
                job.handed_out(*task[1:])
            except RecursionError:
                pass  # the program is at its limit
            except Exception as error:
                lost(_NOT_SEEN.format(error_of(error)))
            return task

        return noting_items(tasks, note)

    return _guarded_task_generation


def _noting_call(make: Callable[..., None], apply_async: CodeType) -> Callable[..., None]:
    """A result's own ``__init__``, which tells of the task if it is that of a single call."""

    def __init__(self: Any, pool: Any, callback: Any, error_callback: Any) -> None:  # noqa: N807
        make(self, pool, callback, error_callback)
        try:
            caller = sys._getframe(1)
            if caller.f_code is apply_async:
                asked = caller.f_locals
                job = self.__dict__[_JOB] = _Job(pool, self._job)
                job.handed_out(0, asked["func"], asked["args"], asked["kwds"])
        except RecursionError:
            pass  # the program is at its limit
        except Exception as error:
            lost(_NOT_SEEN.format(error_of(error)))

    return __init__


class _Value:
    """What came of a call or of a ``map``: told when it is handed to whoever asked."""

    __slots__ = ()

    def __set__(self, result: Any, value: object) -> None:
        result.__dict__["_value"] = value

    def __get__(self, result: Any, kind: object = None) -> Any:
        if result is None:
            return self
        fields = result.__dict__
        if "_value" not in fields:
            raise AttributeError(f"{type(result).__name__!r} object has no attribute '_value'")
        if _JOB in fields and _is_handed_over(fields, sys._getframe(1).f_code.co_name):
            fields.pop(_JOB).collect_all()
        return fields["_value"]


def _is_handed_over(fields: dict[str, Any], by: str) -> bool:
    if by != "_set":
        return by == "get"
    # to the callback: a map's only when all of it is there
    callback = "_callback" if fields["_success"] else "_error_callback"
    return fields[callback] is not None and fields.get("_number_left", 0) == 0


def _noting_unsent(handle_tasks: CodeType) -> Callable[[Any, int], Any]:
    """The look-up of a job's result, which is where a pool goes with a task it could not send."""

    def __getitem__(self: Any, number: int) -> Any:  # noqa: N807
        caller = sys._getframe(1)
        if caller.f_code is handle_tasks:
            try:
                result = dict.get(self, number)
                if result is not None and _JOB in result.__dict__:
                    place, error = locals_of(caller, "idx", "e")
                    result.__dict__[_JOB].unsent(place, error)
            except RecursionError:
                pass  # the program is at its limit
            except Exception as error:
                lost(_NOT_SEEN.format(error_of(error)))
        return dict.__getitem__(self, number)

    return __getitem__


def _noting_results(make: Callable[..., None], module: ModuleType) -> Callable[..., None]:
    """An iterator's own ``__init__``, which keeps results in a queue that tells who takes them."""
    in_order, as_they_come = _queues(module.collections.deque)

    def __init__(self: Any, pool: Any) -> None:  # noqa: N807
        make(self, pool)
        unordered = isinstance(self, module.IMapUnorderedIterator)
        self._items = (as_they_come if unordered else in_order)(self.__dict__)

    return __init__


def _queues(deque: type) -> tuple[type, type]:
    """The queues for results of ``imap`` and of ``imap_unordered``.

    Their methods are properties: these look and tell, and then the queue's own method is called.
    """

    class InOrder(deque):  # type: ignore[misc]
        __slots__ = ("_fields", "_next_place")

        def __init__(self, fields: dict[str, Any]) -> None:
            super().__init__()
            self._fields = fields
            self._next_place = count().__next__

        @property
        def popleft(self) -> Callable[[], Any]:
            if self and _JOB in self._fields:
                self._fields[_JOB].collect(self._next_place())
            return super().popleft  # type: ignore[no-any-return]

    class AsTheyCome(InOrder):
        __slots__ = ("_places",)

        def __init__(self, fields: dict[str, Any]) -> None:
            super().__init__(fields)
            self._places = deque()
            self._next_place = self._places.popleft

        @property
        def append(self) -> Callable[[Any], None]:
            self._places.append(sys._getframe(1).f_locals["i"])
            return super().append  # type: ignore[no-any-return]

    return InOrder, AsTheyCome


def _chunk_of_single(_: object, args: Any) -> Chunk:
    function, batch = args[0]
    return (function, batch[:1], None), (function, batch[-1:], None), len(batch)


def _chunk_of_several(_: object, args: Any) -> Chunk:
    function, batch = args[0]
    return (function, batch[0], None), (function, batch[-1], None), len(batch)
