"""The run on the screen: where it comes from, and as of when it is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from concviz.analysis.time_breakdown import Spending
from concviz.analysis.wording import percent
from concviz.model.entities import Changes
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.tui.budget import READING_BUDGET_S, budget_s
from concviz.tui.earlier_runs import EarlierRuns
from concviz.tui.time_cursor import TimeCursor

if TYPE_CHECKING:  # an empty lab need not wait for them
    from concviz.analysis.statistics import Summary
    from concviz.sources.feed import Feed
    from concviz.sources.spool import Lines
    from concviz.trace.reader import RecordingError
    from concviz.trace.states import Spent
    from concviz.tui.opened import Opened


class RunView:
    """A run and the moment of it that all panes speak of. Pull with ``advance`` while it ``moves``.

    ``clock`` is the one by which the time cursor plays, in nanoseconds.
    """

    def __init__(self, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self.whole: Run | None = None
        """The run as far as it is known; None at first."""
        self.run: Run | None = None
        """What the panes show: the whole, or the run as of where the time cursor is."""
        self.moment = Moment(0)
        """Of what that speaks."""
        self.cursor = TimeCursor(clock)
        self.earlier = EarlierRuns()
        self.feed: Feed | None = None
        """Where more of it comes from, while more is to come."""
        self.recording: str | None = None
        """Name of the recording that it is read from; None for a run that takes place here."""
        self.lines: Lines | None = None
        """What it was told in, for who wants to keep it; None where nobody kept that."""
        self.opened: Opened | None = None
        """Of which experiment it is one of many runs; None of others."""
        self.error: RecordingError | None = None
        """Why what was read is no recording; None where it is one."""
        self._known = Moment(0)
        self._spending: Spending | None = None
        self._play_when_read = False

    @property
    def live(self) -> bool:
        """Whether more is to come."""
        return self.feed is not None

    @property
    def reading(self) -> bool:
        """Whether a recording is being read, to be played when it has been."""
        return self.live and self._play_when_read

    @property
    def badge(self) -> str:
        """What is shown, where that did not take place here."""
        if self.opened is not None:
            return self.opened.badge
        if self.recording is None:
            if self.whole is None or (program := self.whole.program) is None:
                return ""
            from concviz.view.program import badge

            return badge(program, self.whole.pid, live=self.live)
        from concviz.sources.replay import Replay

        source = self.feed.source if self.feed is not None else None
        if not self.reading or not isinstance(source, Replay):
            return f"recording {self.recording}"
        share = source.progress
        return f"reading {self.recording}" + (f": {percent(share)}" if share is not None else "")

    @property
    def moves(self) -> bool:
        """Whether it changes by itself: there is more to come, or the time cursor plays."""
        return self.live or self.cursor.playing

    @property
    def until(self) -> int:
        """Up to when the run is known, in nanoseconds of its clock."""
        return self._known.time

    def follow(self, feed: Feed, recording: str | None = None, *, play: bool = False) -> None:
        """Show what comes from there; a recording of that name is perhaps played when all has come.

        What was followed before, if anything, is closed.
        """
        self.close()
        self.feed = feed
        self._begin(feed.run, feed.moment, recording)
        self.lines = feed.source.lines
        self._play_when_read = play

    def show(self, run: Run, now: int | None = None, opened: Opened | None = None) -> None:
        """Show a run that did not take place here: ended, or as it was at the time ``now``."""
        at = run.finished if run.ended else run.latest if now is None else now
        self._begin(run, Moment(at), None)
        self.opened = opened
        self.lines = opened.lines if opened is not None else None
        self.place()

    def _begin(self, run: Run, moment: Moment, recording: str | None) -> None:
        self.whole = self.run = run
        self.lines = self.opened = None
        self.moment = self._known = moment
        self.recording, self._play_when_read, self.error = recording, False, None
        self._spending = Spending(run)
        self.cursor.begin(run)

    @property
    def waiting(self) -> bool:
        """Whether something has come that has not been taken in."""
        return self.feed is not None and self.feed.source.waiting

    @property
    def budget_s(self) -> float:
        """For how long what has come may be taken in, in the next frame."""
        return READING_BUDGET_S if self.reading else budget_s(self._known)

    def advance(self, most_s: float) -> Changes:
        """Take in what has come, within that time, and let the cursor go on."""
        feed = self.feed
        changes = Changes()
        if feed is not None:
            changes = feed.advance(most_s)
            self._known = feed.moment
            if feed.over:
                from concviz.sources.replay import Replay

                self.feed = None
                feed.close()
                self.error = feed.source.error if isinstance(feed.source, Replay) else None
                if self.recording is None:
                    self.earlier.keep(feed.run)
        self.place()
        read = feed is not None and not self.live and self._play_when_read
        if read and self.cursor.at is None:  # else it is where the person wants it
            self.cursor.play()
            self.place()
        return changes

    def place(self) -> None:
        """Show the run as of where the cursor is by now."""
        whole, cursor = self.whole, self.cursor
        if whole is None:
            return
        cursor.reach(self.until, self.live, reading=self.reading)
        if cursor.at is None or (whole.ended and cursor.at >= self.until):
            self.run, self.moment = whole, self._known
        elif self.run is whole or self.moment.time != cursor.at:
            self.run = whole.as_of(cursor.at)
            self.moment = Moment(cursor.at, stopping=self._known.stopping)

    @property
    def stopping(self) -> bool:
        """Whether somebody has asked for the end of what is under way."""
        return self.live and self._known.stopping

    def stop(self) -> None:
        """Ask for the end of the run that is under way."""
        if self.feed is not None:
            self.feed.stop()
            self._known = self.feed.moment

    def close(self) -> None:
        """End what is under way, and wait until nothing of it is left; from any thread."""
        if (feed := self.feed) is not None:
            feed.close()

    # -- figures --

    def spent(self, run: Run) -> Spent:
        """How the time of all tasks was spent, of the run that is shown."""
        spending = self._spending if run is self.whole else None
        return (spending or Spending(run)).of_run(self.moment.time)

    def summary(self, run: Run, spent: Spent) -> Summary:
        """What a run that has ended came to."""
        from concviz.analysis.statistics import summarise

        return summarise(run, self.earlier.sequential_s(run.plan), spent=spent)
