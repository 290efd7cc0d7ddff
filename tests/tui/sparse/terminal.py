"""A terminal, and what can be seen in its cells."""

from __future__ import annotations

from typing import NamedTuple

import pyte

NO_WRAP = "\x1b[?7l"


class Seen(NamedTuple):
    """What can be seen of a cell."""

    text: str
    foreground: str
    background: str
    attributes: tuple[bool, ...]


class Terminal:
    """Of that size, as Textual leaves it to be written to."""

    def __init__(self, width: int, height: int) -> None:
        self._screen = pyte.Screen(width, height)
        self._stream = pyte.Stream(self._screen)
        self.write(NO_WRAP)

    def write(self, text: str) -> None:
        self._stream.feed(text)

    def resize(self, width: int, height: int) -> None:
        self._screen.resize(height, width)

    @property
    def seen(self) -> list[list[Seen]]:
        return seen_on(self._screen)


def seen_on(screen: pyte.Screen) -> list[list[Seen]]:
    """Line by line."""
    return [
        [_seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)
    ]


def _seen(cell: pyte.screens.Char) -> Seen:
    upon = (cell.reverse, cell.underscore, cell.strikethrough, cell.blink)
    if cell.data == " " and not any(upon):
        return Seen(" ", "", cell.bg, ())
    return Seen(cell.data, cell.fg, cell.bg, (cell.bold, cell.italics, *upon))
