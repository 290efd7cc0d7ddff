"""Sentences on a page: wrapped to its width, wherever it goes, and no number without its unit."""

from __future__ import annotations

import textwrap

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from concviz.view.wrapping import tied, untied


def wrapped(said: str, width: int) -> list[str]:
    """A sentence in lines of so many characters, with no number without its unit."""
    return [untied(line) for line in textwrap.wrap(tied(said), width)] or [""]


def lines_of(text: Text, width: int, console: Console) -> list[Text]:
    """The same of a text with styles."""
    text = text.copy()
    text.plain = tied(text.plain)
    lines = text.wrap(console, max(1, width), overflow="fold")
    for line in lines:
        line.plain = untied(line.plain)
    return [*lines]


class Prose:
    """A sentence, or several. Its further lines stand below the first, behind the mark."""

    def __init__(self, said: str | Text, style: str = "", *, mark: str = "") -> None:
        self._text = Text(said, style) if isinstance(said, str) else said
        self._mark = Text(mark, style)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        beside = self._mark.cell_len
        lines = lines_of(self._text, options.max_width - beside, console)
        yield self._mark + Text("\n" + " " * beside).join(lines)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self._mark + self._text)
