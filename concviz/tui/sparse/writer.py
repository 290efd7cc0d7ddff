"""Writes cells to a terminal in as few bytes as may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from concviz.tui.sparse.cells import COVERED, is_sure
from concviz.tui.sparse.pen import PLAIN, Pen, change, change_for_blanks

MANY = 300
"""So many runs are most of a screen, and written line by line."""


class Run(NamedTuple):
    """Cells of one line, with one pen."""

    y: int
    x: int
    cells: Sequence[str]
    pen: Pen


def written(runs: Sequence[Run], width: int) -> str:
    """What to write to a terminal of that width: line by line or pen by pen, whichever is shorter.

    Rows of bars grow alike: to move takes some seven bytes, another colour up to thirty.
    """
    by_line = _in_order(runs, width)
    if not 2 < len(runs) < MANY:
        return by_line
    of_pen: dict[Pen, list[Run]] = {}
    for run in runs:
        of_pen.setdefault(run.pen, []).append(run)
    by_pen = _in_order((run for alike in of_pen.values() for run in alike), width)
    return min(by_line, by_pen, key=len)


def _in_order(runs: Iterable[Run], width: int) -> str:
    writer = _Writer(width)
    for run in runs:
        writer.write(*run)
    return writer.end()


class _Writer:
    """Collects what to write; the terminal must not wrap lines.

    It begins with a plain pen, at a place that it does not know, and ends with a plain pen.
    """

    def __init__(self, width: int) -> None:
        self._width = width
        self._written: list[str] = []
        self._pen = PLAIN
        self._y: int | None = None
        self._x: int | None = None

    def write(self, y: int, x: int, cells: Sequence[str], pen: Pen) -> None:
        """Write cells of one line, with one pen."""
        self._move(y, x)
        text = "".join(cells)
        if text.strip(" "):
            self._written.append(change(self._pen, pen))
            self._pen = pen
        else:
            step, self._pen = change_for_blanks(self._pen, pen)
            self._written.append(step)
        if len(text) == len(cells) and COVERED not in cells:
            self._written.append(text)
            self._moved(x + len(cells))
            return
        for at, cell in enumerate(cells, x):
            if cell != COVERED:
                self._move(y, at)
                self._written.append(cell)
                after = at + 1
                while after - x < len(cells) and cells[after - x] == COVERED:
                    after += 1
                self._moved(after if is_sure(cell) else None)

    def end(self) -> str:
        """All that was written."""
        self._written.append(change(self._pen, PLAIN))
        return "".join(self._written)

    def _move(self, y: int, x: int) -> None:
        if y == self._y and x == self._x:
            return
        if y == self._y and self._x is not None and x > self._x:
            by = x - self._x
            self._written.append("\x1b[C" if by == 1 else f"\x1b[{by}C")
        elif x == 0:
            next_line = self._y is not None and y == self._y + 1
            self._written.append("\r\n" if next_line else f"\x1b[{y + 1}H")
        else:
            self._written.append(f"\x1b[{y + 1};{x + 1}H")
        self._y, self._x = y, x

    def _moved(self, x: int | None) -> None:
        """The cursor is there now; beyond the last cell it does not go."""
        self._x = x if x is not None and x < self._width else None
