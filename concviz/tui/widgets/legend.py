"""The lines below a picture, in the colours of the screen."""

from __future__ import annotations

from collections.abc import Callable

from rich.style import Style
from rich.text import Text

from concviz.model.run import Run
from concviz.trace.states import Spent
from concviz.view.legend import Used, as_text, legend
from concviz.view.signs import Sign

LOW = 7
"""Rows of a picture and its legend from which the legend has two of them."""


def legend_text(
    used: Used,
    width: int,
    lines: int,
    style: Callable[[Sign], Style],
    spent: tuple[Run, Spent] | None = None,
    outside: bool = False,
) -> Text:
    """What the signs mean, in as many words as fit into so many lines."""
    return Text("\n").join(as_text(legend(used, width, lines, spent, outside=outside), style))
