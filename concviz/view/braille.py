"""A grid of Braille cells: curves in dots, two across and four down in each cell."""

from __future__ import annotations

ACROSS, DOWN = 2, 4
"""Dots of a cell."""
BLANK = 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Of the rows of a cell, from the top, the dots at the left and at the right."""


class Braille:
    """Dots, by cell."""

    def __init__(self, width: int, height: int) -> None:
        """In cells."""
        self._width, self._height = width, height
        self._dots: dict[tuple[int, int], int] = {}

    def put(self, x: int, y: int) -> None:
        """A dot, counted from the top left; outside of the grid it is left."""
        cell = x // ACROSS, y // DOWN
        if 0 <= cell[0] < self._width and 0 <= cell[1] < self._height:
            self._dots[cell] = self._dots.get(cell, 0) | _BITS[y % DOWN][x % ACROSS]

    def cells(self) -> dict[tuple[int, int], str]:
        """The glyph of each cell with a dot, by column and row."""
        return {at: chr(BLANK + bits) for at, bits in self._dots.items()}


def ascii_of(bits: int) -> str:
    """What stands for a Braille cell where there is no Unicode: where in the cell its dots are."""
    upper, lower = bits & 0x1B, bits & 0xE4
    return ":" if upper and lower else "'" if upper else "." if lower else " "
