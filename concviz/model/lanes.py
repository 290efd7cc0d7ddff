"""A worker's row: the spans in which it was busy with a task, in order, with running sums."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

OPEN = (1 << 63) - 1
"""End of a span that has not ended."""


class Lane:
    """Spans of one worker, sorted by start; arrays, because the garbage collector skips them."""

    def __init__(self) -> None:
        self.starts = array("q")
        self.ends = array("q")
        """OPEN for a span that has not ended."""
        self.tasks = array("i")
        self.sums = array("q", [0])
        """``sums[i]``: busy nanoseconds of the closed spans before span ``i``."""
        self._open: dict[int, int] = {}
        self.version = 0
        """Grows with every change: the key of whatever is cached of this lane."""
        self.rewrites = 0
        """Grows when something before the latest span changes: rare, for late news only."""

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def open_tasks(self) -> list[int]:
        """Tasks whose span has not ended."""
        return list(self._open)

    @property
    def missed(self) -> bool:
        """Whether a span has no end although another one started after it: ``sums`` lack it."""
        latest_is_open = len(self.ends) > 0 and self.ends[-1] == OPEN
        return len(self._open) > latest_is_open

    def index_of(self, task: int) -> int:
        """Index of the span of a task that is under way. Raises KeyError when it is not."""
        return self._open[task]

    def find(self, task: int, start: int) -> int:
        """Index of the span of a task that started then. Raises ValueError when there is none."""
        for index in range(bisect_left(self.starts, start), len(self.starts)):
            if self.tasks[index] == task:
                return index
        raise ValueError(f"task {task} was not executed here")

    def nearest(self, time: int) -> int:
        """Index of the last span that started by then, or of the first one."""
        return max(0, bisect_right(self.starts, time) - 1)

    def open(self, task: int, start: int) -> None:
        """A task begins."""
        index = len(self.starts)
        if index and start < self.starts[-1]:  # late news: events of one worker come in order
            index = bisect_right(self.starts, start)
            self._open = {t: i + (i >= index) for t, i in self._open.items()}
            self.rewrites += 1
        self.starts.insert(index, start)
        self.ends.insert(index, OPEN)
        self.tasks.insert(index, task)
        self.sums.insert(index + 1, self.sums[index])
        self._open[task] = index
        self.version += 1

    def close(self, task: int, end: int) -> None:
        """A task that was begun here ends. Nothing happens when it is not under way."""
        index = self._open.pop(task, None)
        if index is None:
            return
        end = max(end, self.starts[index])
        self.ends[index] = end
        length = end - self.starts[index]
        for later in range(index + 1, len(self.sums)):
            self.sums[later] = min(self.sums[later] + length, OPEN)
        if index < len(self.starts) - 1:
            self.rewrites += 1
        self.version += 1

    def busy(self, begin: int, end: int) -> int:
        """Busy nanoseconds between two times.

        A span without an end counts until the next one starts: its worker does one task at a time.
        """
        if end <= begin:
            return 0
        starts, ends = self.starts, self.ends
        first = self.nearest(begin)
        last = bisect_left(starts, end)  # what touches the interval is among first..last-1
        if first >= last:
            return 0
        total = self.sums[last] - self.sums[first]
        if ends[first] != OPEN:
            total -= max(0, min(begin, ends[first]) - starts[first])
        if ends[last - 1] != OPEN:
            total -= max(0, ends[last - 1] - max(end, starts[last - 1]))
        for index in self._open.values():
            if first <= index < last:
                until = starts[index + 1] if index + 1 < last else end
                total += max(0, until - max(starts[index], begin))
        return total
