"""What a terminal shows that is given a program's output: cells, a cursor and modes.

Only what is drawn matters here. So whoever shows a screen writes nothing that came from a file: a
cast cannot ask the terminal it is played on for anything, and can leave nothing behind in it.
"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable

from rich.cells import get_character_cell_size

from concviz.casts.grid import BLANK, Cell, Grid, Row
from concviz.casts.pen import PLAIN, Pen, changed
from concviz.casts.sequences import Charset, Control, Escape, Sequence, Sequences, Text

TAB = 8
MOST = 10_000
"""The largest number in a sequence."""
CURSOR, WRAP, ALTERNATE = 25, 7, (47, 1047, 1049)
_LINES = str.maketrans("`afgjklmnopqrstuvwxyz{|}~", "◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")
_NOT_DRAWN = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")


class Screen:
    """Feed it; read ``lines``, ``cursor`` and ``modes``."""

    def __init__(self, columns: int, rows: int) -> None:
        self.modes = {CURSOR, WRAP}
        """Private modes that are on, by number: 25 shows the cursor, 1000 asks for the mouse."""
        self._sequences = Sequences()
        self._grid = Grid(columns, rows)
        self._main: Grid | None = None
        """The main screen, while the other one is shown."""
        self._x = self._y = 0  # _x is past the end after the last column was written
        self._pen = PLAIN
        self._saved = (0, 0, PLAIN)
        self._top, self._bottom = 0, rows - 1
        self._draws_lines = False
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

    @property
    def display(self) -> list[str]:
        """Its text, row by row."""
        return ["".join([text for text, _ in line]) for line in self.lines]

    def feed(self, output: str) -> None:
        """That is written on it."""
        for token in self._sequences.feed(output):
            match token:
                case Text(text):
                    self._print(text)
                case Sequence(final, private, parameters):
                    self._obey(final, private, parameters)
                case Control(character):
                    self._control(character)
                case Escape(final):
                    self._escape(final)
                case Charset("(", name):
                    self._draws_lines = name == "0"

    def resize(self, columns: int, rows: int) -> None:
        """Give it another size: what is at the left and, as terminals do, at the cursor stays."""
        if (columns, rows) == (self.columns, self.rows):
            return
        above = max(0, self._y - rows + 1)
        self._grid = Grid(columns, rows, self.lines[above:])
        if self._main is not None:
            self._main = Grid(columns, rows, self._main.lines)
        self._move(self._x, self._y - above)
        self._top, self._bottom = 0, rows - 1

    def copy(self) -> Screen:
        """Another one that shows the same, and goes on by itself."""
        other = copy.copy(self)
        other._grid = self._grid.copy()
        other._main = None if self._main is None else self._main.copy()
        other.modes = set(self.modes)
        other._sequences = copy.copy(self._sequences)
        return other

    def _reset(self) -> None:
        fresh = Screen(self.columns, self.rows)
        fresh._sequences = self._sequences
        self.__dict__.update(fresh.__dict__)

    # -- what is printed --

    def _print(self, text: str) -> None:
        if self._draws_lines:
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
            self._put([(each, self._pen) for each in text[:room]])
            text = text[room:]
            if text and WRAP not in self.modes:
                text = text[-1]

    def _print_wide(self, character: str) -> None:
        if self.columns > 1:
            self._make_room(2)
            self._put([(character, self._pen), ("", self._pen)])

    def _make_room(self, width: int) -> None:
        """For so many cells: in the next line, or over the last cells of this one."""
        if self._x + width <= self.columns:
            return
        if WRAP in self.modes:
            self._x = 0
            self._line_feed()
        else:
            self._x = self.columns - width

    def _put(self, cells: Row) -> None:
        self._grid.put(self._x, self._y, cells)
        self._x += len(cells)

    # -- what it is told to do --

    def _control(self, character: str) -> None:
        if character == "\r":
            self._x = 0
        elif character in "\n\v\f":
            self._line_feed()
        elif character == "\b":
            self._x = max(0, self.cursor[0] - 1)
        elif character == "\t":
            self._x = min(self.columns - 1, (self._x // TAB + 1) * TAB)

    def _escape(self, final: str) -> None:
        if (act := _ESCAPES.get(final)) is not None:
            act(self)

    def _obey(self, final: str, private: str, parameters: str) -> None:
        if final == "m":
            if not private:  # with one, it is about keys
                self._pen = changed(self._pen, parameters)
            return
        parts = parameters.replace(":", ";").split(";")
        numbers = [min(int(each[:6] or 0), MOST) for each in parts]
        if final in "hl":
            if private == "?":
                for number in numbers:
                    self._set_mode(number, final == "h")
        elif not private and (act := _ACTS.get(final)) is not None:
            act(self, numbers)

    def _set_mode(self, number: int, on: bool) -> None:
        if number in ALTERNATE and on != (self._main is not None):
            if self._main is None:
                self.save()
                self._main, self._grid = self._grid, Grid(self.columns, self.rows)
            else:
                self._grid, self._main = self._main, None
                self.restore()
        (self.modes.add if on else self.modes.discard)(number)

    def save(self) -> None:
        """Remember the cursor and the pen."""
        self._saved = (self._x, self._y, self._pen)

    def restore(self) -> None:
        """Take those that were remembered."""
        x, y, self._pen = self._saved
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

    def _line_feed(self) -> None:
        if self._y == self._bottom:
            self.scroll(1)
        elif self._y < self.rows - 1:
            self._y += 1

    def _line_feed_back(self) -> None:
        if self._y == self._top:
            self.scroll(-1)
        elif self._y > 0:
            self._y -= 1

    def _next_line(self) -> None:
        self._x = 0
        self._line_feed()

    @property
    def _empty(self) -> Cell:
        """What an erased cell is: the colour behind text stays."""
        background = self._pen.background
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
        self._print(self._last * min(count, self.columns * self.rows))

    def set_margins(self, numbers: list[int]) -> None:
        """Which lines scroll."""
        top = max(1, numbers[0]) - 1
        bottom = (numbers[1] if len(numbers) > 1 and numbers[1] else self.rows) - 1
        if top < bottom < self.rows:
            self._top, self._bottom = top, bottom
            self._move(0, 0)


def _count(numbers: list[int]) -> int:
    return numbers[0] or 1


def _place(numbers: list[int], which: int = 0) -> int:
    """From 0, where it is counted from 1: the first one where none is given."""
    return max(1, numbers[which]) - 1 if which < len(numbers) else 0


def _to_line(screen: Screen, count: int) -> None:
    screen.go_down(count)
    screen.go(column=0)


_ESCAPES: dict[str, Callable[[Screen], None]] = {
    "7": Screen.save,
    "8": Screen.restore,
    "D": Screen._line_feed,
    "E": Screen._next_line,
    "M": Screen._line_feed_back,
    "c": Screen._reset,
}
_ACTS: dict[str, Callable[[Screen, list[int]], None]] = {
    "A": lambda screen, given: screen.go_down(-_count(given)),
    "B": lambda screen, given: screen.go_down(_count(given)),
    "e": lambda screen, given: screen.go_down(_count(given)),
    "C": lambda screen, given: screen.go_right(_count(given)),
    "a": lambda screen, given: screen.go_right(_count(given)),
    "D": lambda screen, given: screen.go_right(-_count(given)),
    "E": lambda screen, given: _to_line(screen, _count(given)),
    "F": lambda screen, given: _to_line(screen, -_count(given)),
    "G": lambda screen, given: screen.go(column=_place(given)),
    "`": lambda screen, given: screen.go(column=_place(given)),
    "d": lambda screen, given: screen.go(row=_place(given)),
    "H": lambda screen, given: screen.go(_place(given, 1), _place(given)),
    "f": lambda screen, given: screen.go(_place(given, 1), _place(given)),
    "J": Screen.erase_display,
    "K": Screen.erase_line,
    "X": lambda screen, given: screen.erase_cells(_count(given)),
    "@": lambda screen, given: screen.insert_cells(_count(given)),
    "P": lambda screen, given: screen.delete_cells(_count(given)),
    "L": lambda screen, given: screen.insert_lines(_count(given)),
    "M": lambda screen, given: screen.insert_lines(-_count(given)),
    "S": lambda screen, given: screen.scroll(_count(given)),
    "T": lambda screen, given: screen.scroll(-_count(given)),
    "b": lambda screen, given: screen.repeat(_count(given)),
    "r": Screen.set_margins,
    "s": lambda screen, given: screen.save(),
    "u": lambda screen, given: screen.restore(),
}
"""By the last letter of a sequence."""


def _is_narrow(character: str) -> bool:
    return get_character_cell_size(character) == 1


def _width(character: str) -> int | None:
    """Cells that it takes; None for what is not drawn."""
    if unicodedata.category(character) in _NOT_DRAWN:
        return None
    return get_character_cell_size(character)
