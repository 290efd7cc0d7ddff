"""Where the time cursor is: a line through the rows of a picture, and what it says on the ruler."""

from __future__ import annotations

from typing import NamedTuple

from concviz.view.faces import Face, style_of
from concviz.view.painting import Painted
from concviz.view.signs import Mark


class TimeMark(NamedTuple):
    """The words stay at an end of the ruler while the line moves, which is not drawn there.

    So few cells of the ruler change while a run is played, and each that does costs bytes.
    """

    cell: int
    """Of the line; perhaps out of view."""
    words: str
    at: int
    """Cell of the first of them."""

    @classmethod
    def place(cls, width: int, cell: int, said: str) -> TimeMark:
        """The words at the right end; where the line would be below them, at the left one."""
        words = f" {said} "[:width]
        at = width - len(words)
        return cls(cell, words, 0 if at <= cell < width else at)

    def beside(self, ticks: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Of a ruler's ticks (cell and label), those that the words do not cover."""
        end = self.at + len(self.words)
        return [(cell, text) for cell, text in ticks if cell >= end or cell + len(text) < self.at]

    def mark(self, rows: list[Painted]) -> list[Painted]:
        """The rows, of which the first is the ruler, with the words there and the line below."""
        sign = Mark.TIME_CURSOR
        ruler, *others = rows
        if 0 <= self.cell < len(ruler.text):
            others = [row.with_note(self.cell, sign.glyph, sign.role) for row in others]
        return [ruler.with_note(self.at, self.words, style_of(sign.role, Face.NOTE)), *others]
