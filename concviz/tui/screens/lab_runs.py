"""What starts and stops runs and experiments, or says why nothing was started."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from concviz.analysis.wording import capital
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui.messages import FunctionWanted, Invited, RunRequested, StopRequested
from concviz.tui.notices import Kind, tell
from concviz.tui.own_function import Own
from concviz.tui.screens.lab_panes import PanesScreen
from concviz.tui.widgets.invitation import OFFERS

if TYPE_CHECKING:  # else the first frame would wait for all that they import
    from concviz.model.run import Run
    from concviz.sources.feed import Feed
    from concviz.tour.pace import Pace
    from concviz.tui.opened import Opened
    from concviz.tui.screens.experiment import AnyExperiment
    from concviz.tui.screens.frame_loop import FrameLoop
    from concviz.tui.screens.run_panes import RunPanes
    from concviz.tui.screens.tour import TourScreen


class RunsScreen(PanesScreen):
    """Runs the plan that is chosen, compares and sweeps; what to show of it, others say."""

    _panes: RunPanes
    _frames: FrameLoop

    def __init__(
        self, plan: Plan, environment: Environment, clock: Callable[[], int], sample_hz: float
    ) -> None:
        super().__init__(plan, environment, clock)
        self._sample_hz = sample_hz
        self.experiments: dict[str, AnyExperiment] = {}
        """The comparison and the sweep, once they have been asked for."""
        self.tour: TourScreen | None = None
        """The same."""

    @property
    def plan(self) -> Plan:
        """What the fields say, as far as they make sense."""
        return self.controls.plan

    def follow(self, feed: Feed, recording: str | None = None, *, play: bool = False) -> None:
        """Show a run from its beginning on: as it comes, or played when all has come."""
        raise NotImplementedError

    def show_run(self, run: Run, now: int | None = None, opened: Opened | None = None) -> None:
        """Show a run that did not take place here: ended, or as it was at the time ``now``."""
        raise NotImplementedError

    def action_try_out(self, number: int) -> None:
        """Do what the invitation offers at that place."""
        starts = OFFERS[number].starts
        if isinstance(starts, str):
            self.app.call_later(self.app.run_action, starts, self)
        elif not self._is_busy():
            self.controls.put_plan(starts)
            self.action_run()

    def on_invited(self, event: Invited) -> None:
        """A click on what the invitation offers."""
        event.stop()
        self.action_try_out(event.offer)

    def action_run(self) -> None:
        """Run the plan, if it makes sense and nothing is running."""
        if self._is_busy() or self.controls.loads(self.action_run):
            return
        if self.controls.asks:
            self.action_function(self.action_run)
            return
        if sentences := self.controls.refusals():
            self._refuse(sentences)
            return
        from concviz.sources.feed import Feed
        from concviz.sources.local_run import LocalRun  # long since there

        plan = self.view.earlier.prepare(self.plan)
        try:
            feed = Feed(LocalRun(plan, sample_hz=self._sample_hz, keep=True))
        except OSError as error:  # no more processes, open files or memory
            self._refuse([f"the run could not be started: {error.strerror or error}."])
            return
        self.follow(feed)

    def action_experiment(self, what: str) -> None:
        """Compare strategies, or try numbers of workers; what was measured last is still there."""
        again = partial(self.action_experiment, what)
        if self._is_busy() or self.controls.loads(again):
            return
        if self.controls.asks:
            self.action_function(again)
            return
        if sentences := self.controls.refusals(but="strategy"):
            self._refuse(sentences)
            return
        screen = self.experiments.get(what)
        if screen is None:
            from concviz.tui.experiments import SCREENS

            screen = SCREENS[what](
                self._environment,
                self._sample_hz,
                self._show_opened,
                self.view.earlier.durations,
            )
            self.experiments[what] = screen
            self.app.install_screen(screen, what)
        screen.offer(self.view.earlier.prepare(self.plan))
        self.app.push_screen(what)

    def action_cluster(self) -> None:
        """To the address of the cluster, where the strategy that is chosen uses one."""
        self._fold(False)
        if not self.controls.go_to_cluster():
            self._refuse([f"{self.plan.strategy} uses no cluster: choose dask for one."])

    def action_function(self, then: Callable[[], object] | None = None) -> None:
        """Ask which function of somebody's own is to be called, and with what."""
        if self.view.reading:
            self._is_busy()
            return
        from concviz.tui.screens.function import FunctionScreen

        def answered(asked: Own | None) -> None:
            if asked is None:
                return
            self._fold(False)
            self.controls.call(asked)
            if then is not None:
                then()

        self.app.push_screen(FunctionScreen(self.controls.own), answered)

    def on_function_wanted(self, event: FunctionWanted) -> None:
        """Enter on it in the list."""
        event.stop()
        self.action_function()

    def action_tour(self) -> None:
        """Go on with the tour, or begin it."""
        if not self._is_busy():
            self.open_tour()

    def open_tour(self, at: int = 0, pace: Pace | None = None) -> None:
        """At that scene; with a ``pace`` it goes by itself, and the app ends with it."""
        if self.tour is None:
            from concviz.tour.pace import Pace
            from concviz.tour.scenes import SCENES
            from concviz.tui.screens.tour import TourScreen

            self.tour = TourScreen(
                SCENES,
                self._environment,
                self._sample_hz,
                at=at,
                pace=pace or Pace.NORMAL,
                autoplay=pace is not None,
            )
            self.app.install_screen(self.tour, "tour")
        self.app.push_screen("tour")

    def _is_busy(self) -> bool:
        if self.view.live:
            what = "A recording is being read" if self.view.reading else "A run is under way"
            tell(self, Kind.DOING, f"{what}: x stops it.", warning=True)
        return self.view.live

    def _show_opened(self, opened: Opened) -> None:
        """A run of a comparison or a sweep, in full."""
        if opened.sequential is not None:
            self.view.earlier.keep(opened.sequential)
        self.show_run(opened.run, opened=opened)
        self.action_go("timeline")

    def action_back(self) -> None:
        """To the comparison or sweep that the run shown is from, with its result."""
        if (opened := self.view.opened) is not None:
            self.app.push_screen(opened.experiment)

    def _refuse(self, sentences: list[str]) -> None:
        self._fold(False)  # the field at fault is there
        told = [capital(sentence) for sentence in sentences]
        tell(self, Kind.REFUSED, " ".join(["Nothing was started.", *told]), warning=True)

    def action_stop(self) -> None:
        """Stop the run."""
        if not self.view.live:
            tell(self, Kind.DOING, "Nothing is running: r runs the plan.")
            return
        self.view.stop()
        self._panes.hurry()
        self._frames.frame()  # which says so, although the end may take a moment

    def interrupt(self) -> bool:
        """End what is under way here; False where nothing is, or it has been asked to already."""
        if self.view.live:
            asked = self.view.stopping
            if not asked:
                self.action_stop()
            return not asked
        if self.tour is not None and self.tour.interrupt():
            return True
        return any(screen.interrupt() for screen in self.experiments.values())

    def on_run_requested(self, event: RunRequested) -> None:
        """A button or Enter in a field."""
        event.stop()
        self.action_run()

    def on_stop_requested(self, event: StopRequested) -> None:
        """A button."""
        event.stop()
        self.action_stop()
