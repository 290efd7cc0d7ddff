"""The lab's frames: what has come is taken in and drawn in time, and nothing ticks at rest."""

from __future__ import annotations

from typing import Any, Protocol

from textual.screen import Screen
from textual.timer import Timer

from concviz.tui.run_view import RunView
from concviz.tui.screens.run_panes import RunPanes

FRAME_S = 1 / 30
"""How often events are taken in."""


class Told(Protocol):
    """Who hears what a frame found, besides the panes."""

    def phase_changed(self) -> None:
        """The run is in another phase."""

    def read_on(self) -> None:
        """More of a recording has been read."""

    def run_ended(self) -> None:
        """Nothing more will come."""

    def frame_over(self) -> None:
        """A frame is over."""


class FrameLoop:
    """Has the view of a run advance, and its panes show that, for as long as it moves."""

    def __init__(self, screen: Screen[Any], view: RunView, panes: RunPanes, told: Told) -> None:
        self._view, self._panes, self._told = view, panes, told
        self._timer: Timer | None = None
        self._screen = screen

    def start(self) -> None:
        """From now on there are panes to draw in."""
        self._timer = self._screen.set_interval(FRAME_S, self.frame, pause=True)

    def resume(self) -> None:
        """Go on, if there is anything that moves."""
        if self._timer is not None and self._view.moves:
            self._timer.resume()

    def frame(self) -> None:
        """Take in what has happened, go on in time, and draw what is due."""
        view, panes, told = self._view, self._panes, self._told
        live, before = view.live, view.run
        changes = view.advance()
        moved, whole = view.run is not before, view.cursor.at is None
        if moved or whole:
            panes.note(changes, moved)
        if changes.phase:
            told.phase_changed()
        if live and not view.live:
            told.run_ended()
        elif moved and not view.moves:  # it has come to where it stays
            panes.show_all()
        elif panes.show_what_is_due(changes.phase, anyway=whole) and view.reading:
            told.read_on()
        if not view.moves and self._timer is not None:
            self._timer.pause()
        told.frame_over()
