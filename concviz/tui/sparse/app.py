"""An app of Textual's that writes to its terminal only what differs, and as much as it takes."""

from __future__ import annotations

from typing import TypeVar

from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from concviz.tui.sparse.line import Line
from concviz.tui.sparse.output import ENOUGH, SparseOutput, SparseUpdate

LOOK_S = 0.25
"""How soon it is looked again, if the terminal does not tell before."""

Result = TypeVar("Result")


class SparseApp(App[Result]):
    """All of its screens are written through one ``SparseOutput``: there is one terminal."""

    frame_s = 1 / 30
    """How often what moves is drawn, at most: seconds from one picture to the next."""

    def __init__(self) -> None:
        super().__init__()
        self._sparse = SparseOutput()
        self._line: Line | None = None
        self._behind = self._looking = False

    def begin_line(self, line: Line) -> None:
        """What is drawn goes to a terminal from now on, of which this is known."""
        self._line = line
        self._behind = False

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Write what differs, as far as there is room; pictures in between are left out."""
        room = ENOUGH if self._line is None else self._line.room()
        if isinstance(renderable, CompositorUpdate):
            if room <= 0:
                self._miss()
                return
            self._sparse.left = False  # what is batched is not written, and leaves nothing
            super()._display(screen, SparseUpdate(renderable, self._sparse, room))
            if self._sparse.left:
                self._miss()
            return
        if renderable is not None:
            self._sparse.forget()
        super()._display(screen, renderable)

    @property
    def behind(self) -> bool:
        """Whether the terminal does not show all that has been drawn."""
        return self._behind

    def _miss(self) -> None:
        self._behind = True
        if not self._looking:
            self._looking = True
            self.set_timer(LOOK_S, self._look)

    def _look(self) -> None:
        """Whether there is room by now; if the terminal does not tell, it is asked again."""
        self._looking = False
        if self._driver is not None:
            self._driver.flush()
        if not self.catch_up():
            self._miss()

    def catch_up(self) -> bool:
        """Draw what was left out, if there is room by now; whether nothing is left out any more."""
        if self._behind and self._line is not None and self._line.room() > 0:
            self._behind = False
            if self.screen_stack:
                self.screen.refresh()
        return not self._behind

    def on_resize(self, event: events.Resize) -> None:
        """The terminal has another size, or is ours again: who knows what it shows."""
        self.action_redraw()

    def action_redraw(self) -> None:
        """Write every cell, whatever the terminal is thought to show."""
        self._sparse.forget()
        if self.screen_stack:
            self.screen.refresh()
