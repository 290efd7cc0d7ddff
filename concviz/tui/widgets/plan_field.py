"""What the fields of a plan have in common: some plans make no use of them."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from concviz.trace.sanitize import sanitize

NAME = 12
"""Cells of a field's name."""
MOST = 0.6
"""Share of a field's line that a note at its end takes at most."""


class PlanField(Widget):
    """Mixed into a named field of one line.

    One that is of no use keeps its place, where there is room (see the styles of ``-unused``): a
    layout for each strategy that somebody passes by in the list costs more than all that changes.
    For the same reason what is told of a field is drawn in its line, and no widget of its own.
    """

    used = True
    """Whether the plan makes use of it."""

    def use(self, used: bool, instead: str = "") -> None:
        """Show it, or its name and something else, or nothing in its place."""
        focused = self.screen.focused
        if not used and focused is not None and self in focused.ancestors_with_self:
            self.screen.focus_next()
        self.used = used
        # Where it keeps its place no style depends on that.
        gives_way = self.screen.has_class("-short")
        self.set_class(not used and not instead, "-unused", update=gives_way)

    def tell_shown(self, value: str | None) -> None:
        """What the run on the screen has here, where that is something else; None: nothing else."""
        self.set_class(value is not None, "-changed")


def words_of(shown: str | None) -> str:
    """What is told of that."""
    return f" shown: {sanitize(shown)}" if shown is not None else ""


def with_note(line: Strip, note: str, style: Style, width: int) -> Strip:
    """The line in so many cells, with something at its end."""
    if not note:
        return line
    room = min(cell_len(note), round(width * MOST))
    told = Strip([Segment(note, style)]).crop(0, room)
    return Strip.join([line.crop(0, width - room).extend_cell_length(width - room), told])
