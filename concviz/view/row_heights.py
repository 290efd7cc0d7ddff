"""How high the rows of a timeline are, and how many lines all of it takes."""

from __future__ import annotations

HIGHEST = 3
"""Cells: a line of names, one of glyphs, and one between two rows."""
HEAD = 2
"""Lines above the rows: the ruler and the queue."""
LEGEND = 2
"""Lines below them, at least."""
EMPTY = 7
"""Rows of a timeline in which nothing stands yet."""


def height_for(rows: int, room: int) -> int:
    """How high each of so many rows can be, in cells, for all to be in view; one at least."""
    for height in range(HIGHEST, 1, -1):
        if cells_of(rows, height) <= room:
            return height
    return 1


def cells_of(rows: int, height: int) -> int:
    """How many cells so many rows take: nothing is below the last one."""
    return rows * height - (height == HIGHEST and rows > 0)


def lines_of(rows: int, most: int, *, empty: bool) -> int:
    """Of so many lines, how many a timeline of so many rows can use."""
    around, rows = HEAD + LEGEND, max(rows, 1)
    least = EMPTY if empty else 0
    return min(most, around + max(least, cells_of(rows, height_for(rows, most - around))))
