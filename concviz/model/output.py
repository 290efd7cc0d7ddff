"""What a run printed: the latest lines, and how many there were before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from concviz.model.entities import Line
from concviz.model.times import Times

OUTPUT_LINES = 10_000
"""Printed lines that a run keeps: the latest ones."""
OUTPUT_CHARACTERS = 10_000_000
"""Characters of printed lines that a run keeps, however few lines that makes."""


class Printed:
    """The latest printed lines, in order; those before them are counted."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque()
        self._characters = 0
        self.dropped = 0
        """Lines that came and are kept no longer."""
        self._gone = Times()

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines)

    def __getitem__(self, index: int) -> Line:
        return self._lines[index]

    def add(self, line: Line) -> None:
        """Take in the latest line, at the cost of the earliest ones if there is no room."""
        self._lines.append(line)
        self._characters += len(line.text)
        while len(self._lines) > OUTPUT_LINES or self._characters > OUTPUT_CHARACTERS:
            gone = self._lines.popleft()
            self._characters -= len(gone.text)
            self.dropped += 1
            self._gone.add(gone.t_ns)

    def dropped_by(self, t_ns: int) -> int:
        """Of those that are kept no longer, how many had come by then."""
        return self._gone.until(t_ns)

    def as_of(self, t_ns: int, worker: Callable[[Line], int | None]) -> Printed:
        """The lines that had come by then and are still kept, and who printed each."""
        found = Printed()
        found.dropped = self.dropped_by(t_ns)
        found._lines.extend(
            line if (who := worker(line)) == line.worker else replace(line, worker=who)
            for line in self._lines
            if line.t_ns <= t_ns
        )
        return found

    @property
    def total(self) -> int:
        """Lines that came, kept or not."""
        return self.dropped + len(self._lines)

    def since(self, number: int) -> list[Line]:
        """Of the lines that came after so many, those that are kept."""
        new = min(self.total - number, len(self._lines))
        return list(islice(self._lines, len(self._lines) - new, None)) if new > 0 else []
