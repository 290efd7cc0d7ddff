"""The app: the lab with its palette, its themes and its ends."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from msgspec.structs import replace
from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from concviz.runner.environment import describe
from concviz.sources.local_run import SAMPLE_HZ
from concviz.strategies import STRATEGIES
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui import preferences as choices
from concviz.tui.ends import Ends
from concviz.tui.screens.experiment import AnyExperiment, ExperimentScreen
from concviz.tui.screens.lab import LabScreen
from concviz.tui.themes import state_colours
from concviz.tui.widgets.timeline import Timeline
from concviz.view.glyphs import draws, encoding_of
from concviz.workloads.registry import WORKLOADS


class ConcvizApp(App[None]):
    """concviz in a terminal."""

    TITLE = "concviz"
    CSS_PATH = "screens/lab.tcss"  # here, because a default screen's own is not read
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+p", "command_palette", "Palette", key_display="^p"),
    ]

    def __init__(
        self,
        plan: Plan,
        environment: Environment,
        *,
        theme: str | None = None,
        run: bool = False,
        sample_hz: float = SAMPLE_HZ,
    ) -> None:
        super().__init__()
        self.lab = LabScreen(plan, environment, run_at_once=run, sample_hz=sample_hz)
        if theme is not None and theme in self.available_themes:
            self.theme = theme
        self._turning: asyncio.AbstractEventLoop | None = None
        self._asked: int | None = None

    def get_default_screen(self) -> Screen[Any]:
        """The lab is the first screen."""
        return self.lab

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of the states for themes that have none."""
        return state_colours(self.current_theme)

    def on_mount(self) -> None:
        """Begin; or end, when that is what was asked for meanwhile."""
        self._turning = asyncio.get_running_loop()
        if self._asked is not None:
            self.exit(return_code=self._asked)

    def end(self, status: int) -> None:
        """Exit with that status; from any thread, at any time."""
        self._asked = status
        if self._turning is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self._turning.call_soon_threadsafe(partial(self.exit, return_code=status))

    def on_key(self, event: events.Key) -> None:
        """Text that was on its way to another widget when Tab moved the focus to a field."""
        field = self.focused
        text = event.character
        if isinstance(field, Input) and text and field.check_consume_key(event.key, text):
            event.stop()
            event.prevent_default()
            field.insert_text_at_cursor(text)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action of the lab by name, and Textual's own."""
        lab = self.lab
        yield from super().get_system_commands(screen)
        if isinstance(screen, ExperimentScreen):
            yield from self._of_experiment(screen)
            return
        if not lab.ready:
            return
        compare, sweep = (partial(lab.action_experiment, what) for what in ("compare", "sweep"))
        yield SystemCommand("Compare strategies", "Which one, and why (c)", compare)
        yield SystemCommand("Sweep workers", "How many (s)", sweep)
        yield SystemCommand("Run", "Run the plan (r)", lab.action_run)
        yield SystemCommand("Stop", "Stop the run (x)", lab.action_stop)
        yield SystemCommand("Help", "Keys, and how to read the picture (?)", lab.action_help)
        for key, pane in enumerate(
            ("strategies", "workloads", "workers", "timeline", "summary", "output", "code", "task"),
            start=1,
        ):
            yield SystemCommand(
                f"Go to {pane}", f"Move the focus ({key})", lambda p=pane: lab.action_go(p)
            )
        timeline = lab.query_one(Timeline)
        yield SystemCommand("Rows by task or worker", "Timeline (b)", timeline.action_by)
        yield SystemCommand("Bars by state or task", "Timeline (v)", lab.action_view)
        yield SystemCommand("Fit the run", "Timeline (0)", timeline.action_fit)
        yield SystemCommand("Follow the run", "Timeline (f)", timeline.action_follow)
        yield SystemCommand("Zoom in", "Timeline (+)", lambda: timeline.action_zoom(2))
        yield SystemCommand("Zoom out", "Timeline (-)", lambda: timeline.action_zoom(-2))
        yield SystemCommand("Earlier", "Timeline (,)", lambda: timeline.action_pan(-1))
        yield SystemCommand("Later", "Timeline (.)", lambda: timeline.action_pan(1))

    @staticmethod
    def _of_experiment(screen: AnyExperiment) -> Iterable[SystemCommand]:
        for title, words, action in (
            ("Run", "Run what is marked (r)", "run"),
            ("Stop", "Stop; what was measured stays (x)", "stop"),
            ("New", "Choose anew (n)", "again"),
            ("Open", "Open the selected run in the lab (Enter)", "open"),
            ("Table or picture", "Where only one has room (t)", "table"),
            ("Back to the lab", "What was measured is kept (Escape)", "back"),
            ("Help", "Keys, and what the figures mean (?)", "help"),
        ):
            if screen.check_action(action, ()):
                yield SystemCommand(title, words, getattr(screen, f"action_{action}"))


def launch(
    chosen: dict[str, object],
    *,
    fresh: bool = False,
    run: bool = False,
    sample_hz: float = SAMPLE_HZ,
) -> int:
    """Run the lab until the person leaves it; the exit status.

    ``chosen`` are fields of the plan given on the command line, which count more than what was
    chosen last time; ``fresh`` neither reads nor keeps choices; ``run`` starts at once;
    ``sample_hz`` is how often the workers are looked at.
    """
    kept = choices.Choices() if fresh else choices.load()
    plan = replace(kept.plan, **chosen) if chosen else kept.plan
    known = STRATEGIES.references(), WORKLOADS.references()
    if plan.strategy not in known[0] or plan.workload not in known[1]:
        plan = replace(Plan(), **chosen)  # of a package that is no longer installed
    app = ConcvizApp(plan, describe(), theme=kept.theme, run=run, sample_hz=sample_hz)
    if not draws(encoding_of(sys.__stderr__)):
        from concviz.tui.ascii import draw_in_ascii

        draw_in_ascii(app)

    def put_away() -> None:
        app.lab.close_run()
        if not fresh:
            choices.save(choices.Choices(plan=app.lab.plan, theme=app.theme))

    with Ends(put_away, app.end):
        try:
            app.run()
        except BaseException:
            app.lab.close_run()
            raise
        put_away()
    return app.return_code or 0
