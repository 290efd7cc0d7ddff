"""The lab: choose, run, watch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import SystemCommand
from textual.binding import ActiveBinding, BindingType
from textual.widget import Widget

from concviz.observer.rate import SAMPLE_HZ
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.trace.worker_kind import WorkerKind
from concviz.tui import keys
from concviz.tui.messages import (
    CodeChanged,
    TaskSelected,
    TimePicked,
)
from concviz.tui.notices import Kind, tell
from concviz.tui.places import NAMES
from concviz.tui.screens import lab_keys
from concviz.tui.screens.hints import hinted
from concviz.tui.screens.lab_beginning import BeginningScreen
from concviz.tui.widgets.environment import EnvironmentBar

if TYPE_CHECKING:  # else the first frame would wait for all that they import
    from concviz.model.run import Run
    from concviz.sources.feed import Feed
    from concviz.sources.history import History
    from concviz.sources.local_run import LocalRun
    from concviz.tui.keeping import Keeping
    from concviz.tui.opened import Opened

NO_SOURCE = "# What runs is a program of its own, of which no source is at hand."
UNUSABLE = 2
"""Exit status of a lab that was to show what is no recording."""


class LabScreen(BeginningScreen):
    """Everything on one screen."""

    BINDINGS: ClassVar[list[BindingType]] = lab_keys.BINDINGS

    def __init__(
        self,
        plan: Plan,
        environment: Environment,
        sample_hz: float = SAMPLE_HZ,
        clock: Callable[[], int] = time.monotonic_ns,
        history: History | None = None,
    ) -> None:
        """``clock`` is the one by which runs are played, in nanoseconds.

        ``history`` is where runs are kept when they are over; None: nowhere.
        """
        super().__init__(plan, environment, clock, sample_hz)
        self._history = history

    @cached_property
    def _keeping(self) -> Keeping:
        from concviz.tui.keeping import Keeping

        return Keeping(self, self.view, self.follow, self._history)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The key bar hints at what makes sense now; other keys say why they do not."""
        return hinted(super().active_bindings, self._hints)

    def commands(self) -> Iterable[SystemCommand]:
        """What can be done here, for the palette."""
        if self.ready:
            yield from keys.commands(self, self.BINDINGS)
            yield from keys.commands(self._timeline, self._timeline.BINDINGS)

    def close_run(self) -> None:
        """End what is under way, if anything, and wait until nothing of it is left.

        From any thread, because the screen's own may be stuck.
        """
        self._keeping.close()
        self.view.close()
        if self.tour is not None:
            self.tour.close_execution()
        for screen in list(self.experiments.values()):
            screen.close_execution()

    def take_run(self) -> LocalRun | None:
        """The run that takes place here, if one is under way: it is somebody else's then.

        From any thread, because the screen's own may be stuck.
        """
        from concviz.sources.local_run import LocalRun

        feed = self.view.feed
        if feed is None or not isinstance(feed.source, LocalRun):
            return None
        return feed.source if self._keeping.give_up(feed.run) else None

    def on_unmount(self) -> None:
        """Nobody waits any more for what is being loaded, nor for long for what is being kept."""
        from concviz.runner import inspection

        inspection.stop()
        self._keeping.close()

    # -- what the panes show --

    def recoloured(self) -> None:
        """Texts that have the picture's colours in them are written anew in another theme."""
        self._panes.show_all()

    @property
    def shown(self) -> Run | None:
        """The run on the screen, under way or over, as far as it is known."""
        return self.view.whole

    def follow(self, feed: Feed, recording: str | None = None, *, play: bool = False) -> None:
        """Show a run from its beginning on: as it comes, or played when all has come."""
        self.view.follow(feed, recording, play=play)
        self._begin(feed.run)
        self._panes.hurry()
        self._frames.resume()
        self._frames.expect()
        self._frames.frame()

    def show_run(self, run: Run, now: int | None = None, opened: Opened | None = None) -> None:
        """Show a run that did not take place here: ended, or as it was at the time ``now``."""
        self.view.show(run, now, opened)
        self._begin(run)
        self._panes.show_all()

    def _begin(self, run: Run) -> None:
        self._suit(run)
        self.controls.show_running(not run.ended)
        self.controls.show_shown(run.plan)
        expected_s = self.controls.expected_s(run.plan) if run.plan is not None else 0.0
        coming = None if run.ended else run.plan
        rows = self.controls.expected_rows(coming) if coming else 0
        self.stage.expect(rows, many=run.program is not None)
        self._show_code()
        self._timeline.follow_run(run, expected_s, self.view.moment.time)
        self.stage.output.show_run(run)
        self.show_header()
        self._hint()

    def show_header(self) -> None:
        """What is shown, and where that is."""
        from concviz.view.phrases import what_is_shown

        view = self.view
        run = view.whole
        elsewhere = run is not None and (view.recording or run.program)
        there = run.environment if run is not None and elsewhere else None
        what = what_is_shown(run) if run is not None else ()
        self.query_one(EnvironmentBar).show(there or self._environment, view.badge, what)

    def give_way(self) -> None:
        """What a key does comes first."""
        if self.ready:
            self._frames.give_way()
        if self.tour is not None:
            self.tour.give_way()

    def phase_changed(self) -> None:
        """A recording says of itself where it was made, and what ran; a cluster who is there."""
        run = self.view.whole
        if self.view.recording is not None:
            self._show_recording()
        elif run is not None and run.program is not None:
            self._show_program(run)
        elif run is not None and run.usual_kind is WorkerKind.CLUSTER:
            self.show_header()

    def read_on(self) -> None:
        """The header says how far."""
        self.show_header()

    def frame_over(self) -> None:
        """The hints follow."""
        self._hint()

    def run_ended(self) -> None:
        """Keep it, or say why there is none."""
        if (error := self.view.error) is not None:
            said = f"{self.view.recording} is not shown: {error}."
            self.app.exit(return_code=UNUSABLE, message=Text(sanitize(said)))
            return
        self.controls.show_running(False)
        self._keeping.keep()
        self._show_recording()
        self._panes.show_all()

    def _show_recording(self) -> None:
        """What it says of itself: where it was made, and what ran, which can be run anew here."""
        self.show_header()
        run = self.view.whole
        if run is not None and run.program is not None:
            self._show_program(run)
        if self.view.recording is not None and run is not None and run.plan is not None:
            self.controls.put_plan(run.plan)
            self.controls.show_shown(run.plan)

    def _show_program(self, run: Run) -> None:
        """What is known of it, and its code."""
        self._suit(run)
        self.stage.expect(0, many=True)
        self._show_code()
        self.show_header()

    def action_runs(self, what: str) -> None:
        """Look at kept runs, write the one shown to a file, or lay one behind it."""
        keep = self._keeping
        {"look": keep.look, "write": keep.write, "ghost": keep.ghost}[what]()

    # -- time --

    def action_time(self, what: str, *how: int) -> None:
        """Have the time cursor do something."""
        if self.view.whole is None:
            tell(self, Kind.DOING, "There is no run to play: r runs the plan.")
            return
        cursor = self.view.cursor
        cursor.window_ns = self._timeline.window_ns
        ways: dict[str, Callable[..., None]] = {
            "toggle": cursor.toggle,
            "start": cursor.start,
            "end": cursor.end,
            "loop": cursor.loop,
            "leave": cursor.leave,
            "step": cursor.step,
            "scrub": cursor.scrub,
            "hasten": cursor.hasten,
        }
        ways[what](*how)
        self._moved()

    def on_time_picked(self, event: TimePicked) -> None:
        """Somebody points at a time."""
        self.view.cursor.seek(event.t_ns)
        self._moved()

    def _moved(self) -> None:
        self.view.place()
        self._frames.resume()
        self._hint()
        self._panes.show_all()

    # -- looking around --

    def on_code_changed(self, event: CodeChanged) -> None:
        """Show what would run now."""
        event.stop()
        self._hint()
        self._show_code()  # with what else changes: each layout of the screen costs as much as it

    def _show_code(self) -> None:
        run = self.view.whole
        if run is not None and run.program is not None:
            self.stage.code.show_code(run.program.source or NO_SOURCE, whole=True)
            return
        sources = self.controls.sources
        if self.view.recording is not None and run is not None and run.plan == self.plan:
            # As it ran there: here it may be another version, or not be at all.
            sources = run.strategy_source or sources[0], run.task_source or sources[1]
        self.stage.code.show_code(*sources)

    def on_task_selected(self, event: TaskSelected) -> None:
        """The cursor is on another task."""
        self._panes.show_task()
        if event.task is not None:
            self._show_tab("task")

    def action_help(self) -> None:
        """Explain the pane that has the focus, the picture, and every key."""
        focused: Widget | None = self.focused
        while focused is not None and not focused.HELP:
            focused = focused.parent if isinstance(focused.parent, Widget) else None
        from concviz.tui.screens import help  # which few ask for

        about = NAMES.get(focused.id or "", "") if focused is not None else ""
        text = focused.HELP or "" if focused is not None else ""
        parts = help.parts_of(about, text, self, lab_keys.sections())
        self.app.push_screen(help.HelpScreen(about, [*parts, help.THE_LAB, help.THE_PICTURE]))
