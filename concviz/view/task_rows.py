"""Rows that are tasks: in the order of their numbers, or below the group to which they belong.

What is run again stands below what it is an attempt at.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from concviz.analysis.wording import count
from concviz.model.run import Run
from concviz.trace.sanitize import sanitize


class TaskRows:
    """Of a run as it is now: a heading and its tasks for each group; tasks alone without groups."""

    def __init__(self, run: Run) -> None:
        self._headings: list[str] = []
        self._parts: list[Sequence[int]] = []
        groups = run.by_group if run.plan is None else {}  # a plan's tasks are one
        headed = bool(groups)
        for number, group in groups.items():
            told = run.surroundings.groups.get(number)
            name = sanitize((told.label or told.kind) if told is not None else f"group {number}")
            self._headings.append(f"{name} · {count(len(group), 'task')}")
            self._parts.append(_with_attempts(run, group.tasks))
        if (rest := len(run.tasks) - sum(map(len, self._parts))) > 0:
            if headed:
                grouped = {task for part in self._parts for task in part}
                others = [task for task in range(len(run.tasks)) if task not in grouped]
                self._headings.append(f"others · {count(rest, 'task')}")
                self._parts.append(_with_attempts(run, others))
            else:
                self._parts.append(_with_attempts(run, range(len(run.tasks))))
        self._headed = int(headed)
        self._ends = list(accumulate(len(part) + self._headed for part in self._parts))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _find(self, row: int) -> tuple[int, int]:
        """Which part a row is of, and its place in that; -1 is the heading."""
        part = bisect_right(self._ends, row)
        begin = self._ends[part - 1] if part else 0
        return part, row - begin - self._headed

    def task(self, row: int) -> int | None:
        """Which task that row is; None for a heading."""
        part, place = self._find(row)
        return self._parts[part][place] if place >= 0 else None

    def heading(self, row: int) -> str:
        """What that row says, where it is no task."""
        part, _ = self._find(row)
        return self._headings[part]

    def row_of(self, task: int) -> int | None:
        """Where a task stands."""
        begin = 0
        for part, end in zip(self._parts, self._ends, strict=True):
            if task in part:
                return begin + self._headed + part.index(task)
            begin = end
        return None

    def first(self, row: int) -> int:
        """The task of that row or the next one that is a task; there must be any."""
        row = min(row, len(self) - 1)
        task = self.task(row)
        return task if task is not None else self._parts[self._find(row)[0]][0]

    def beside(self, task: int, step: int) -> int:
        """The task so many rows further, or the last one on the way."""
        row, found = self.row_of(task), task
        while row is not None and 0 <= (row := row + (1 if step > 0 else -1)) < len(self):
            if (there := self.task(row)) is not None:
                found, step = there, step - (1 if step > 0 else -1)
                if not step:
                    break
        return found


def _with_attempts(run: Run, tasks: Sequence[int]) -> Sequence[int]:
    first_of = run.tasks.first_of
    if not run.tasks.attempts:
        return tasks
    place = {task: at for at, task in enumerate(tasks)}
    return sorted(tasks, key=lambda task: (place.get(first_of(task), place[task]), place[task]))
