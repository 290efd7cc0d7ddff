"""The lab's frames: what has come is taken in and drawn in time, and nothing ticks at rest."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

from textual.screen import Screen
from textual.timer import Timer

from concviz.model.entities import Changes
from concviz.tui.run_view import RunView
from concviz.tui.sparse.app import SparseApp

EAGER_S = 1 / 200
"""How often it is looked whether a run that was started has begun: somebody waits for that."""
EAGER_FOR_S = 1.0
SLICE_S = 0.004
"""Events are taken in for no longer at a time."""
GIVE_WAY_S = 0.05
"""For so long after a key was pressed a frame has one such slice and no more."""


class Panes(Protocol):
    """What shows the run."""

    def note(self, changes: Changes, moved: bool) -> None:
        """Something has come, or the run is shown as of another time."""

    def show_what_is_due(self, telling: bool, *, anyway: bool) -> bool:
        """Draw what has changed, or ``anyway``; whether the figures were told, too."""

    def show_all(self) -> None:
        """All of them anew, of the moment at hand."""


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


def frame_s(screen: Screen[Any]) -> float:
    """Seconds between two pictures of its app."""
    return screen.app.frame_s if isinstance(screen.app, SparseApp) else SparseApp.frame_s


class FrameLoop:
    """Has the view of a run advance, and its panes show that, for as long as it moves.

    Events are taken in by slices, between which keys have their turn.
    """

    def __init__(self, screen: Screen[Any], view: RunView, panes: Panes, told: Told) -> None:
        self._view, self._panes, self._told = view, panes, told
        self._timer: Timer | None = None
        self._eager: Timer | None = None
        self._eager_until = 0.0
        self._screen = screen
        self._way_given = -GIVE_WAY_S
        self._moved = self._phase = self._ended = False
        """What was taken in since a picture was drawn."""

    def start(self) -> None:
        """From now on there are panes to draw in."""
        self._timer = self._screen.set_interval(frame_s(self._screen), self._turn, pause=True)
        self._eager = self._screen.set_interval(EAGER_S, self._look_for_beginning, pause=True)

    def resume(self) -> None:
        """Go on, if there is anything that moves."""
        if self._timer is not None and self._view.moves:
            self._timer.resume()

    def expect(self) -> None:
        """A run was started: its first bar is to be seen as soon as there is one."""
        if self._eager is not None:
            self._eager_until = time.monotonic() + EAGER_FOR_S
            self._eager.resume()

    async def _look_for_beginning(self) -> None:
        run = self._view.run
        begun = not self._view.live or (run is not None and len(run.starts) > 0)
        if begun or time.monotonic() > self._eager_until:
            if self._eager is not None:
                self._eager.pause()
        elif self._view.waiting:
            await self._turn()

    def give_way(self) -> None:
        """A key was pressed, or the mouse: what that does comes first, and is seen at once."""
        self._way_given = time.monotonic()

    def frame(self) -> None:
        """Take in what has happened, go on in time, and draw what is due."""
        self._take_in(SLICE_S)
        self._show()

    async def _turn(self) -> None:
        """The same, and as much as a frame has time for."""
        view = self._view
        deadline = time.monotonic() + view.budget_s
        self._take_in(SLICE_S)
        while view.waiting and self._has_time(deadline):
            await asyncio.sleep(0)
            if not self._screen.is_attached:
                return
            self._take_in(SLICE_S)
        self._show()

    def _has_time(self, deadline: float) -> bool:
        now = time.monotonic()
        return now < deadline and now > self._way_given + GIVE_WAY_S

    def _take_in(self, most_s: float) -> None:
        view = self._view
        live, before = view.live, view.run
        changes = view.advance(most_s)
        moved = view.run is not before
        if moved or view.cursor.at is None:
            self._panes.note(changes, moved)
        self._moved |= moved
        self._phase |= changes.phase
        self._ended |= live and not view.live

    def _show(self) -> None:
        view, panes, told = self._view, self._panes, self._told
        moved, phase, ended = self._moved, self._phase, self._ended
        self._moved = self._phase = self._ended = False
        if phase:
            told.phase_changed()
        if ended:
            told.run_ended()
        elif moved and not view.moves:  # it has come to where it stays
            panes.show_all()
        elif panes.show_what_is_due(phase, anyway=view.cursor.at is None) and view.reading:
            told.read_on()
        if not view.moves and self._timer is not None:
            self._timer.pause()
        told.frame_over()
