"""The screen of the tour, and what stands on it wherever somebody is."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from concviz.tour.telling import took
from concviz.tour.walk import Number, Stage, Walk
from concviz.trace.environment import Environment
from concviz.tui.arrangement import BARS, SMALLEST
from concviz.tui.run_view import RunView
from concviz.tui.screens.base import BaseScreen
from concviz.tui.screens.body import SCROLLBAR
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
BELOW = 5
"""Rows of code below a question, whose answers are to be in view."""


class SceneScreen(BaseScreen[None]):
    """Words, code and output above the picture; in a small terminal two of them."""

    CSS_PATH = "tour.tcss"

    def __init__(self, walk: Walk, environment: Environment) -> None:
        super().__init__()
        self.walk = walk
        self.view = RunView()
        self._environment = environment
        self._chosen: Number = "tasks"
        """What the keys change."""
        self._swapped = False
        """Whether code and words have each other's place, where only one has room."""
        self._panes = TourPanes(self, self.view, lambda: self.walk)

    def compose(self) -> ComposeResult:
        """All panes; styles hide those that have no room."""
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
        self.app.theme_changed_signal.subscribe(self, lambda _: self._panes.show_all())
        self._choose_layout()
        self._enter()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        self._choose_layout()

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
        """Show what there is room for, the picture as high as its rows can use.

        In a small terminal: words and code; then code and the picture; then words and the picture.
        Not by classes: for each of them the styles of the whole screen would be worked out.
        """
        walk, picture = self.walk, self.query_one(ScenePicture)
        pane, code = self.query_one(SceneWords), self.query_one(LitCode)
        small, over = self.has_class("-small"), walk.stage is Stage.OVER
        begins = walk.stage in (Stage.READING, Stage.PREDICTING)
        one = small and not begins and not over
        pane.display = not one or (walk.stage is Stage.NOTICING) != self._swapped
        code.display = not over and not (one and pane.display)
        picture.display = not (over or (small and begins) or self.has_class("-tiny"))
        self.query_one(OutputPane).display = self.has_class("-wide") and not over
        captioned = len(walk.scene.parts) > 1
        parts = [(expected_rows(walk.plan(at)), captioned) for at, _ in enumerate(walk.scene.parts)]
        width, room = self.app.size.width, self.app.size.height - BARS
        pane.styles.height, pane.styles.max_height = (
            ("auto", room - BELOW) if small and begins else ("1fr", "100%")
        )
        most = room * 11 // 20
        if small:
            panes: dict[Stage, LitCode | SceneWords] = {
                Stage.RUNNING: code,
                Stage.NOTICING: pane,
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

    def _enter(self) -> None:
        """Show where somebody is."""
        walk = self.walk
        self._swapped = False
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
