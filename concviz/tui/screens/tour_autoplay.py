"""A tour that goes on by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

from concviz.tour.pace import Pace


class Autoplay:
    """Waits for as long as there is something to read, then goes on; or does not, if it is off."""

    def __init__(
        self, screen: Screen[Any], go_on: Callable[[], object], pace: Pace, on: bool
    ) -> None:
        """``screen`` is whose timer it is."""
        self.on = on
        self._screen, self._go_on, self._pace = screen, go_on, pace
        self._timer: Timer | None = None

    def wait(self, said: str) -> None:
        """Go on when that has been read; "": somebody else says when."""
        self._stop()
        if self.on and said:
            self._timer = self._screen.set_timer(self._pace.stays_s(said), self._go_on)

    def end(self) -> bool:
        """It does not go on by itself any more; whether it did."""
        was, self.on = self.on, False
        self._stop()
        return was

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
