"""What becomes of runs that are over: kept, opened again, written to a file, laid behind others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from concviz.analysis.wording import duration
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from concviz.sources.saving import why
from concviz.sources.spool import Lines
from concviz.trace.reader import RecordingError
from concviz.trace.sanitize import sanitize
from concviz.tui.aside import Aside
from concviz.tui.notices import Kind, tell
from concviz.tui.run_view import RunView
from concviz.tui.widgets.timeline import Timeline
from concviz.tui.writing import Shown, Writing, suggested, whole
from concviz.view.ghost import Ghost

if TYPE_CHECKING:
    from concviz.sources.history import Entry, History

TICK_S = 0.05
OFF = "Runs are not kept: the lab was started with --no-history or --fresh."

Follow = Callable[[Feed, str], object]


class Keeping:
    """Does what the keys say, in threads where it takes long; what goes wrong is a notification."""

    def __init__(
        self,
        lab: Screen[Any],
        view: RunView,
        follow: Follow,
        history: History | None,
    ) -> None:
        """``follow`` shows what comes from a feed, under a name; ``history`` None: nothing kept."""
        self._lab = lab
        self._view = view
        self._follow = follow
        self._history = history
        self._aside = Aside(lab)
        self._complained = ""
        self._deciding = threading.Lock()
        self._kept: Run | None = None
        self._gives_up = False

    @property
    def _timeline(self) -> Timeline:
        return self._lab.query_one(Timeline)

    def close(self) -> None:
        """The lab ends; from any thread."""
        self._aside.close()

    # -- kept --

    def keep(self) -> None:
        """Keep the run shown, which has ended here."""
        run, lines, history = self._view.whole, self._view.lines, self._history
        if history is None or run is None or lines is None or self._view.recording is not None:
            return
        with self._deciding:
            if self._gives_up:
                return
            self._kept = run
        self._aside.start(partial(self._keep, history, run, lines))

    def give_up(self, run: Run) -> bool:
        """From now on nothing is kept here. Whether that run is not kept; from any thread."""
        with self._deciding:
            self._gives_up = True
            return self._kept is not run

    def _keep(self, history: History, run: Run, lines: Lines) -> None:
        try:
            history.keep(run, self._aside.bounded(whole(lines)))
        except OSError as error:
            if (trouble := f"The run was not kept: {why(error)}.") != self._complained:
                self._complained = trouble  # and not after each run again
                self._aside.call(self._complain, trouble)

    # -- looked at again --

    def look(self) -> None:
        """Show what was kept."""
        if self._history is None:
            tell(self._lab, Kind.DOING, OFF)
        else:
            from concviz.tui.screens.history import HistoryScreen

            self._lab.app.push_screen(HistoryScreen(self._history, self._open, self._lay_behind))

    def _open(self, entry: Entry) -> None:
        if self._view.live:
            self._complain("A run is under way: x stops it.")
            return
        name = named(entry)
        try:
            feed = Feed(Replay(entry.path, name))
        except RecordingError as error:
            self._complain(f"{name} cannot be opened: {error}.")
        else:
            self._follow(feed, name)

    # -- laid behind --

    def ghost(self) -> None:
        """Take away what lies behind; or have somebody choose what is to lie there."""
        if self._timeline.ghost is not None:
            self._timeline.lay_behind(None)
        elif self._history is None:
            tell(self._lab, Kind.DOING, OFF)
        else:
            tell(self._lab, Kind.DOING, "Choose the run to lay behind, and press g.")
            self.look()

    def _lay_behind(self, entry: Entry) -> None:
        self._aside.start(partial(self._read, entry))

    def _read(self, entry: Entry) -> None:
        try:
            run = Feed(Replay(entry.path)).follow(TICK_S)
        except RecordingError as error:
            self._aside.call(self._complain, f"{named(entry)} cannot be read: {error}.")
            return
        if run.started == UNKNOWN:
            self._aside.call(
                self._complain, f"{named(entry)} never began: there is nothing to lay behind."
            )
            return
        from concviz.tui.screens.history import when

        took = "" if entry.makespan_s is None else f", {duration(entry.makespan_s)}"
        ghost = Ghost(run, f"{named(entry)}{took}, of {when(entry)}")
        self._aside.call(self._timeline.lay_behind, ghost)

    # -- written --

    def write(self) -> None:
        """Have somebody say where the run shown is to be written, and in which format."""
        run, lines = self._view.whole, self._view.lines
        if run is None:
            self._complain("There is no run to write: r runs the plan.")
        elif self._view.live:
            self._complain("The run is under way: it can be written when it is over; x stops it.")
        else:
            name = suggested(run.plan, datetime.now())
            Writing(self._lab, self._aside).ask(Shown("run", run, lines), name)

    # -- --

    def _complain(self, trouble: str) -> None:
        tell(self._lab, Kind.KEPT, trouble, warning=True)


def named(entry: Entry) -> str:
    """What a kept run is called, or else what ran."""
    return sanitize(entry.name or entry.words)
