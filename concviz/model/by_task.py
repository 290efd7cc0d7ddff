"""Rows of numbers that belong to tasks, any number of rows to each: light, and in no order."""

from __future__ import annotations

from array import array

NONE = -1


class ByTask:
    """Rows by task; the first number of each is the time of which it tells."""

    def __init__(self, width: int) -> None:
        self._first = array("i")
        """Of each task the row that came last; from there ``_next`` leads to the others."""
        self._next = array("i")
        self._columns = [array("q") for _ in range(width)]

    def __len__(self) -> int:
        return len(self._next)

    def add(self, task: int, *row: int) -> bool:
        """One more. False, and nothing happens, when there is such a row already."""
        if (more := task + 1 - len(self._first)) > 0:
            self._first.extend(array("i", [NONE]) * more)
        if self._first[task] != NONE and row in self.of(task):
            return False
        self._next.append(self._first[task])
        self._first[task] = len(self._next) - 1
        for column, value in zip(self._columns, row, strict=True):
            column.append(value)
        return True

    def any(self, task: int) -> bool:
        """Whether there is any row of that task."""
        return task < len(self._first) and self._first[task] != NONE

    def of(self, task: int, until: int | None = None) -> list[tuple[int, ...]]:
        """Those of a task that tell of a time until then, in the order of their times."""
        if not self.any(task):
            return []
        found, row = [], self._first[task]
        while row != NONE:
            if until is None or self._columns[0][row] <= until:
                found.append(tuple(column[row] for column in self._columns))
            row = self._next[row]
        return sorted(found)
