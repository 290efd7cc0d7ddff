"""The time cursor: as of when the panes show a run."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.sources.playback import Playback
from concviz.view.steps import next_event, previous_event
from concviz.view.viewport import NS

SPEEDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
SCRUBS = 20
"""Larger steps to the width of the picture."""
WHOLE_S = 1.0
"""So many seconds in the width until it is known how many there are."""


class TimeCursor:
    """A place in the time of a run, at which it stays or from which it goes on.

    Times are nanoseconds of the run's clock. ``clock`` is one that goes on steadily.
    """

    def __init__(self, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._clock = clock
        self._playback = Playback()
        self._run: Run | None = None
        self._end = 0
        self._growing = self._reading = False
        self.seen = 0
        """When it was looked at last, by the clock."""
        self.at: int | None = None
        """Where it is; None: nowhere, and the run is shown as far as it is known."""
        self.window_ns = round(WHOLE_S * NS)
        """How much time the picture shows: larger steps are a part of it."""

    def begin(self, run: Run) -> None:
        """Be about that run, from now on; how fast it plays stays."""
        self._run, self._end, self._growing = run, 0, False
        speed, loop = self._playback.speed, self._playback.loop
        self._playback = Playback()
        self._playback.set_speed(speed, self._clock())
        self._playback.loop = loop
        self.at = None

    def reach(self, end: int, growing: bool, reading: bool = False) -> None:
        """The run is known up to that time. Go on by the clock.

        ``growing``: there will be more of it; ``reading``: because it is read from a file.
        """
        self._end, self._growing, self._reading = end, growing, reading
        run = self._run
        if run is not None and run.started != UNKNOWN:
            self._playback.reach(run.started, end, growing=growing)
            self._placed()

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._playback.playing

    @property
    def speed(self) -> float:
        """Seconds of the run in a second."""
        return self._playback.speed

    @property
    def looping(self) -> bool:
        """Whether it begins again at the end."""
        return self._playback.loop

    def words(self) -> str:
        """Where it is and whether it moves, for the ruler; nothing where it is nowhere."""
        run = self._run
        if self.at is None or run is None:
            return ""
        here, end = ((t_ns - run.started) / NS for t_ns in (self.at, self._end))
        beyond = not self._growing and round(here, 4) > round(end, 3)  # it is not, but would say so
        digits = 3 if self.playing or beyond else 4  # where it stays it can be told more exactly
        at = f"{here:.{digits}f} s"
        if not self._growing:
            at += f" of {end:.3f} s"
        if self.playing:
            said = f"{at}, {self.speed:g}×"
        else:
            speed = f", {self.speed:g}×" if self.speed != 1 else ""
            more = " (being read)" if self._reading else " (still running)"
            said = f"{at}, paused" + (more if self._growing else speed)
        return f"{said}, loop" if self.looping else said

    # -- what keys do --

    def play(self) -> None:
        """Go on from where it is, or from the start."""
        self._playback.play(self._clock())
        self._placed()

    def toggle(self) -> None:
        """Play or pause; a run under way that is not followed is followed again."""
        now = self._clock()
        if self._growing and not self._playback.following:
            self._playback.to_end(now)
        else:
            self._playback.toggle(now)
        self._placed()

    def step(self, by: int) -> None:
        """To the event before (-1) or after (1)."""
        run = self._run
        if run is None or run.started == UNKNOWN:
            return
        now = self._clock()
        at = self._playback.position(now)
        at = self._end if at is None else at
        found = next_event(run, at) if by > 0 else previous_event(run, at)
        self._stay(self._end if found is None and by > 0 else found or run.started)

    def scrub(self, by: int) -> None:
        """So many larger steps; what plays goes on from there."""
        at = self._end if self.at is None else self.at
        self._playback.seek(at + by * self.window_ns // SCRUBS, self._clock())
        self._placed()

    def seek(self, t_ns: int) -> None:
        """To that time; what plays goes on from there."""
        self._playback.seek(t_ns, self._clock())
        self._placed()

    def hasten(self, by: int) -> None:
        """So many speeds faster, or slower."""
        place = bisect_left(SPEEDS, self.speed) + by
        self.set_speed(SPEEDS[min(max(0, place), len(SPEEDS) - 1)])

    def set_speed(self, speed: float) -> None:
        """So many seconds of the run in a second."""
        self._playback.set_speed(speed, self._clock())
        self._placed()

    def start(self) -> None:
        """To the start of the run."""
        self._playback.to_start(self._clock())
        self._placed()

    def end(self) -> None:
        """To the end; of a run under way that is to follow it."""
        if self._growing:
            self.leave()
        else:
            self.seek(self._end)

    def loop(self) -> None:
        """At the end, begin again; or not."""
        self._playback.loop = not self._playback.loop

    def leave(self) -> None:
        """Be nowhere: the run is shown as far as it is known."""
        self._playback.to_end(self._clock())
        self._placed()

    def _stay(self, t_ns: int) -> None:
        self._playback.pause(self._clock())
        self.seek(t_ns)

    def _placed(self) -> None:
        self.seen = self._clock()
        self.at = self._playback.position(self.seen)
