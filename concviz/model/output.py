"""What a run printed: the latest lines, and how many there were before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice

from concviz.model.entities import Line

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
            self._characters -= len(self._lines.popleft().text)
            self.dropped += 1

    @property
    def total(self) -> int:
        """Lines that came, kept or not."""
        return self.dropped + len(self._lines)

    def since(self, number: int) -> list[Line]:
        """Of the lines that came after so many, those that are kept."""
        new = min(self.total - number, len(self._lines))
        return list(islice(self._lines, len(self._lines) - new, None)) if new > 0 else []
