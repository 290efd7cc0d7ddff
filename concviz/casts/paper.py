"""What text is drawn on: cells, a cursor, a pen, and what can be done with them."""

from __future__ import annotations

import copy
import unicodedata

from rich.cells import get_character_cell_size

from concviz.casts.grid import BLANK, Cell, Grid, Row
from concviz.casts.pen import PLAIN, Pen

TAB = 8
_LINES = str.maketrans("`afgjklmnopqrstuvwxyz{|}~", "◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")
_NOT_DRAWN = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")


class Paper:
    """One of the two that a terminal has."""

    def __init__(self, columns: int, rows: int) -> None:
        self._grid = Grid(columns, rows)
        self._x = self._y = 0  # _x is past the end after the last column was written
        self.pen = PLAIN
        self._saved = (0, 0, PLAIN)
        self._top, self._bottom = 0, rows - 1
        self.draws_lines = False
        """Whether letters stand for lines and corners."""
        self.wraps = True
        """Whether text goes on in the next line."""
        self._last = " "

    @property
    def columns(self) -> int:
        """How wide it is."""
        return self._grid.columns

    @property
    def rows(self) -> int:
        """How tall it is."""
        return self._grid.rows

    @property
    def lines(self) -> list[Row]:
        """Its cells, row by row."""
        return self._grid.lines

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row, from 0."""
        return min(self._x, self.columns - 1), self._y

    def resize(self, columns: int, rows: int) -> None:
        """Another size: what is at the left and, as terminals do, at the cursor stays."""
        above = max(0, self._y - rows + 1)
        self._grid = Grid(columns, rows, self.lines[above:])
        self._move(self._x, self._y - above)
        self._top, self._bottom = 0, rows - 1

    def fresh(self) -> Paper:
        """An empty one, with the cursor at the same place."""
        other = self.copy()
        other._grid = Grid(self.columns, self.rows)
        return other

    def copy(self) -> Paper:
        """Another one that is the same."""
        other = copy.copy(self)
        other._grid = self._grid.copy()
        return other

    def print(self, text: str) -> None:
        """Draw text at the cursor, which has no control character."""
        if self.draws_lines:
            text = text.translate(_LINES)
        self._last = text[-1]
        if text.isascii() or (text.isprintable() and all(map(_is_narrow, text))):
            self._print_narrow(text)
            return
        for character in text:
            width = _width(character)
            if width == 1:
                self._print_narrow(character)
            elif width == 2:
                self._print_wide(character)
            elif width == 0 and self._x:
                self._grid.mark(self._x - 1, self._y, character)

    def _print_narrow(self, text: str) -> None:
        while text:
            self._make_room(1)
            room = self.columns - self._x
            self._put([(each, self.pen) for each in text[:room]])
            text = text[room:]
            if text and not self.wraps:
                text = text[-1]

    def _print_wide(self, character: str) -> None:
        if self.columns > 1:
            self._make_room(2)
            self._put([(character, self.pen), ("", self.pen)])

    def _make_room(self, width: int) -> None:
        """For so many cells: in the next line, or over the last cells of this one."""
        if self._x + width <= self.columns:
            return
        if self.wraps:
            self._x = 0
            self.line_feed()
        else:
            self._x = self.columns - width

    def _put(self, cells: Row) -> None:
        self._grid.put(self._x, self._y, cells)
        self._x += len(cells)

    def save(self) -> None:
        """Remember the cursor and the pen."""
        self._saved = (self._x, self._y, self.pen)

    def restore(self) -> None:
        """Take those that were remembered."""
        x, y, self.pen = self._saved
        self._move(x, y)

    def _move(self, x: int, y: int) -> None:
        self._x = max(0, min(x, self.columns - 1))
        self._y = max(0, min(y, self.rows - 1))

    def go(self, column: int | None = None, row: int | None = None) -> None:
        """Move the cursor to a place, from 0."""
        self._move(self._x if column is None else column, self._y if row is None else row)

    def go_down(self, count: int) -> None:
        """Up where it is negative; not out of the part that scrolls, when in it."""
        inside = self._top <= self._y <= self._bottom
        top, bottom = (self._top, self._bottom) if inside else (0, self.rows - 1)
        self._move(self._x, max(top, min(self._y + count, bottom)))

    def go_right(self, count: int) -> None:
        """To the left where it is negative."""
        self._move(self.cursor[0] + count, self._y)

    def line_feed(self) -> None:
        """Down; at the end of the part that scrolls, that does."""
        if self._y == self._bottom:
            self.scroll(1)
        elif self._y < self.rows - 1:
            self._y += 1

    def line_feed_back(self) -> None:
        """Up; at the begin of the part that scrolls, that does."""
        if self._y == self._top:
            self.scroll(-1)
        elif self._y > 0:
            self._y -= 1

    def next_line(self) -> None:
        """To the first cell of the next line."""
        self._x = 0
        self.line_feed()

    @property
    def _empty(self) -> Cell:
        """What an erased cell is: the colour behind text stays."""
        background = self.pen.background
        return BLANK if background is None else (" ", Pen(None, background))

    def scroll(self, count: int) -> None:
        """Move the lines of the part that scrolls up, or down where it is negative."""
        self._grid.scroll(self._top, self._bottom, count, self._empty)

    def insert_lines(self, count: int) -> None:
        """At the cursor; or, where it is negative, take lines away."""
        if self._top <= self._y <= self._bottom:
            self._grid.scroll(self._y, self._bottom, -count, self._empty)
            self._x = 0

    def erase_display(self, numbers: list[int]) -> None:
        """From the cursor on (0), up to it (1), or all of it (2)."""
        y, rows = self._y, self.rows
        for each in {0: range(y + 1, rows), 1: range(y), 2: range(rows)}.get(numbers[0], ()):
            self._grid.erase(each, 0, self.columns, self._empty)
        if numbers[0] in (0, 1):
            self.erase_line(numbers)

    def erase_line(self, numbers: list[int]) -> None:
        """The cursor's: from there on (0), up to there (1), or all of it (2)."""
        x, end = self.cursor[0], self.columns
        ends = {0: (x, end), 1: (0, x + 1), 2: (0, end)}.get(numbers[0])
        if ends is not None:
            self._grid.erase(self._y, *ends, self._empty)

    def erase_cells(self, count: int) -> None:
        """So many, from the cursor on."""
        x, y = self.cursor
        self._grid.erase(y, x, x + count, self._empty)

    def insert_cells(self, count: int) -> None:
        """At the cursor."""
        self._grid.insert(*self.cursor, count, self._empty)

    def delete_cells(self, count: int) -> None:
        """At the cursor."""
        self._grid.delete(*self.cursor, count, self._empty)

    def repeat(self, count: int) -> None:
        """Print the latest character so many times more."""
        self.print(self._last * min(count, self.columns * self.rows))

    def set_margins(self, numbers: list[int]) -> None:
        """Which lines scroll."""
        top = max(1, numbers[0]) - 1
        bottom = (numbers[1] if len(numbers) > 1 and numbers[1] else self.rows) - 1
        if top < bottom < self.rows:
            self._top, self._bottom = top, bottom
            self._move(0, 0)

    def tab(self) -> None:
        """To the next column of every eighth."""
        self._x = min(self.columns - 1, (self._x // TAB + 1) * TAB)


def _is_narrow(character: str) -> bool:
    return get_character_cell_size(character) == 1


def _width(character: str) -> int | None:
    """Cells that it takes; None for what is not drawn."""
    if unicodedata.category(character) in _NOT_DRAWN:
        return None
    return get_character_cell_size(character)
