"""A sheet on which a picture is drawn from the top down: lines of words, and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len

from concviz.exporters.drawing.axis import Axis
from concviz.exporters.drawing.elements import data, element
from concviz.exporters.drawing.fills import CELL, FONT, LINE, LOW, Fills, key
from concviz.view.legend import Line as LegendLine
from concviz.view.prose import wrapped
from concviz.view.signs import Kind, Mark, role_of

COLUMNS = 120
"""Width of a picture when nobody says how wide it is."""
LEAST_COLUMNS, MOST_COLUMNS = 20, 1000
MARGIN = 16


LONGEST_NAME = 28
"""Columns of the names at the left, in wide pictures."""
HIGH_GAP, LOW_GAP = 6, 3
"""Pixels between two rows."""


class Picture(NamedTuple):
    """A drawing, without its style sheet."""

    width: float
    height: float
    body: str
    title: str
    """What it is of, in words."""


class Sheet:
    """So many columns of characters wide, within margins."""

    def __init__(self, columns: int | None, margin: int = MARGIN) -> None:
        self.columns = min(max(columns or COLUMNS, LEAST_COLUMNS), MOST_COLUMNS)
        self.fills = Fills()
        self.y = float(margin)
        self._margin = margin
        self._drawn: list[str] = []

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.columns * CELL

    def say(self, text: str, style: str = "", gap: float = 0) -> None:
        """A sentence, in as many lines as it needs."""
        self.y += gap
        for line in wrapped(text, self.columns):
            self.write(line, 0, style)
            self.y += LINE

    def say_all(self, lines: Iterable[str], style: str = "", gap: float = 0) -> None:
        """Sentences below each other, and a gap before them if there are any."""
        for number, line in enumerate(lines):
            self.say(line, style, 0 if number else gap)

    def write(self, text: str, x: float, style: str = "", y: float = 0) -> None:
        """Words on the line at hand."""
        said = text.lstrip(" ")  # which are not drawn everywhere
        at = {"x": self._margin + x + (len(text) - len(said)) * CELL, "y": self.y + y + FONT}
        self._drawn.append(element("text", data(said), class_=style or None, **at))

    def put(self, drawn: str, x: float, y: float = 0) -> None:
        """A drawing whose origin is there, from the line at hand."""
        if drawn:
            place = f"translate({self._margin + x:g} {self.y + y:g})"
            self._drawn.append(element("g", drawn, transform=place))

    def gutter(self, names: Iterable[str]) -> float:
        """The room that the names of rows take."""
        return (min(max(map(cell_len, names), default=0), self._longest()) + 2) * CELL

    def _longest(self) -> int:
        return min(LONGEST_NAME, self.columns // 2 - 4)

    def row(self, name: str, gutter: float, drawn: str, height: float, gap: float) -> None:
        """A row with its name at the left, before so much room."""
        most = self._longest()
        short = name if cell_len(name) <= most else f"{name[: most - 1]}…"
        at = gutter - (cell_len(short) + 2) * CELL
        self.write(short, at, "faint", y=(height - FONT) / 2 - 1)
        self.put(drawn, gutter)
        self.y += height + gap

    def axis(self, gutter: float, length: int) -> Axis:
        """So much time in all the room behind the names."""
        return Axis(round(self.inner - gutter), max(1, length))

    def ruler(self, axis: Axis, gutter: float, top: float) -> None:
        """From there down through what has been drawn since, below all of it."""
        place = f"translate({self._margin + gutter:g} {top:g})"
        self._drawn.insert(0, element("g", axis.ruler(self.y - top), transform=place))

    def legend(self, lines: Iterable[LegendLine], gap: int = 2) -> None:
        """What the signs mean."""
        for line in lines:
            x = 0.0
            for entry in line:
                wide = cell_len(entry.glyphs)
                if isinstance(entry.sign, Mark) or entry.sign is Kind.DIED or entry.sign is None:
                    style = f"c-{key(role_of(entry.sign))}" if entry.sign is not None else ""
                    self.write(entry.glyphs, x, style)
                else:
                    self.put(self.fills.rect(entry.sign, 0, max(wide, 2) * CELL, LOW), x, 2)
                    wide = max(wide, 2)
                first, *rest = wrapped(entry.words.strip(), max(1, self.columns - wide - 1))
                self.write(f" {first}", x + wide * CELL, "faint")
                for more in rest:  # of the only one in its line
                    self.y += LINE
                    self.write(f" {more}", x + wide * CELL, "faint")
                x += (wide + cell_len(entry.words) + gap) * CELL
            self.y += LINE

    def picture(self, title: str) -> Picture:
        """All of it."""
        width, height = self.inner + 2 * self._margin, self.y + self._margin
        ground = element("rect", class_="ground", width=width, height=height)
        body = "".join(self._pieces(ground))
        return Picture(width, height, body, title)

    def _pieces(self, ground: str) -> Iterator[str]:
        yield self.fills.definitions()
        yield ground
        yield from self._drawn
