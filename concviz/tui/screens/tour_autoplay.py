"""A tour that goes on by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

from concviz.tour.pace import Pace

THEN = 0.55
"""The share of the time after which the rest is shown of what does not fit."""


class Autoplay:
    """Waits for as long as there is something to read, then goes on; or does not, if it is off."""

    def __init__(
        self,
        screen: Screen[Any],
        pace: Pace,
        on: bool,
        look_further: Callable[[], object],
        go_on: Callable[[], object],
    ) -> None:
        """``screen`` is whose timers they are; ``look_further`` shows what did not fit."""
        self.on = on
        self._screen, self._pace = screen, pace
        self._look_further, self._go_on = look_further, go_on
        self._timers: list[Timer] = []

    def wait(self, said: str) -> None:
        """Go on when that has been read; "": somebody else says when."""
        self._stop()
        if self.on and said:
            stays_s = self._pace.stays_s(said)
            self._timers = [
                self._screen.set_timer(stays_s * THEN, self._look_further),
                self._screen.set_timer(stays_s, self._go_on),
            ]

    def end(self) -> bool:
        """It does not go on by itself any more; whether it did."""
        was, self.on = self.on, False
        self._stop()
        return was

    def _stop(self) -> None:
        for timer in self._timers:
            timer.stop()
        self._timers = []
