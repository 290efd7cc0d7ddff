"""How the lab begins: a first frame, then all panes, then what makes them work.

Each step is seen before the next one is loaded. Keys wait until the last one is done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from importlib import import_module

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.widgets import Static

from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui.arrangement import SMALLEST
from concviz.tui.screens.lab_runs import RunsScreen
from concviz.tui.widgets.environment import EnvironmentBar
from concviz.tui.widgets.key_bar import KeyBar

NEEDED = (
    "concviz.sources.local_run",
    "concviz.sources.feed",
    "concviz.view.phrases",
    "concviz.view.task",
    "concviz.view.summary_text",
    "concviz.analysis.findings",
)
"""What a run needs, and an empty lab need not wait for."""


class BeginningScreen(RunsScreen):
    """Comes into being; what it shows then, others say."""

    def __init__(
        self, plan: Plan, environment: Environment, clock: Callable[[], int], sample_hz: float
    ) -> None:
        super().__init__(plan, environment, clock, sample_hz)
        self._when_ready: list[Callable[[], object]] = []
        self.furnished = False
        """Whether all panes are there; they work when it is ``ready``."""

    def phase_changed(self) -> None:
        """The run is in another phase."""
        raise NotImplementedError

    def read_on(self) -> None:
        """More of a recording has been read."""
        raise NotImplementedError

    def run_ended(self) -> None:
        """Nothing more will come."""
        raise NotImplementedError

    def frame_over(self) -> None:
        """A frame is over."""
        raise NotImplementedError

    def show_header(self) -> None:
        """What is shown, and where that is."""
        raise NotImplementedError

    def recoloured(self) -> None:
        """There is another theme."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """The panes."""
        self._choose_layout(self.app.size)
        yield EnvironmentBar(self._environment)
        yield Static(
            f"This terminal is too small for the lab.\nIt needs at least {SMALLEST[0]} columns and "
            f"{SMALLEST[1]} rows: enlarge it, or use concviz run.",
            id="too-small",
        )
        yield KeyBar()

    def on_mount(self) -> None:
        """The panes come after the first frame, which is there the sooner."""
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        """All panes are seen; they begin to work after that, and keys wait until they do."""
        from concviz.tui.screens.body import LabBody

        await self.mount(LabBody(self.controls, self.stage), before=self.query_one(KeyBar))
        if not self.away:
            self.query_one("#strategies OptionList").focus()
        self.stage.code.show_code(*self.controls.sources)
        # A run of what is chosen has its room already: to make it takes as long as to start one.
        self.stage.expect(self.controls.expected_rows(self.plan))
        self.furnished = True
        self.refresh_bindings()
        self.call_after_refresh(self._begin_to_work)

    async def _begin_to_work(self) -> None:
        from concviz.tui.screens.frame_loop import FrameLoop
        from concviz.tui.screens.run_panes import RunPanes

        await self.stage.begin()
        self._panes = RunPanes(self, self.view, self.stage)
        self._frames = FrameLoop(self, self.view, self._panes, self)
        self.ready = True
        if self.away:
            self._timeline.focus()
        self._hint()
        # Not before: a thread beside this one would have the panes wait for the GIL.
        self.call_after_refresh(
            partial(self.run_worker, self._look_around, thread=True, exit_on_error=False)
        )
        self._frames.start()
        self.call_after_refresh(self._timeline.make_ready)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.recoloured())
        for wanted in self._when_ready:
            self.call_after_refresh(wanted)

    def when_ready(self, wanted: Callable[[], object]) -> None:
        """Have that done as soon as the panes are there."""
        self._when_ready.append(wanted)

    def _look_around(self) -> None:
        """What a first run needs, and what can be seen of workers here; a process is started."""
        for needed in NEEDED:
            import_module(needed)
        from concviz.observer.probe import look

        if self._environment.observer is None:
            with contextlib.suppress(OSError):  # no more processes: a run will say so, too
                observer = look(self._sample_hz)
                self._environment = replace(self._environment, observer=observer)
                self.app.call_from_thread(self.show_header)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No action of the lab before its panes are there; only what is there is left."""
        if not self.furnished:
            return action.startswith("app.")
        if action == "back":
            return self.ready and self.view.opened is not None
        if action == "time" and parameters == ("leave",):
            return self.ready and self.view.cursor.at is not None
        return True
