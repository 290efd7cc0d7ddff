"""The run on the screen: where it comes from, and as of when it is shown."""

from __future__ import annotations

from concviz.analysis.statistics import Summary, summarise
from concviz.analysis.time_breakdown import Spending
from concviz.model.entities import Changes
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.sources.feed import Feed
from concviz.trace.states import Spent, nothing
from concviz.tui.budget import budget_s
from concviz.tui.earlier_runs import EarlierRuns


class RunView:
    """A run and the moment of it that all panes speak of. Pull with ``advance`` while ``live``."""

    def __init__(self) -> None:
        self.run: Run | None = None
        """What the panes show; None at first."""
        self.moment = Moment(0)
        """Of what it speaks."""
        self.earlier = EarlierRuns()
        self.feed: Feed | None = None
        """Where more of it comes from, while more is to come."""
        self._spending: Spending | None = None

    @property
    def live(self) -> bool:
        """Whether more is to come."""
        return self.feed is not None

    def follow(self, feed: Feed) -> None:
        """Show what comes from there."""
        self.feed = feed
        self._show(feed.run, feed.moment)

    def show(self, run: Run, now: int | None = None) -> None:
        """Show a run that did not take place here: ended, or as it was at the time ``now``."""
        self._show(run, Moment(run.finished if run.ended else run.latest if now is None else now))

    def _show(self, run: Run, moment: Moment) -> None:
        self.run, self.moment = run, moment
        self._spending = Spending(run)

    def advance(self) -> Changes:
        """Take in what has come."""
        feed = self.feed
        if feed is None:
            return Changes()
        changes = feed.advance(budget_s(self.moment))
        self.moment = feed.moment
        if feed.over:
            self.feed = None
            feed.close()
            self.earlier.keep(feed.run)
        return changes

    def stop(self) -> None:
        """Ask for the end of the run that is under way."""
        if self.feed is not None:
            self.feed.stop()

    def close(self) -> None:
        """End what is under way, and wait until nothing of it is left; from any thread."""
        if (feed := self.feed) is not None:
            feed.close()

    # -- figures --

    @property
    def spent(self) -> Spent:
        """How the time of all tasks was spent."""
        return nothing() if self._spending is None else self._spending.of_run(self.moment.time)

    def summary(self, run: Run, spent: Spent) -> Summary:
        """What a run that has ended came to."""
        return summarise(run, self.earlier.sequential_s(run.plan), spent=spent)
