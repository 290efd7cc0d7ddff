"""Draws a screen on a terminal: what differs from what is there, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console

from concviz.casts.grid import BLANK, Row
from concviz.casts.pen import PLAIN, Pen, style
from concviz.casts.screen import CURSOR, Screen
from concviz.view.glyphs import celled

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
PLAINLY = "\x1b[0m"


def colours_of(environ: Mapping[str, str]) -> ColorSystem | None:
    """How many colours a terminal has; None: it is to be given none."""
    if environ.get("NO_COLOR"):
        return None
    return COLOR_SYSTEMS.get(Console(force_terminal=True, _environ=environ).color_system or "")


class Painter:
    """Knows what a terminal shows that has so many columns and rows for the screen."""

    def __init__(
        self, columns: int, rows: int, colours: ColorSystem | None, encoding: str = "utf-8"
    ) -> None:
        self._colours = colours
        self._encoding = encoding
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """The terminal has another size, and nobody knows what is on it."""
        self.columns, self.rows = columns, rows
        self._shown: list[Row | None] = [None] * rows
        self._cursor: str | None = None

    def forget(self, row: int) -> None:
        """Something else was written there."""
        if row < self.rows:
            self._shown[row] = None

    def paint(self, screen: Screen) -> str:
        """What to write, so that the terminal shows it; as much of it as there is room for."""
        parts = []
        for y in range(self.rows):
            line = _fitted(screen.lines[y] if y < screen.rows else [], self.columns)
            shown = self._shown[y]
            if line != shown:
                parts.append(self._row(y, line, shown))
                self._shown[y] = line
        x, y = screen.cursor
        seen = CURSOR in screen.modes and x < self.columns and y < self.rows
        cursor = f"{_go(x, y)}{SHOW}" if seen else HIDE
        if not parts and cursor == self._cursor:
            return ""
        self._cursor = cursor
        return "".join([HIDE, *parts, cursor] if seen else [HIDE, *parts])

    def _row(self, y: int, line: Row, shown: Row | None) -> str:
        begin, end = (0, len(line)) if shown is None else _differing(line, shown)
        drawn = "".join(self._drawn(text, pen) for text, pen in _runs(line[begin:end]))
        return f"{_go(begin, y)}{drawn}"

    def _drawn(self, text: str, pen: Pen) -> str:
        if self._encoding != "utf-8":
            text = celled(text, self._encoding)
        if self._colours is None:
            pen = pen._replace(foreground=None, background=None)
        if pen == PLAIN:
            return text
        return style(pen).render(text, color_system=self._colours or ColorSystem.STANDARD)


def _go(x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


def _fitted(line: Row, columns: int) -> Row:
    """As much of a row as there is room for, and blank cells behind it."""
    if len(line) <= columns:
        return line + [BLANK] * (columns - len(line))
    cut = line[:columns]
    if not line[columns][0]:  # the left half of a wide character
        cut[-1] = BLANK
    return cut


def _differing(line: Row, shown: Row) -> tuple[int, int]:
    """The first cell that differs, and the one behind the last; no half of a character."""
    begin, end = 0, len(line)
    while line[begin] == shown[begin]:
        begin += 1
    while line[end - 1] == shown[end - 1]:
        end -= 1
    while begin > 0 and not (line[begin][0] and shown[begin][0]):
        begin -= 1
    while end < len(line) and not (line[end][0] and shown[end][0]):
        end += 1
    return begin, end


def _runs(cells: Row) -> list[tuple[str, Pen]]:
    """Text that is drawn alike."""
    found: list[tuple[list[str], Pen]] = []
    for text, pen in cells:
        if not found or found[-1][1] != pen:
            found.append(([], pen))
        found[-1][0].append(text)
    return [("".join(texts), pen) for texts, pen in found]
