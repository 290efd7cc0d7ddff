"""The tour: scene by scene, read, guess, watch it run, and notice."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import OptionList, Static

from concviz.analysis.wording import capital
from concviz.runner import catalogue
from concviz.sources.feed import Feed
from concviz.tour.pace import Pace
from concviz.tour.scene import Scene
from concviz.tour.telling import said, took
from concviz.tour.walk import Number, Stage, Walk
from concviz.trace.environment import Environment
from concviz.tui import keys
from concviz.tui.arrangement import BARS, SMALLEST
from concviz.tui.notices import Kind, tell
from concviz.tui.run_view import RunView
from concviz.tui.screens import tour_keys
from concviz.tui.screens.base import BaseScreen
from concviz.tui.screens.body import SCROLLBAR
from concviz.tui.screens.frame_loop import FrameLoop
from concviz.tui.screens.tour_panes import TourPanes, expected_rows, sources
from concviz.tui.screens.tour_text import progress, words
from concviz.tui.widgets.environment import EnvironmentBar
from concviz.tui.widgets.key_bar import KeyBar
from concviz.tui.widgets.lit_code import LitCode
from concviz.tui.widgets.output import OutputPane
from concviz.tui.widgets.scene_picture import ScenePicture
from concviz.tui.widgets.scene_words import SceneWords

ROOMY = (100, 30)
"""From this size on words and code stand beside each other, above the picture."""
WIDE = 150
"""Columns from which what the tasks print stands beside them."""
LEAST, LEAST_WORDS = 7, 10
"""Rows of code, and of words, that still say something."""


class TourScreen(BaseScreen[None]):
    """Where somebody is in the tour, which goes on by keys or by itself."""

    CSS_PATH = "tour.tcss"
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
        super().__init__()
        self.walk = Walk(scenes, at)
        self.view = RunView()
        self.troubles: list[str] = []
        """Why runs could not be started."""
        self._environment = environment
        self._sample_hz = sample_hz
        self._pace = pace
        self._autoplay = self._ends = autoplay
        self._timer: Timer | None = None
        self._chosen: Number = "tasks"
        self._panes = TourPanes(self, self.view, lambda: self.walk)
        self._frames = FrameLoop(self, self.view, self._panes, self)

    def compose(self) -> ComposeResult:
        """Words, code and output above the picture; in a small terminal two of them."""
        yield EnvironmentBar(self._environment)
        yield Static(
            f"This terminal is too small for the tour.\nIt needs at least {SMALLEST[0]} columns "
            f"and {SMALLEST[1]} rows.",
            id="too-small",
        )
        with Horizontal(id="tour-top"):
            yield SceneWords(id="words", classes="pane")
            yield LitCode(id="scene-code", classes="pane")
            yield OutputPane(id="scene-output", classes="pane")
        yield ScenePicture(id="picture", classes="pane")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(OutputPane).border_title = "Output"
        self._frames.start()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._panes.show_all())
        self._choose_layout()
        self._enter()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        self._choose_layout()

    def close_execution(self) -> None:
        """End what is under way, if anything, and wait until nothing is left; from any thread."""
        self.view.close()

    def give_way(self) -> None:
        """What a key does comes first."""
        self._frames.give_way()

    # -- layout --

    def _choose_layout(self) -> None:
        width, height = self.app.size
        roomy = width >= ROOMY[0] and height >= ROOMY[1]
        self.set_class(width < SMALLEST[0] or height < SMALLEST[1], "-tiny")
        self.set_class(not roomy, "-small")
        self.set_class(width >= WIDE and roomy, "-wide")
        self._fit()
        self.refresh_bindings()

    def _fit(self) -> None:
        """The picture is as high as its rows can use; the rest is for words and code."""
        walk, picture = self.walk, self.query_one(ScenePicture)
        captioned = len(walk.scene.parts) > 1
        parts = [(expected_rows(walk.plan(at)), captioned) for at, _ in enumerate(walk.scene.parts)]
        width, room = self.app.size.width, self.app.size.height - BARS
        most = room * 11 // 20
        if self.has_class("-small"):
            panes: dict[Stage, LitCode | SceneWords] = {
                Stage.RUNNING: self.query_one(LitCode),
                Stage.NOTICING: self.query_one(SceneWords),
            }
            wanted = LEAST
            least = min(LEAST_WORDS if walk.stage is Stage.NOTICING else LEAST, room // 2 - 1)
            if (above := panes.get(walk.stage)) is not None:
                around = above.gutter
                inside = width - around.width - SCROLLBAR
                wanted = above.wanted_height(inside) + around.height
            most = max(room - max(wanted, least), min(picture.least_height(parts), room - least))
        picture.fit(parts, most)

    # -- where somebody is --

    def show(self, walk: Walk, now: int | None = None) -> None:
        """Be there, with runs that did not take place here; the last one as of that time."""
        if walk.runs:
            self.view.show(walk.runs[-1], now)
        self.walk = walk
        self._enter()

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

    def _enter(self) -> None:
        """Show where somebody is."""
        walk = self.walk
        self._wait(None)
        self.remove_class(*(f"-{stage.value}" for stage in Stage), update=False)
        self.remove_class("-other", update=False)
        self.add_class(f"-{walk.stage.value}")
        if self._chosen not in walk.changeable and walk.changeable:
            self._chosen = walk.changeable[0]
        number = f"scene {walk.at + 1} of {len(walk.scenes)}"
        badge = "the end" if walk.stage is Stage.OVER else number
        self.query_one(EnvironmentBar).show(self._environment, f"tour: {badge}", [walk.scene.title])
        self._speak()
        if not walk.runs:
            self.query_one(ScenePicture).clear()
        self._show_code()
        self._entitle()
        self._fit()
        if walk.stage is Stage.NOTICING:
            self.query_one(ScenePicture).action_scroll_home()
        if walk.runs:
            self._panes.show_all()
        focused = self.query_one(SceneWords)
        self.call_after_refresh(
            (focused.answers if walk.stage is Stage.PREDICTING else focused).focus
        )
        self.refresh_bindings()
        self._play()

    def _speak(self) -> None:
        walk, pane = self.walk, self.query_one(SceneWords)
        chosen = self._chosen if self._chosen in walk.changeable else None
        pane.border_title = {
            Stage.NOTICING: "What happened",
            Stage.OVER: "The end",
        }.get(walk.stage, walk.scene.title)
        pane.border_subtitle = progress(walk)
        pane.say(words(walk, chosen), walk.answers if walk.stage is Stage.PREDICTING else ())

    def _show_code(self) -> None:
        walk = self.walk
        self.query_one(LitCode).show_code(*sources(walk.plan(walk.part)))

    def _entitle(self) -> None:
        """What the picture shows: how far it is, and what was guessed."""
        walk, picture = self.walk, self.query_one(ScenePicture)
        title = walk.scene.title
        if len(walk.scene.parts) == 1:  # else each has its caption in the picture
            title = walk.scene.parts[0].caption
            if walk.runs and walk.stage is Stage.NOTICING:
                title += f": {took(walk.runs[0])}"
        picture.border_title = title
        guess = f"your guess: {walk.answers[walk.guess]}" if walk.guess is not None else ""
        picture.border_subtitle = guess if walk.stage is Stage.RUNNING else ""

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
        self.walk = walk.ended()
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

    def _play(self) -> None:
        """Go on by itself after a while, if that is wanted."""
        if self._autoplay and self.walk.stage is not Stage.RUNNING:
            self._wait(self._pace.stays_s(said(self.walk)))

    def _wait(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if seconds is None else self.set_timer(seconds, self._play_on)

    def _play_on(self) -> None:
        if self.walk.stage is not Stage.OVER:
            self._go(self.walk.go_on())
        elif self._ends:
            self.app.exit(return_code=1 if self.troubles else 0)

    def _take_over(self) -> None:
        """Somebody is there: the tour does not go on by itself any more."""
        if self._autoplay:
            self._autoplay = self._ends = False
            self._wait(None)
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
            case "back":
                return bool(walk.at) or stage is not Stage.READING
            case "next":  # a run is waited for
                return None if stage is Stage.RUNNING else stage is not Stage.OVER
        return True

    def commands(self) -> Iterable[SystemCommand]:
        """What can be done here, for the palette: also to go to any of the scenes."""
        yield from keys.commands(self, self.BINDINGS)
        for at, scene in enumerate(self.walk.scenes):
            yield SystemCommand(
                f"Scene {at + 1}: {scene.title}",
                "Go to that scene",
                partial(self._by_hand, self.walk.enter(at)),
            )

    def _by_hand(self, walk: Walk) -> None:
        self._go(walk)

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
            self.query_one(SceneWords).scroll_end(animate=False)

    def action_which(self) -> None:
        """The other number."""
        names = self.walk.changeable
        self._chosen = names[(names.index(self._chosen) + 1) % len(names)]
        self._speak()
        self.query_one(SceneWords).scroll_end(animate=False)

    def action_autoplay(self) -> None:
        """Go on by itself from now on, or no longer."""
        if self._autoplay:
            self._take_over()
        else:
            self._autoplay = True
            tell(self, Kind.DOING, "The tour goes on by itself: a again ends that.")
            self._play()

    def action_code(self) -> None:
        """Code in the place of words, and back."""
        self.toggle_class("-other")

    def action_view(self) -> None:
        """Bars by state instead of by task, and back."""
        self.query_one(ScenePicture).toggle_states()

    def action_leave(self) -> None:
        """Back to the lab; the scene begins anew when somebody comes back."""
        if self._autoplay:
            self._autoplay = self._ends = False
        if self.walk.stage is Stage.RUNNING:
            self._go(self.walk.back())
        self._wait(None)
        self.app.pop_screen()

    def action_help(self) -> None:
        """Explain the scene's parts, and every key."""
        from concviz.tui.screens import help  # which few ask for

        focused = self.focused
        while focused is not None and not focused.HELP:
            focused = focused.parent if isinstance(focused.parent, type(focused)) else None
        about = "Tour"
        parts = help.parts_of(about, ABOUT, self, tour_keys.SECTIONS)
        self.app.push_screen(help.HelpScreen(about, [*parts, help.THE_PICTURE]))


ABOUT = """\
Twelve short scenes, each of which is **really run** here and now. Read, guess what will happen,
watch it run, and see what there is to notice; then change a number and run it again.

The code that runs stands beside the words; a `►` marks the lines that run at the moment. A number
such as `(1)` before a sentence stands in the picture, too, where it can be seen.
"""
