"""Sentences on a page: wrapped to its width, wherever it goes, and no number without its unit."""

from __future__ import annotations

import re

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

_TIE = "\ue000"
"""Stands for a space at which no line ends: rich would break even a no-break space."""


class Prose:
    """A sentence, or several. Its further lines stand below the first, behind the mark."""

    def __init__(self, said: str | Text, style: str = "", *, mark: str = "") -> None:
        self._text = Text(said, style) if isinstance(said, str) else said
        self._mark = Text(mark, style)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        tied = self._text.copy()
        tied.plain = re.sub(r"(?<=\d) (?=\S)", _TIE, tied.plain)
        beside = self._mark.cell_len
        lines = tied.wrap(console, max(1, options.max_width - beside), overflow="fold")
        for line in lines:
            line.plain = line.plain.replace(_TIE, " ")
        yield self._mark + Text("\n" + " " * beside).join(lines)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self._mark + self._text)
