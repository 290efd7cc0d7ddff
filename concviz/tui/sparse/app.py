"""An app of Textual's that writes to its terminal only what differs."""

from __future__ import annotations

from typing import TypeVar

from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.screen import Screen

from concviz.tui.sparse.output import SparseOutput, SparseUpdate

Result = TypeVar("Result")


class SparseApp(App[Result]):
    """All of its screens are written through one ``SparseOutput``: there is one terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._sparse = SparseOutput()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Write what differs."""
        if isinstance(renderable, CompositorUpdate):
            renderable = SparseUpdate(renderable, self._sparse)
        elif renderable is not None:
            self._sparse.forget()
        super()._display(screen, renderable)

    def on_resize(self, event: events.Resize) -> None:
        """The terminal has another size, or is ours again: who knows what it shows."""
        self.action_redraw()

    def action_redraw(self) -> None:
        """Write every cell, whatever the terminal is thought to show."""
        self._sparse.forget()
        if self.screen_stack:
            self.screen.refresh()
