"""Draws a screen on a terminal: what differs from what is there, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console

from concviz.casts.grid import BLANK, Row
from concviz.casts.pen import PLAIN, sequence
from concviz.casts.screen import CURSOR, Screen
from concviz.view.glyphs import celled

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
PLAINLY = "\x1b[0m"
NEAR = 6
"""So many cells are drawn again rather than skipped, which takes as many characters."""


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
        self._pen = PLAIN
        for y in range(self.rows):
            line = _fitted(screen.lines[y] if y < screen.rows else [], self.columns)
            shown = self._shown[y]
            if line != shown:
                parts.append(self._row(y, line, shown))
                self._shown[y] = line
        if parts:  # whoever writes next may have used another pen
            parts.insert(0, PLAINLY)
        x, y = screen.cursor
        seen = CURSOR in screen.modes and x < self.columns and y < self.rows
        cursor = f"{_go(x, y)}{SHOW}" if seen else HIDE
        if not parts and cursor == self._cursor:
            return ""
        self._cursor = cursor
        return "".join([HIDE, *parts, cursor] if seen else [HIDE, *parts])

    def _row(self, y: int, line: Row, shown: Row | None) -> str:
        """The cells of a row that differ; those between two of them, too, where these are few."""
        parts = [(0, len(line))] if shown is None else _differing(line, shown)
        return "".join(f"{_go(begin, y)}{self._drawn(line[begin:end])}" for begin, end in parts)

    def _drawn(self, cells: Row) -> str:
        drawn = ""
        for text, pen in cells:
            if pen != self._pen:
                drawn += sequence(pen, self._colours)
                self._pen = pen
            drawn += text
        return drawn if self._encoding == "utf-8" else celled(drawn, self._encoding)


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


def _differing(line: Row, shown: Row) -> list[tuple[int, int]]:
    """Where cells differ: the first of each part and the one behind its last, no half of any."""
    parts: list[tuple[int, int]] = []
    for at, (cell, before) in enumerate(zip(line, shown, strict=True)):
        if cell == before:
            continue
        begin, end = at, at + 1
        while begin > 0 and not (line[begin][0] and shown[begin][0]):
            begin -= 1
        while end < len(line) and not (line[end][0] and shown[end][0]):
            end += 1
        if parts and begin <= parts[-1][1] + NEAR:
            begin = parts.pop()[0]
        parts.append((begin, end))
    return parts
