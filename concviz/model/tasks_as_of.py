"""The columns of tasks as they were known by a time: masks through which all is looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, TypeVar, overload

from concviz.model.entities import Worker
from concviz.model.tasks import UNKNOWN, Outcome, Tasks, refined
from concviz.trace.events import TaskTold
from concviz.trace.states import State

V = TypeVar("V")


class _Column(Sequence[int]):
    """Values of the first so many tasks, UNKNOWN where they were not known yet."""

    def __init__(self, length: int, value: Callable[[int], int]) -> None:
        self._length, self._value = length, value

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return [self._value(k) for k in range(*index.indices(self._length))]
        if not -self._length <= index < self._length:
            raise IndexError(index)
        return self._value(index % self._length)

    def __iter__(self) -> Iterator[int]:
        return map(self._value, range(self._length))


class _Known(Mapping[int, V]):
    """What is kept of some tasks, as far as it was known."""

    def __init__(self, whole: Mapping[int, V], known: Callable[[int], bool]) -> None:
        self._whole, self._known = whole, known

    def __getitem__(self, task: int) -> V:
        if task in self._whole and self._known(task):
            return self._whole[task]
        raise KeyError(task)

    def __iter__(self) -> Iterator[int]:
        return filter(self._known, self._whole)

    def __len__(self) -> int:
        return sum(map(self._known, self._whole))


class TasksAsOf(Tasks):
    """The tasks of a run as of a time before its end."""

    def __init__(
        self,
        tasks: Tasks,
        t_ns: int,
        number: int,
        index: Callable[[int], int],
        workers: Sequence[Worker],
    ) -> None:
        """``index``: of a worker as it was then, from what it is now; ``workers`` are all now."""
        self._tasks, self._t_ns, self._workers = tasks, t_ns, workers
        started, finished, worker = tasks.started, tasks.finished, tasks.worker
        cpu, returned = tasks.cpu, tasks.returned
        unsendable, failed = tasks.unsendable, int(Outcome.FAILED)

        before = {task: was for task, (_, was) in unsendable.items() if was is not None}

        def by(times: Sequence[int]) -> Callable[[int], int]:
            return lambda task: time if (time := times[task]) <= t_ns else UNKNOWN

        def ended(task: int) -> bool:
            return finished[task] <= t_ns

        def outcome(task: int) -> int:
            if task in tasks.lost and tasks.lost[task].t_ns <= t_ns:
                return Outcome.LOST
            if task in tasks.cancelled and tasks.cancelled[task] <= t_ns:
                return Outcome.CANCELLED
            if UNKNOWN != finished[task] <= t_ns:
                late = task in unsendable and unsendable[task][0] > t_ns
                return failed if tasks.outcome[task] == failed and not late else Outcome.FINISHED
            return Outcome.RUNNING if UNKNOWN != started[task] <= t_ns else Outcome.WAITING

        def worker_of(task: int) -> int:
            return index(worker[task]) if UNKNOWN != started[task] <= t_ns else UNKNOWN

        views: dict[str, Any] = {
            "submitted": _Column(number, by(tasks.submitted)),
            "started": _Column(number, by(started)),
            "finished": _Column(number, by(finished)),
            "collected": _Column(number, by(tasks.collected)),
            "cpu": _Column(number, lambda task: cpu[task] if ended(task) else UNKNOWN),
            "worker": _Column(number, worker_of),
            "outcome": _Column(number, outcome),
            "results": _Known(
                ChainMap(tasks.results, before),
                lambda task: ended(task) and (task not in unsendable or unsendable[task][0] > t_ns),
            ),
            "failures": _Known(
                tasks.failures,
                lambda task: (
                    (unsendable[task][0] if task in unsendable else finished[task]) <= t_ns
                ),
            ),
            "returned": _Known(returned, lambda task: returned[task].t_ns <= t_ns),
            "named": _Named(tasks, t_ns),
            "told": _Told(self),
        }
        self.__dict__.update(views)
        self.unsendable, self.unkept = unsendable, tasks.unkept
        self.retold = tasks.retold
        self.cancelled = {task: t for task, t in tasks.cancelled.items() if t <= t_ns}
        self.lost = {task: told for task, told in tasks.lost.items() if told.t_ns <= t_ns}
        self.attempts = {n: told for n, told in tasks.attempts.items() if told.t_ns <= t_ns}
        self.left_out = tasks.unkept.until(t_ns)

    def kept_loop(self, task: int) -> list[tuple[int, int]]:
        """Those that had been told."""
        return [step for step in self._tasks.kept_loop(task) if step[1] <= self._t_ns]

    @property
    def loop_keepers(self) -> list[int]:
        """Tasks of which any had been told."""
        return [task for task in self._tasks.loop_keepers if self.kept_loop(task)]

    def told_of(self, task: int) -> tuple[int, State] | None:
        """What a coroutine had told last by then, from what is kept of its row."""
        latest = self._tasks.told.get(task)
        if latest is None or latest[0] <= self._t_ns:
            return latest
        awaits = self._workers[self._tasks.worker[task]].awaits
        k = bisect_right(awaits.ticks, self._t_ns)
        if not k or awaits.ticks[k - 1] <= self._tasks.started[task]:
            return None
        at = awaits.ticks[k - 1]
        return at, State(awaits.seen[awaits.nearest(at)])


class _Named(Mapping[int, TaskTold]):
    """What was told of tasks by then."""

    def __init__(self, tasks: Tasks, t_ns: int) -> None:
        self._tasks, self._t_ns = tasks, t_ns

    def __getitem__(self, task: int) -> TaskTold:
        tasks, t_ns = self._tasks, self._t_ns
        told = tasks.retold.get(task) or [tasks.named[task]]
        known = [each for each in told if each.t_ns <= t_ns]
        if not known:
            raise KeyError(task)
        return reduce(refined, known)

    def __iter__(self) -> Iterator[int]:
        return (task for task in self._tasks.named if task in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Told(Mapping[int, tuple[int, State]]):
    def __init__(self, tasks: TasksAsOf) -> None:
        self._tasks = tasks

    def __getitem__(self, task: int) -> tuple[int, State]:
        told = self._tasks.told_of(task)
        if told is None:
            raise KeyError(task)
        return told

    def __iter__(self) -> Iterator[int]:
        raise NotImplementedError("asked for one by one")

    def __len__(self) -> int:
        raise NotImplementedError("asked for one by one")
