"""Rows of cells: what a terminal's screen is made of."""

from __future__ import annotations

from rich.cells import cell_len

from concviz.casts.pen import PLAIN, Pen

Cell = tuple[str, Pen]
"""A character with its marks, and how it is drawn; ``""`` is the right half of a wide one."""
Row = list[Cell]

BLANK: Cell = (" ", PLAIN)
MARKS = 4
"""So many marks are put on a character (accents), and no more."""


class Grid:
    """So many columns and rows of them. No half of a wide character is ever left alone."""

    def __init__(self, columns: int, rows: int, lines: list[Row] | None = None) -> None:
        """``lines`` are what it has at first, as far as there is room."""
        self.columns, self.rows = columns, rows
        found = [_sized(line, columns) for line in (lines or [])[:rows]]
        self.lines = found + [[BLANK] * columns for _ in range(rows - len(found))]

    def copy(self) -> Grid:
        """Another one with the same cells."""
        return Grid(self.columns, self.rows, self.lines)

    def put(self, x: int, y: int, cells: Row) -> None:
        """Write cells that fit there."""
        line, end = self.lines[y], x + len(cells)
        _split(line, x)
        _split(line, end)
        line[x:end] = cells

    def mark(self, x: int, y: int, mark: str) -> None:
        """Put an accent on the character in that cell, or in that and the one before."""
        line = self.lines[y]
        if x > 0 and not line[x][0]:
            x -= 1
        text, pen = line[x]
        if len(text) <= MARKS:
            line[x] = (text + mark, pen)

    def erase(self, y: int, begin: int, end: int, empty: Cell) -> None:
        """Empty the cells of a row from one on, up to another."""
        end = min(end, self.columns)
        self.put(begin, y, [empty] * (end - begin))

    def scroll(self, top: int, bottom: int, count: int, empty: Cell) -> None:
        """Move the rows from ``top`` to ``bottom`` up, or down where it is negative."""
        height = bottom + 1 - top
        moved = max(-height, min(count, height))
        fresh = [[empty] * self.columns for _ in range(abs(moved))]
        part = self.lines[top : bottom + 1]
        part = part[moved:] + fresh if moved >= 0 else fresh + part[:moved]
        self.lines[top : bottom + 1] = part

    def insert(self, x: int, y: int, count: int, empty: Cell) -> None:
        """Put empty cells there; what does not fit any more is gone."""
        line = self.lines[y]
        _split(line, x)
        line[x:] = _sized([empty] * min(count, self.columns - x) + line[x:], self.columns - x)

    def delete(self, x: int, y: int, count: int, empty: Cell) -> None:
        """Take cells away there; what follows moves to the left."""
        line = self.lines[y]
        count = min(count, self.columns - x)
        _split(line, x)
        _split(line, x + count)
        line[x:] = line[x + count :] + [empty] * count


def _sized(line: Row, columns: int) -> Row:
    """The row with so many columns."""
    line = (line + [BLANK] * (columns - len(line)))[:columns]
    if cell_len(line[-1][0]) > 1:
        line[-1] = (" ", line[-1][1])
    return line


def _split(line: Row, at: int) -> None:
    """Spaces for the halves of a character, before something is written from its middle on."""
    if 0 < at < len(line) and not line[at][0]:
        for half in (at - 1, at):
            line[half] = (" ", line[half][1])
