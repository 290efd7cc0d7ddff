"""Sentences on a page: wrapped to its width, wherever it goes, and no number without its unit."""

from __future__ import annotations

import re
import textwrap

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_TIE = "\ue000"
"""Stands for a space at which no line ends: rich would break even a no-break space."""


def wrapped(said: str, width: int) -> list[str]:
    """A sentence in lines of so many characters, with no number without its unit."""
    tied = _tied(said)
    return [line.replace(_TIE, " ") for line in textwrap.wrap(tied, width)] or [""]


def lines_of(text: Text, width: int, console: Console) -> list[Text]:
    """The same of a text with styles."""
    tied = text.copy()
    tied.plain = _tied(tied.plain)
    lines = tied.wrap(console, max(1, width), overflow="fold")
    for line in lines:
        line.plain = line.plain.replace(_TIE, " ")
    return [*lines]


def _tied(said: str) -> str:
    return re.sub(r"(?<=\d) (?=\S)", _TIE, said)


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
