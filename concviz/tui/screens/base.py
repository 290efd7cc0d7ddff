"""What all our screens share: a change of focus costs little."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from concviz.tui import bindings
from concviz.tui.sparse.compositor import SparseCompositor
from concviz.tui.widgets.pane import pane_of

T = TypeVar("T")


class BaseScreen(Screen[T]):
    """Does not draw all of itself when the focus moves.

    ``Screen.focused`` is a reactive, so Textual repaints the whole screen, and writes it to the
    terminal, whenever it changes. Nothing of a screen itself depends on it: the two widgets, their
    panes and the key bar show it, and draw themselves.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings.FOCUS

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self._compositor = SparseCompositor()

    def watch_focused(self, before: Widget | None, now: Widget | None) -> None:
        """Mark the pane that has the focus now, and no other."""
        left, entered = pane_of(before), pane_of(now)
        if left is not entered and left is not None and left.is_attached:
            left.mark_focused(False)
        if entered is not None:
            entered.mark_focused(True)
