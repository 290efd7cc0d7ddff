"""A worker's row: the spans in which it was busy with a task, in order, with running sums.

A span that starts while another one is under way is taken as what comes after it, whose end was
missed, until that end is told: then it lies within the other one, as the task of a pool does that a
task of the same thread waits for. Time is counted once, however many spans it is in.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN = (1 << 63) - 1
"""End of a span that has not ended."""
NO_SPAN = -1


class Lane:
    """Spans of one worker, sorted by start; arrays, because the garbage collector skips them."""

    def __init__(self) -> None:
        self.starts = array("q")
        self.ends = array("q")
        """OPEN for a span that has not ended."""
        self.tasks = array("i")
        self.sums = array("q", [0])
        """``sums[i]``: nanoseconds in which any of the spans before span ``i`` was under way.

        One without an end lasts until the next one starts: the last one counts nothing yet.
        """
        self.reach = array("q", [0])
        """``reach[i]``: where the last of those spans ends."""
        self.open_at: dict[int, int] = {}
        """Indices of the spans that have not ended, by their tasks."""
        self.assumed: set[int] = set()
        """Indices of spans that were closed although nobody told of their end."""
        self.nested = False
        """Whether one was under way while another one started."""
        self._outers: tuple[object, array[int]] = None, array("i")
        self.version = 0
        """Grows with every change: the key of whatever is cached of this lane."""
        self.late = 0
        """Grows when a span before the latest one comes or changes."""
        self.rewrites = 0
        """Grows when something before the latest span changes: rare, for late news only."""

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def open_tasks(self) -> list[int]:
        """Tasks whose span has not ended."""
        return list(self.open_at)

    def index_of(self, task: int) -> int:
        """Index of the span of a task that is under way. Raises KeyError when it is not."""
        return self.open_at[task]

    def find(self, task: int, start: int) -> int:
        """Index of the span of a task that started then. Raises ValueError when there is none."""
        for index in range(bisect_left(self.starts, start), len(self.starts)):
            if self.tasks[index] == task:
                return index
        raise ValueError(f"task {task} was not executed here")

    def nearest(self, time: int) -> int:
        """Index of the last span that started by then, or of the first one."""
        return max(0, bisect_right(self.starts, time) - 1)

    def end(self, index: int) -> int:
        """Where a span ends; one whose end was missed, where the next one starts; or OPEN."""
        end = self.ends[index]
        if end == OPEN and index + 1 < len(self.starts):
            return self.starts[index + 1]
        return end

    def around(self, index: int, time: int) -> int:
        """Index of the innermost span that lasts until a time, of those up to ``index``.

        That one must have started before the time, and the next one not. NO_SPAN if there is none.
        """
        while index >= 0 and self.end(index) < time:
            index = self._outer(index) if self.nested else NO_SPAN
        return index

    def _outer(self, index: int) -> int:
        """The innermost span within which another one started."""
        key = len(self.starts), len(self.open_at), self.rewrites
        if self._outers[0] != key:
            outers, path = array("i"), [NO_SPAN]
            for i, start in enumerate(self.starts):
                while path[-1] != NO_SPAN and self.end(path[-1]) <= start:
                    path.pop()
                outers.append(path[-1])
                path.append(i)
            self._outers = key, outers
        return self._outers[1][index]

    def open(self, task: int, start: int) -> None:
        """A task begins."""
        index = len(self.starts)
        self.version += 1
        if index and start < self.starts[-1]:
            self._open_late(task, start)
            return
        self.starts.append(start)
        self.ends.append(OPEN)
        self.tasks.append(task)
        self.sums.append(self.sums[-1])
        self.reach.append(self.reach[-1])
        if index and (self.ends[-2] == OPEN or self.reach[-1] > start):
            self._sum_up(index - 1)
        self.open_at[task] = index

    def fill(self, spans: Sequence[tuple[int, int, int]]) -> None:
        """An empty lane with tasks that came one after the other: start, task and end of each."""
        self.starts = array("q", [start for start, _, _ in spans])
        self.ends = array("q", [max(start, end) for start, _, end in spans])
        self.tasks = array("i", [task for _, task, _ in spans])
        lasted = (end - start for start, end in zip(self.starts, self.ends, strict=True))
        self.sums = array("q", accumulate(lasted, initial=0))
        self.reach = array("q", [0, *self.ends])
        self.version += 1

    def _open_late(self, task: int, start: int) -> None:
        """Before others that are known already: nearly always they come in order."""
        index = bisect_right(self.starts, start)
        self.open_at = {t: i + (i >= index) for t, i in self.open_at.items()}
        self.assumed = {i + (i >= index) for i in self.assumed}
        self.starts.insert(index, start)
        self.ends.insert(index, OPEN)
        self.tasks.insert(index, task)
        self.sums.append(0)
        self.reach.append(0)
        self._sum_up(max(0, index - 1))
        self.open_at[task] = index
        self.late += 1
        self.rewrites += 1

    def close(self, task: int, end: int, told: bool = True) -> None:
        """A task that was begun here ends. Nothing happens when it is not under way.

        ``told``: by somebody who knew, and it is not only that nothing more will come.
        """
        index = self.open_at.pop(task, None)
        if index is None:
            return
        if not told:
            self.assumed.add(index)
        start = self.starts[index]
        self.ends[index] = end = max(end, start)
        if index < len(self.starts) - 1:
            self._sum_up(index)
            self.late += 1
            self.rewrites += 1
        elif end > (reached := self.reach[index]):
            self.sums[-1] = self.sums[index] + end - max(start, reached)
            self.reach[-1] = end
        self.version += 1

    def reopen(self, task: int, start: int) -> None:
        """A task that started then had another end than was told. ValueError: not done here."""
        index = self.find(task, start)
        self.ends[index] = OPEN
        self.open_at[task] = index
        self._sum_up(max(0, index - 1))
        self.late += 1
        self.rewrites += 1

    def _sum_up(self, index: int) -> None:
        """Anew, from that span on."""
        starts, ends, sums, reach = self.starts, self.ends, self.sums, self.reach
        last = len(starts) - 1
        total, reached = sums[index], reach[index]
        for i in range(index, last + 1):
            start, end = starts[i], ends[i]
            if end == OPEN:
                end = starts[i + 1] if i < last else reached
            if end > reached:
                total += end - (start if start > reached else reached)
                reached = end
            if reach[i] > start:
                self.nested = True
            sums[i + 1], reach[i + 1] = total, reached

    def busy(self, begin: int, end: int) -> int:
        """Nanoseconds between two times in which a task was under way."""
        return self._before(end) - self._before(begin) if end > begin else 0

    def _before(self, time: int) -> int:
        """Nanoseconds before that time in which a task was under way."""
        count = bisect_left(self.starts, time)
        if not count:
            return 0
        if count == len(self.starts) and self.ends[count - 1] == OPEN:
            begin, reached = self.starts[-1], self.reach[count - 1]
            under_way = time - max(begin, min(reached, time))
            return self.sums[count - 1] - max(0, reached - time) + under_way
        return self.sums[count] - max(0, self.reach[count] - time)


def as_of(lane: Lane, t_ns: int, final: bool = False) -> Lane:
    """The lane as it was known by that time; what it is made of is taken when it is asked for.

    ``final``: nothing will be added to it, so that it may stand for itself.
    """
    count = bisect_right(lane.starts, t_ns)
    if final and count == len(lane.starts) and lane.reach[-1] <= t_ns and not lane.assumed:
        return lane
    return _LaneAsOf(lane, t_ns, count)


class _LaneAsOf(Lane):
    """Only its length is known before anything else of it is asked for."""

    def __init__(self, lane: Lane, t_ns: int, count: int) -> None:
        self._lane, self._t_ns, self._count = lane, t_ns, count

    def __len__(self) -> int:
        return self._count

    if not TYPE_CHECKING:  # for which every attribute is there

        def __getattr__(self, name: str) -> object:
            if name.startswith("__") or "starts" in self.__dict__:
                raise AttributeError(name)
            self._take()
            return self.__dict__[name]

    def _take(self) -> None:
        """Spans up to the time; those that had not ended by then are open again."""
        lane, t_ns, count = self._lane, self._t_ns, self._count
        self.version, self.rewrites, self.late = lane.version, lane.rewrites, lane.late
        self.ends = lane.ends[:count]
        self.tasks = lane.tasks[:count]
        self.sums, self.reach = lane.sums[: count + 1], lane.reach[: count + 1]
        self.nested, self.assumed, self._outers = False, set(), (None, array("i"))
        self.starts = lane.starts[:count]
        again = {index for index in (*lane.assumed, *lane.open_at.values()) if index < count}
        changed = {count - 1} & again
        index = count - 1
        while index >= 0 and lane.reach[index + 1] > t_ns:
            if self.ends[index] > t_ns:
                changed.add(index)
            index -= 1
        again |= changed
        for index in again:
            self.ends[index] = OPEN
        self.open_at = {self.tasks[index]: index for index in sorted(again)}
        if lane.nested:
            self._sum_up(0)
        elif changed:
            self._sum_up(min(changed))
