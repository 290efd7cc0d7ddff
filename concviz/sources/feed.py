"""A run under way, taken in as it comes: the one place that says how far it is known."""

from __future__ import annotations

import time
from typing import BinaryIO

from concviz.model.entities import Changes
from concviz.model.moment import NS, Moment, following
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.sources.local_run import SAMPLE_HZ, Session
from concviz.trace.plan import Plan

EVENTS = 500
"""Events between two looks at the clock."""
ROOM = 8_000
"""Events that may wait here for who takes them in by and by; the others wait where they happen. At
a stop those are counted, and these are taken in within moments."""


class Feed:
    """A session and the run that its messages make. Pull with ``advance`` until it is ``over``.

    Raises OSError where a run cannot be started.
    """

    def __init__(
        self,
        plan: Plan,
        record: BinaryIO | None = None,
        sample_hz: float = SAMPLE_HZ,
        memory: bool = False,
    ) -> None:
        self.run = Run(plan)
        self.over = False
        """Whether everything has been taken in and nothing of the run is left."""
        self.moment = Moment(0)
        """Of what the run, as it is known, speaks."""
        self._stopping = False
        self._session = Session(plan, record, sample_hz, memory=memory)

    def advance(self, budget_s: float = float("inf")) -> Changes:
        """Take in what has arrived, within that time."""
        session = self._session
        finished = session.finished  # before the draining: nothing comes afterwards
        session.give_room(ROOM if budget_s < float("inf") else None)
        deadline = time.monotonic() + budget_s
        changes = self.run.apply(session.drain(most=EVENTS))
        while session.waiting and time.monotonic() < deadline:
            changes.add(self.run.apply(session.drain(most=EVENTS)))
        self.over = finished and not session.waiting
        self._move()
        return changes

    def _move(self) -> None:
        session, run = self._session, self.run
        now = time.monotonic_ns()  # before the look for what waits: that may be older
        if run.finished != UNKNOWN:
            self.moment = Moment(run.finished, 0.0, self._stopping)
            return
        behind = run.unread > 0 or session.behind
        shown = following(
            self.moment.time, now, run.latest, behind=behind, late=session.late_ns(now)
        )
        self.moment = Moment(shown, (now - shown) / NS, self._stopping)

    def wait(self, timeout: float) -> bool:
        """Wait until all has arrived, but no longer than that. Whether it has."""
        return self._session.wait(timeout)

    def stop(self) -> None:
        """Ask for the end of the run; returns at once."""
        self._stopping = True
        self.moment = self.moment._replace(stopping=True)
        self._session.stop()

    def close(self) -> None:
        """End it now and wait until it has left nothing behind; from any thread."""
        self._session.close()
