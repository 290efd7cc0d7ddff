"""The tour: scene by scene, read, guess, watch it run, and notice."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.widgets import OptionList

from concviz.analysis.wording import capital
from concviz.runner import catalogue
from concviz.sources.feed import Feed
from concviz.tour.pace import Pace
from concviz.tour.scene import Scene
from concviz.tour.telling import said
from concviz.tour.walk import Stage, Walk
from concviz.trace.environment import Environment
from concviz.tui import keys
from concviz.tui.notices import Kind, tell
from concviz.tui.screens import tour_keys
from concviz.tui.screens.frame_loop import FrameLoop
from concviz.tui.screens.tour_autoplay import Autoplay
from concviz.tui.screens.tour_scene import SceneScreen
from concviz.tui.widgets.scene_picture import ScenePicture
from concviz.tui.widgets.scene_words import SceneWords


class TourScreen(SceneScreen):
    """Where somebody is in the tour, which goes on by keys or by itself."""

    BINDINGS: ClassVar[list[BindingType]] = tour_keys.BINDINGS

    def __init__(
        self,
        scenes: tuple[Scene, ...],
        environment: Environment,
        sample_hz: float,
        *,
        at: int = 0,
        pace: Pace = Pace.NORMAL,
        autoplay: bool = False,
    ) -> None:
        """``pace`` is that of a tour that goes by itself, and ``autoplay`` whether it does.

        One that did so from the first scene to the end ends the app.
        """
        super().__init__(Walk(scenes, at), environment)
        self.troubles: list[str] = []
        """Why runs could not be started."""
        self._sample_hz = sample_hz
        self._ends = autoplay
        """Whether the app ends with it."""
        self._autoplay = Autoplay(self, pace, autoplay, self._look_further, self._play_on)
        self._frames = FrameLoop(self, self.view, self._panes, self)

    def on_mount(self) -> None:
        """Events can be taken in from now on."""
        self._frames.start()

    def close_execution(self) -> None:
        """End what is under way, if anything, and wait until nothing is left; from any thread."""
        self.view.close()

    def give_way(self) -> None:
        """What a key does comes first."""
        self._frames.give_way()

    # -- where somebody is --

    def _enter(self) -> None:
        """Show where somebody is, and perhaps go on from there by itself."""
        super()._enter()
        self._autoplay.wait(said(self.walk))

    def _go(self, walk: Walk) -> None:
        """Be there from now on."""
        before, self.walk = self.walk, walk
        if walk == before:
            return
        if before.stage is Stage.RUNNING and walk.stage is not Stage.RUNNING and self.view.live:
            self.view.stop()
        if walk.stage is Stage.RUNNING and before.stage is not Stage.RUNNING:
            self._start()
        self._enter()

    # -- runs --

    def _start(self) -> None:
        """Run the next part."""
        walk = self.walk
        plan = self.view.earlier.prepare(walk.plan(len(walk.runs)))
        if problems := catalogue.problems(plan):
            self._fail(" ".join(capital(problem.sentence) for problem in problems))
            return
        from concviz.sources.local_run import LocalRun

        try:
            feed = Feed(LocalRun(plan, sample_hz=self._sample_hz))
        except OSError as error:  # no more processes, open files or memory
            self._fail(f"It could not be started: {error.strerror or error}.")
            return
        self.view.follow(feed)
        self.walk = walk.began(feed.run)
        self._frames.resume()

    def _fail(self, why: str) -> None:
        self.troubles.append(f"{self.walk.scene.title}: {why}")
        self.walk = self.walk.failed(why)

    def phase_changed(self) -> None:
        """Nothing depends on it."""

    def read_on(self) -> None:
        """Nothing is read."""

    def frame_over(self) -> None:
        """Nothing follows."""

    def run_ended(self) -> None:
        """The next part, or what there is to notice."""
        walk = self.walk
        if walk.stage is not Stage.RUNNING or self.view.whole is not walk.runs[-1]:
            return
        self.walk = walk.ended(asked=self.view.moment.stopping)
        if self.walk.stage is Stage.RUNNING:
            self._start()
        self._enter()

    def interrupt(self) -> bool:
        """End what is under way; False where nothing is, or it has been asked to already."""
        if not self.view.live or self.view.stopping:
            return False
        self._take_over()
        self.view.stop()
        return True

    # -- by itself --

    def _look_further(self) -> None:
        self.query_one(SceneWords).scroll_end(animate=False)

    def _play_on(self) -> None:
        if self.walk.stage is not Stage.OVER:
            self._go(self.walk.go_on())
        elif self._ends:
            self.app.exit(return_code=1 if self.troubles else 0)

    def _take_over(self) -> None:
        """Somebody is there: the tour does not go on by itself any more."""
        self._ends = False
        if self._autoplay.end():
            tell(self, Kind.DOING, "The tour waits for you now: a lets it go on by itself.")

    # -- keys --

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what makes sense now."""
        walk, stage = self.walk, self.walk.stage
        match action:
            case "answer":
                (number,) = parameters
                return stage is Stage.PREDICTING and number in range(1, len(walk.answers) + 1)
            case "stop":
                return stage is Stage.RUNNING
            case "change":
                return bool(walk.changeable)
            case "which":
                return len(walk.changeable) > 1
            case "run" | "skip":
                return stage is not Stage.OVER and (action == "skip" or stage is not Stage.RUNNING)
            case "code":
                return self.has_class("-small") and stage in (Stage.RUNNING, Stage.NOTICING)
            case "view" | "autoplay":
                return stage is not Stage.OVER
            case "back":
                return bool(walk.at) or stage is not Stage.READING
            case "next":  # a run is waited for
                return None if stage is Stage.RUNNING else stage is not Stage.OVER
        return True

    def commands(self) -> Iterable[SystemCommand]:
        """What can be done here, for the palette: also to go to any of the scenes."""
        yield from keys.commands(self, self.BINDINGS)
        for at, scene in enumerate(self.walk.scenes):
            there = partial(self._go, self.walk.enter(at))
            yield SystemCommand(f"Scene {at + 1}: {scene.title}", "Go to that scene", there)

    def action_next(self) -> None:
        """What there is to do next."""
        self._go(self.walk.go_on())

    def action_answer(self, number: int) -> None:
        """Guess that."""
        self._go(self.walk.choose(number - 1))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on an answer."""
        event.stop()
        self._go(self.walk.choose(event.option_index))

    def action_run(self) -> None:
        """Run it, without a guess or again."""
        self._go(self.walk.run())

    def action_stop(self) -> None:
        """Stop the run."""
        self.interrupt()

    def action_back(self) -> None:
        """To the beginning of this scene or of the one before."""
        self._go(self.walk.back())

    def action_skip(self) -> None:
        """To the next scene."""
        self._go(self.walk.skip())

    def action_change(self, by: int) -> None:
        """One more or less."""
        if self._chosen in self.walk.changeable:
            self.walk = self.walk.change(self._chosen, by)
            self._speak()
            self._look_further()

    def action_which(self) -> None:
        """The other number."""
        names = self.walk.changeable
        self._chosen = names[(names.index(self._chosen) + 1) % len(names)]
        self._speak()
        self._look_further()

    def action_autoplay(self) -> None:
        """Go on by itself from now on, or no longer."""
        if self._autoplay.on:
            self._take_over()
            return
        self._autoplay.on = True
        tell(self, Kind.DOING, "The tour goes on by itself: a again ends that.")
        self._autoplay.wait(said(self.walk))

    def action_code(self) -> None:
        """Code in the place of words, and back."""
        self._swapped = not self._swapped
        self._fit()

    def action_view(self) -> None:
        """Bars by state instead of by task, and back."""
        self.query_one(ScenePicture).toggle_states()

    def action_leave(self) -> None:
        """Back to the lab; the scene begins anew when somebody comes back, at the end the tour."""
        self._ends = False
        self._autoplay.end()
        if self.walk.stage is Stage.RUNNING:
            self._go(self.walk.back())
        elif self.walk.stage is Stage.OVER:
            self._go(Walk(self.walk.scenes))
        self.app.pop_screen()

    def action_help(self) -> None:
        """Explain the scene's parts, and every key."""
        from concviz.tui.screens import help  # which few ask for

        about = "Tour"
        parts = help.parts_of(about, ABOUT, self, tour_keys.SECTIONS)
        self.app.push_screen(help.HelpScreen(about, [*parts, help.THE_PICTURE]))


ABOUT = """\
Twelve short scenes, each of which is **really run** here and now. Read, guess what will happen,
watch it run, and see what there is to notice; then change a number and run it again.

The code that runs stands beside the words; a `►` marks the lines that run at the moment. A number
such as `(1)` before a sentence stands in the picture, too, where it can be seen.
"""
