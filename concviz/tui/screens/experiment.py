"""An experiment in the lab: choose, watch the runs go by, look at the result."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.css.query import NoMatches

from concviz.analysis.wording import capital
from concviz.experiments.durations import Durations
from concviz.experiments.experiment import Experiment, Result
from concviz.experiments.planning import UnusableError
from concviz.model.run import Run
from concviz.runner import catalogue
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui import telling
from concviz.tui.aside import Aside
from concviz.tui.making import Making
from concviz.tui.messages import ChoiceChanged, RunRequested
from concviz.tui.notices import Kind, tell
from concviz.tui.opened import Opened
from concviz.tui.screens import experiment_keys
from concviz.tui.screens.base import BaseScreen
from concviz.tui.widgets.choice_pane import ChoicePane
from concviz.tui.widgets.environment import EnvironmentBar
from concviz.tui.widgets.experiment_head import ExperimentHead
from concviz.tui.widgets.key_bar import KeyBar
from concviz.tui.widgets.picture import Picture
from concviz.tui.widgets.result_pane import ResultPane
from concviz.view.words import plan_words

CHOOSING, RUNNING, DONE = "-choosing", "-running", "-done"
STAGES = (CHOOSING, RUNNING, DONE)

Show = Callable[[Opened], None]
"""Shows a run of an experiment in the lab."""
P = TypeVar("P")


class ExperimentScreen(BaseScreen[None], Generic[P]):
    """Three stages on one screen. What was measured stays until something else is begun."""

    CSS_PATH = "experiment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = experiment_keys.BINDINGS

    def __init__(
        self,
        experiment: Experiment[P],
        picture: Picture[P],
        environment: Environment,
        sample_hz: float,
        show: Show,
        durations: Durations,
    ) -> None:
        """``durations`` are what runs of the lab took, to foresee what those here will take."""
        super().__init__()
        self.experiment = experiment
        self.result: Result[P] | None = None
        """What is on the screen, or was last."""
        self._choice = ChoicePane(experiment, environment, id="experiment-choice")
        self._head = ExperimentHead(id="experiment-head")
        self._shown = ResultPane(picture, experiment.columns, id="experiment-result")
        self._environment = environment
        self._sample_hz = sample_hz
        self._show_in_lab = show
        self._plan = Plan()
        self._measured: tuple[object, ...] | None = None
        self._stage = CHOOSING
        self._durations = durations
        self._making = Making(self, self, durations)
        self._aside = Aside(self)

    # -- the screen --

    def compose(self) -> ComposeResult:
        """All three stages; styles hide what is not of the present one."""
        yield EnvironmentBar(self._environment)
        yield self._head
        yield self._choice
        yield self._shown
        yield KeyBar()

    def on_mount(self) -> None:
        """Choose the layout."""
        self._choose_layout()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._redraw())

    def on_screen_resume(self) -> None:
        """Here it is (again)."""
        self._enter(self._stage)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout."""
        self._choose_layout()

    def _choose_layout(self) -> None:
        height = self.app.size.height
        short = height < 30
        self.set_class(height < 20, "-tiny")
        self.set_class(short, "-short")
        self.set_class(30 <= height < 36, "-tall")
        self.set_class(height >= 45, "-high")
        self.refresh_bindings()
        self.call_after_refresh(self._redraw)

    @property
    def busy(self) -> bool:
        """Whether runs are being made."""
        return self._making.execution is not None

    @property
    def stage(self) -> str:
        """One of the three."""
        return self._stage

    @property
    def live_run(self) -> Run | None:
        """The run under way."""
        return self._making.run

    def close_execution(self) -> None:
        """End what is under way, if anything, and wait until nothing is left; from any thread."""
        self._aside.close()
        self._making.close()

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        self.close_execution()

    def offer(self, plan: Plan) -> None:
        """Be about that plan: with the result that there is of it, or to begin with."""
        self._plan = plan
        if self._stage == DONE and self._measured != plan.work:
            self._stage = CHOOSING
        self._choice.offer(plan)

    def show(self, result: Result[P]) -> None:
        """Show a result that was not measured here."""
        self.result = result
        self._plan = result.plan
        self._enter(DONE)

    # -- the stages --

    def _enter(self, stage: str) -> None:
        self._stage = stage
        self.remove_class(*STAGES, update=False)
        self.add_class(stage)
        self._head.entitle(f"{capital(self.experiment.word)} of {plan_words(self._plan)}")
        if stage == CHOOSING:
            self._choice.show()
            self._foretell()
            self._choice.take_focus()
        else:
            self.call_after_refresh(self._redraw)
            self._shown.hide_nothing(self.result if stage == DONE else None)
            if stage == DONE and self.result is not None:
                self._head.say(telling.result(self.result, self.experiment.command))
                self.call_after_refresh(self._shown.select, self.result.recommended)
            self._shown.take_focus(short=self.has_class("-short"))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the stage allows."""
        stages = {
            "run": (CHOOSING,),
            "stop": (RUNNING,),
            "again": (DONE,),
            "write": (DONE,) if self.result is not None and self.result.found is not None else (),
            "open": (RUNNING, DONE),
            "table": (RUNNING, DONE),
            "view": (RUNNING, DONE) if self._shown.has_bars else (),
        }
        if action == "table" and not self.has_class("-short"):
            return False
        return self._stage in stages.get(action, STAGES)

    # -- choosing --

    def on_run_requested(self, event: RunRequested) -> None:
        """Enter in a field."""
        event.stop()
        self.action_run()

    def on_mark_list_accepted(self) -> None:
        """Enter in the list."""
        self.action_run()

    def on_choice_changed(self, event: ChoiceChanged) -> None:
        """Something else is marked, guessed or typed."""
        event.stop()
        if self._stage == CHOOSING:
            self._foretell()

    def _foretell(self) -> None:
        """What there is to choose, and what would be done now."""
        said = self._choice.foretold(self._durations)
        self._head.say(telling.choosing(self.experiment.instructions, said))

    def action_run(self) -> None:
        """Begin, if what was chosen makes sense; what must be loaded for that is loaded first."""
        if self._stage != CHOOSING:
            return
        if said := self._choice.load(self._loaded):
            self._head.say(Text(said))
            return
        try:
            result = self.experiment.begin(self._choice.choice(point=True))
        except UnusableError as error:
            self._head.say(telling.refusal([problem.sentence for problem in error.problems]))
        except ValueError as error:
            self._head.say(telling.refusal([str(error)]))
        else:
            self._begin(result)

    def _loaded(self, failed: Sequence[catalogue.Entry]) -> None:
        if self._stage != CHOOSING or not self.is_current:
            return
        self._choice.show()
        if failed:
            why = [f"{entry.id} is not available: {entry.reason}." for entry in failed]
            self._head.say(telling.refusal(why))
        else:
            self.action_run()

    # -- while it goes on --

    def _begin(self, result: Result[P]) -> None:
        self.result = result
        self._measured = self._plan.work
        rate = self._plan.rounds_per_s
        self._making.begin(result, self._environment, self._sample_hz, rate)
        self._enter(RUNNING)
        self._making.frame()

    def went_on(self, more: bool) -> None:
        """Show how far it is."""
        if (execution := self._making.execution) is not None:
            with contextlib.suppress(NoMatches):  # the app is about to end
                self._head.tell_progress(telling.progress(execution, time.monotonic()))
                self._head.say(Text(self._making.so_far, "italic"))
                self._redraw(table=more)

    def made_all(self) -> None:
        """Show what follows."""
        self._enter(DONE)

    def _redraw(self, table: bool = True) -> None:
        result = self.result
        if self._stage == CHOOSING or result is None:
            return
        self._shown.draw(result, self._making.live)
        if table:
            self._shown.fill(result, self._stage == DONE)

    def action_stop(self) -> None:
        """No more runs; the one under way ends."""
        self.interrupt()

    def interrupt(self) -> bool:
        """End what is under way; False where nothing is, or it has been asked to already."""
        return self._making.stop()

    # -- the result --

    def on_case_opened(self) -> None:
        """Enter or a second click in the picture."""
        self.action_open()

    def on_data_table_row_selected(self) -> None:
        """Enter or a click on a line of the table."""
        self.action_open()

    def action_again(self) -> None:
        """Choose anew."""
        if self._stage == DONE:
            self._enter(CHOOSING)

    def action_view(self) -> None:
        """Bars by state instead of by task, and back."""
        self._shown.view()

    def action_table(self) -> None:
        """The table in place of the picture, and back."""
        self._shown.toggle_table()
        self.call_after_refresh(self._redraw)
        self.call_after_refresh(self._shown.take_focus, short=True)

    def action_open(self) -> None:
        """The selected run, in the lab."""
        result = self.result
        shown = result.shown(self._shown.selected) if result is not None else None
        if self.busy:
            self._notify_busy()
        elif result is None or shown is None:
            tell(self, Kind.DOING, "There is no run to open.", warning=True)
        else:
            self.app.pop_screen()
            lines = self._making.lines_of(shown.run)
            self._show_in_lab(Opened.of(self.experiment, result, shown, lines))
            if not shown.typical:
                tell(self, Kind.SHOWN, f"Run {shown.number}: the typical one was not kept.")

    def action_write(self) -> None:
        """Have somebody say where the result is to be written, and in which format."""
        result = self.result
        if result is not None and result.found is not None:
            from concviz.tui.writing import Shown, Writing, suggested

            word = self.experiment.word
            name = suggested(f"{word}-{self._plan.workload}", datetime.now())
            Writing(self, self._aside).ask(Shown(word, result.found), name)

    def action_back(self) -> None:
        """To the lab; what was measured is kept."""
        if self.busy:
            self._notify_busy()
        else:
            self.app.pop_screen()

    def _notify_busy(self) -> None:
        what = f"The {self.experiment.word} is under way: x stops it."
        tell(self, Kind.DOING, what, warning=True)

    def action_help(self) -> None:
        """Explain the screen."""
        from concviz.tui.screens import help  # which few ask for
        from concviz.tui.widgets.help_page import Rows

        about = self.experiment.word.capitalize()
        parts = help.parts_of(about, self.experiment.about, self, experiment_keys.SECTIONS)
        columns = tuple((one.name, one.meaning) for one in self.experiment.columns)
        self.app.push_screen(help.HelpScreen(about, [*parts, Rows("The table", columns)]))


AnyExperiment = ExperimentScreen[Any]
