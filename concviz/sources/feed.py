"""The one pump: a stream is taken in as it comes. It says how far its run is known."""

from __future__ import annotations

import time
from collections.abc import Callable

from concviz.model.entities import Changes
from concviz.model.moment import NS, Moment, following
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.sources.source import Source

EVENTS = 500
"""Events between two looks at the clock."""
ROOM = 8_000
"""Events that may wait here for who takes them in by and by; the others wait where they happen. At
a stop those are counted, and these are taken in within moments."""


class Feed:
    """A source and the run that its messages make.

    Pull with ``advance`` until it is ``over``, as a screen does frame by frame; or have ``follow``
    do it.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.run = Run(source.plan)
        self.over = False
        """Whether everything has been taken in and nothing of the source is left."""
        self.moment = Moment(0)
        """Of what the run, as it is known, speaks."""
        self._stopping = False

    def advance(self, budget_s: float = float("inf")) -> Changes:
        """Take in what has arrived, within that time; nobody waits for what has not."""
        self.source.give_room(ROOM if budget_s < float("inf") else None)
        return self._take_in(budget_s)

    def follow(self, tick_s: float, look: Callable[[], object] = lambda: None) -> Run:
        """Take in everything to the end and close it; every so often, have somebody look at it.

        Nothing is held up: what has happened is read, however much it is.
        """
        self.source.give_room(None)
        try:
            while not self.over:
                self.wait(tick_s)
                look()
                self._take_in(tick_s)
        finally:
            self.close()
        return self.run

    def _take_in(self, budget_s: float) -> Changes:
        source = self.source
        finished = source.finished  # before the draining: nothing comes afterwards
        deadline = time.monotonic() + budget_s
        changes = self.run.apply(source.drain(budget_s, EVENTS))
        while source.waiting and (left_s := deadline - time.monotonic()) > 0:
            changes.add(self.run.apply(source.drain(left_s, EVENTS)))
        self.over = finished and not source.waiting
        self._move()
        return changes

    def _move(self) -> None:
        source, run = self.source, self.run
        now = source.now()  # before the look for what waits: that may be older
        if run.finished != UNKNOWN:
            self.moment = Moment(run.finished, 0.0, self._stopping)
            return
        behind = run.unread > 0 or source.behind
        late = source.late_ns(now)
        shown = following(self.moment.time, now, run.latest, behind=behind, late=late)
        self.moment = Moment(shown, (now - shown) / NS, self._stopping)

    def wait(self, timeout: float) -> bool:
        """Wait until all has arrived, but no longer than that. Whether it has."""
        return self.source.wait(timeout)

    def stop(self) -> None:
        """Ask for the end; returns at once."""
        self._stopping = True
        self.moment = self.moment._replace(stopping=True)
        self.source.stop()

    def close(self) -> None:
        """End it now and wait until it has left nothing behind; from any thread."""
        self.source.close()
