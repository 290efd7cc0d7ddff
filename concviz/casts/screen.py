"""What a terminal shows that is given a program's output.

Only what is drawn matters here. So whoever shows a screen writes nothing that came from a file: a
cast cannot ask the terminal it is played on for anything, and can leave nothing behind in it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from concviz.casts.grid import Row
from concviz.casts.paper import Paper
from concviz.casts.pen import changed
from concviz.casts.sequences import Charset, Control, Escape, Sequence, Sequences, Text

MOST = 10_000
"""The largest number in a sequence."""
CURSOR, WRAP, ALTERNATE = 25, 7, (47, 1047, 1049)


class Screen:
    """Feed it; read ``lines``, ``cursor`` and ``modes``."""

    def __init__(self, columns: int, rows: int) -> None:
        self.modes = {CURSOR, WRAP}
        """Private modes that are on, by number: 25 shows the cursor, 1000 asks for the mouse."""
        self._sequences = Sequences()
        self._paper = Paper(columns, rows)
        self._main: Paper | None = None
        """The main one, while the other one is shown."""

    @property
    def columns(self) -> int:
        """How wide it is."""
        return self._paper.columns

    @property
    def rows(self) -> int:
        """How tall it is."""
        return self._paper.rows

    @property
    def lines(self) -> list[Row]:
        """Its cells, row by row."""
        return self._paper.lines

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row, from 0."""
        return self._paper.cursor

    @property
    def display(self) -> list[str]:
        """Its text, row by row."""
        return ["".join([text for text, _ in line]) for line in self.lines]

    def feed(self, output: str) -> None:
        """That is written on it."""
        for token in self._sequences.feed(output):
            match token:
                case Text(text):
                    self._paper.print(text)
                case Sequence(final, private, parameters):
                    self._obey(final, private, parameters)
                case Control(character):
                    if (act := _CONTROLS.get(character)) is not None:
                        act(self._paper)
                case Escape("c"):
                    self._reset()
                case Escape(final):
                    if (act := _ESCAPES.get(final)) is not None:
                        act(self._paper)
                case Charset("(", name):
                    self._paper.draws_lines = name == "0"

    def resize(self, columns: int, rows: int) -> None:
        """Give it another size: what is at the left and, as terminals do, at the cursor stays."""
        if (columns, rows) == (self.columns, self.rows):
            return
        self._paper.resize(columns, rows)
        if self._main is not None:
            self._main.resize(columns, rows)

    def copy(self) -> Screen:
        """Another one that shows the same, and goes on by itself."""
        other = copy.copy(self)
        other._paper = self._paper.copy()
        other._main = None if self._main is None else self._main.copy()
        other.modes = set(self.modes)
        other._sequences = copy.copy(self._sequences)
        return other

    def shows_the_same_as(self, other: Screen) -> bool:
        """Whether nobody could tell them apart: by their cells, cursors and modes."""
        mine, its = (self.cursor, self.modes), (other.cursor, other.modes)
        return mine == its and self.lines == other.lines

    def _reset(self) -> None:
        self.modes = {CURSOR, WRAP}
        self._paper = Paper(self.columns, self.rows)
        self._main = None

    def _obey(self, final: str, private: str, parameters: str) -> None:
        if final == "m":
            if not private:  # with one, it is about keys
                self._paper.pen = changed(self._paper.pen, parameters)
            return
        parts = parameters.replace(":", ";").split(";")
        numbers = [min(int(each[:6] or 0), MOST) for each in parts]
        if final in "hl":
            if private == "?":
                for number in numbers:
                    self._set_mode(number, final == "h")
        elif not private and (act := _ACTS.get(final)) is not None:
            act(self._paper, numbers)

    def _set_mode(self, number: int, on: bool) -> None:
        (self.modes.add if on else self.modes.discard)(number)
        if number == WRAP:
            self._paper.wraps = on
        elif number in ALTERNATE and on and self._main is None:
            self._main, self._paper = self._paper, self._paper.fresh()
        elif number in ALTERNATE and not on and self._main is not None:
            self._main.wraps = self._paper.wraps
            self._paper, self._main = self._main, None


def _count(numbers: list[int]) -> int:
    return numbers[0] or 1


def _place(numbers: list[int], which: int = 0) -> int:
    """From 0, where it is counted from 1: the first one where none is given."""
    return max(1, numbers[which]) - 1 if which < len(numbers) else 0


def _to_line(paper: Paper, count: int) -> None:
    paper.go_down(count)
    paper.go(column=0)


_ESCAPES: dict[str, Callable[[Paper], None]] = {
    "7": Paper.save,
    "8": Paper.restore,
    "D": Paper.line_feed,
    "E": Paper.next_line,
    "M": Paper.line_feed_back,
}
_CONTROLS: dict[str, Callable[[Paper], None]] = {
    "\r": lambda paper: paper.go(column=0),
    **dict.fromkeys("\n\v\f", Paper.line_feed),
    "\b": lambda paper: paper.go_right(-1),
    "\t": Paper.tab,
}
_ACTS: dict[str, Callable[[Paper, list[int]], None]] = {
    "A": lambda paper, given: paper.go_down(-_count(given)),
    "B": lambda paper, given: paper.go_down(_count(given)),
    "e": lambda paper, given: paper.go_down(_count(given)),
    "C": lambda paper, given: paper.go_right(_count(given)),
    "a": lambda paper, given: paper.go_right(_count(given)),
    "D": lambda paper, given: paper.go_right(-_count(given)),
    "E": lambda paper, given: _to_line(paper, _count(given)),
    "F": lambda paper, given: _to_line(paper, -_count(given)),
    "G": lambda paper, given: paper.go(column=_place(given)),
    "`": lambda paper, given: paper.go(column=_place(given)),
    "d": lambda paper, given: paper.go(row=_place(given)),
    "H": lambda paper, given: paper.go(_place(given, 1), _place(given)),
    "f": lambda paper, given: paper.go(_place(given, 1), _place(given)),
    "J": Paper.erase_display,
    "K": Paper.erase_line,
    "X": lambda paper, given: paper.erase_cells(_count(given)),
    "@": lambda paper, given: paper.insert_cells(_count(given)),
    "P": lambda paper, given: paper.delete_cells(_count(given)),
    "L": lambda paper, given: paper.insert_lines(_count(given)),
    "M": lambda paper, given: paper.insert_lines(-_count(given)),
    "S": lambda paper, given: paper.scroll(_count(given)),
    "T": lambda paper, given: paper.scroll(-_count(given)),
    "b": lambda paper, given: paper.repeat(_count(given)),
    "r": Paper.set_margins,
    "s": lambda paper, given: paper.save(),
    "u": lambda paper, given: paper.restore(),
}
"""By the last letter of a sequence."""
