"""An experiment in the lab: choose, watch the runs go by, look at the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Static

from concviz.analysis.wording import listed
from concviz.experiments.execution import Execution
from concviz.experiments.experiment import Experiment, Result
from concviz.experiments.planning import UnusableError
from concviz.model.run import Run
from concviz.runner import catalogue
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.tui import bindings, keys, telling
from concviz.tui.budget import budget_s
from concviz.tui.messages import RunRequested
from concviz.tui.notices import Kind, tell
from concviz.tui.screens.base import BaseScreen
from concviz.tui.widgets.choice_pane import ChoicePane
from concviz.tui.widgets.environment import EnvironmentBar
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.key_bar import KeyBar
from concviz.tui.widgets.picture import Picture
from concviz.tui.widgets.result_pane import ResultPane
from concviz.tui.widgets.strategy_checklist import MarkList
from concviz.view.phrases import plan_words

FRAME_S = 1 / 30
DRAW_S = 1 / 5
CHOOSING, RUNNING, DONE = "-choosing", "-running", "-done"
STAGES = (CHOOSING, RUNNING, DONE)

Show = Callable[[Run, Run | None], None]
"""Shows a run in the lab, and says which run of the same work was sequential."""
P = TypeVar("P")


class ExperimentScreen(BaseScreen[None], Generic[P]):
    """Three stages on one screen. What was measured stays until something else is begun."""

    CSS_PATH = "experiment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "r",
            "run",
            "Run",
            tooltip="Run what is marked",
            group=bindings.Hint("Run", rank=bindings.FIRST),
        ),
        Binding(
            "x",
            "stop",
            "Stop",
            tooltip="Stop; what was measured stays",
            group=bindings.Hint("Stop", rank=bindings.FIRST),
        ),
        Binding(
            "n",
            "again",
            "New",
            tooltip="Choose anew",
            group=bindings.Hint("New", rank=bindings.THIRD),
        ),
        Binding(
            "enter",
            "open",
            "Open",
            tooltip="Open the selected run in the lab",
            group=FiguresTable.OPEN,
        ),
        Binding("t", "table", "Table", tooltip="Table or picture, where only one has room"),
        Binding(
            "escape",
            "back",
            "Lab",
            key_display="Esc",
            tooltip="Back to the lab; the key that led here shows the result again",
            group=bindings.Hint("Lab", rank=bindings.FIFTH),
        ),
        Binding(
            "question_mark,f1",
            "help",
            "Help",
            key_display="?",
            group=bindings.HELP,
            tooltip="Help: keys, and what the figures mean (Escape closes it)",
        ),
        bindings.LEAVE,
    ]
    KEYS: ClassVar[Sequence[keys.Section]] = (
        ("Keys", [*BINDINGS, *bindings.FOCUS]),
        ("In the list of strategies", MarkList.BINDINGS),
        ("In the timelines and the table", FiguresTable.BINDINGS),
    )
    """Every key, for its help."""

    def __init__(
        self,
        experiment: Experiment[P],
        picture: Picture[P],
        environment: Environment,
        sample_hz: float,
        show: Show,
    ) -> None:
        super().__init__()
        self.experiment = experiment
        self.result: Result[P] | None = None
        """What is on the screen, or was last."""
        self._choice = ChoicePane(experiment, environment, id="experiment-choice")
        self._shown = ResultPane(picture, experiment.columns, id="experiment-result")
        self._environment = environment
        self._sample_hz = sample_hz
        self._show_in_lab = show
        self._plan = Plan()
        self._measured: tuple[object, ...] | None = None
        self._stage = CHOOSING
        self._execution: Execution | None = None
        self._drawn = 0.0
        self._done = -1

    # -- the screen --

    def compose(self) -> ComposeResult:
        """All three stages; styles hide what is not of the present one."""
        yield EnvironmentBar(self._environment)
        with VerticalScroll(id="experiment-head"):
            yield Static(id="experiment-said", markup=False)
        yield self._choice
        yield self._shown
        yield KeyBar()

    def on_mount(self) -> None:
        """The clock."""
        self.set_interval(FRAME_S, self._frame)
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
        self.set_class(not short, "-tall")
        self.refresh_bindings()
        self.call_after_refresh(self._redraw)

    @property
    def busy(self) -> bool:
        """Whether runs are being made."""
        return self._execution is not None

    @property
    def stage(self) -> str:
        """One of the three."""
        return self._stage

    @property
    def live_run(self) -> Run | None:
        """The run under way."""
        execution = self._execution
        return execution.run if execution is not None and execution.job is not None else None

    def close_execution(self) -> None:
        """End what is under way, if anything, and wait until nothing is left; from any thread."""
        if (execution := self._execution) is not None:
            execution.close()

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        self.close_execution()

    def offer(self, plan: Plan) -> None:
        """Be about that plan: with the result that there is of it, or to begin with."""
        self._plan = plan
        if self._stage == DONE and self._measured != _work(plan):
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
        head = self.query_one("#experiment-head")
        head.border_title = Content(
            f"{self.experiment.word.capitalize()} of {plan_words(self._plan)}"
        )
        head.scroll_home(animate=False)
        if stage == CHOOSING:
            self._choice.show()
            self._say(Text(self.experiment.instructions))
            self._choice.take_focus()
        else:
            self.call_after_refresh(self._redraw)
            self._hide_nothing()
            if stage == DONE and self.result is not None:
                self._say(telling.result(self.result, self.experiment.command))
                self.call_after_refresh(self._shown.select, self.result.recommended)
            self._focus_result()
        self.refresh_bindings()

    def _hide_nothing(self) -> None:
        """Of nothing there is neither a picture nor a table."""
        picture = table = True
        if self._stage == DONE and self.result is not None:
            picture, table = self.result.pictured, bool(self.result.lines(over=True))
        self.set_class(table and not picture, "-only-table")
        self.set_class(picture and not table, "-only-picture")
        self.set_class(not picture and not table, "-nothing")

    def _say(self, text: Text) -> None:
        self.query_one("#experiment-said", Static).update(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the stage allows."""
        stages = {
            "run": (CHOOSING,),
            "stop": (RUNNING,),
            "again": (DONE,),
            "open": (RUNNING, DONE),
            "table": (RUNNING, DONE),
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

    def action_run(self) -> None:
        """Begin, if what was chosen makes sense; what must be loaded for that is loaded first."""
        if self._stage != CHOOSING:
            return
        if unknown := self._choice.load(self._loaded):
            self._say(Text(f"Loading {listed([sanitize(name) for name in unknown])} …"))
            return
        try:
            result = self.experiment.begin(self._choice.choice())
        except UnusableError as error:
            self._say(telling.refusal([problem.sentence for problem in error.problems]))
        except ValueError as error:
            self._say(telling.refusal([str(error)]))
        else:
            self._begin(result)

    def _loaded(self, failed: Sequence[catalogue.Entry]) -> None:
        if self._stage != CHOOSING or not self.is_current:
            return
        self._choice.show()
        if failed:
            why = [f"{entry.id} is not available: {entry.reason}." for entry in failed]
            self._say(telling.refusal(why))
        else:
            self.action_run()

    # -- while it goes on --

    def _begin(self, result: Result[P]) -> None:
        self.result = result
        self._measured = _work(self._plan)
        rate = self._plan.rounds_per_s
        self._execution = Execution(result.cases, result.manner, self._sample_hz, rate)
        self._done = -1
        self._drawn = 0.0
        self._enter(RUNNING)
        self._frame()

    def _frame(self) -> None:
        execution = self._execution
        if execution is None:
            return
        execution.advance(budget_s(execution.moment))
        if execution.job is None:  # one has ended: there is always one to show
            execution.advance(budget_s(execution.moment))
        if execution.over:
            self._execution = None
            if self.result is not None:
                self.result.ended(execution.environment, execution.stopped)
            self._enter(DONE)
            return
        now = time.monotonic()
        more = execution.done != self._done
        if now - self._drawn < DRAW_S and not more:
            return
        self._drawn, self._done = now, execution.done
        try:
            self._say(telling.progress(execution, now))
            self._redraw(table=more)
        except NoMatches:  # the app is about to end
            return

    def _redraw(self, table: bool = True) -> None:
        result = self.result
        if self._stage == CHOOSING or result is None:
            return
        self._shown.draw(result, self._execution.live if self._execution is not None else None)
        if table:
            self._shown.fill(result, self._stage == DONE)

    def action_stop(self) -> None:
        """No more runs; the one under way ends."""
        if self._execution is not None:
            self._execution.stop()

    def interrupt(self) -> bool:
        """End what is under way; False where nothing is, or it has been asked to already."""
        if self._execution is None or self._execution.stopped:
            return False
        self.action_stop()
        return self._execution.stopped

    # -- the result --

    def _focus_result(self) -> None:
        self._shown.take_focus(table=self.has_class("-table") and self.has_class("-short"))

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

    def action_table(self) -> None:
        """The table in place of the picture, and back."""
        self.toggle_class("-table")
        self.call_after_refresh(self._redraw)
        self.call_after_refresh(self._focus_result)

    def action_open(self) -> None:
        """The selected run, in the lab."""
        result = self.result
        shown = result.shown(self._shown.selected) if result is not None else None
        if self.busy:
            self._notify_busy()
        elif result is None or shown is None:
            tell(self, Kind.DOING, "There is no run to open.", warning=True)
        else:
            baseline = result.baseline
            self.app.pop_screen()
            self._show_in_lab(shown.run, baseline.run if baseline is not None else None)
            if not shown.typical:
                tell(self, Kind.SHOWN, f"Run {shown.number}: the typical one was not kept.")

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
        from concviz.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.experiment.word.capitalize(), self.help_text))

    @property
    def help_text(self) -> str:
        """What the experiment does, the keys, and what the columns mean."""
        columns = "\n".join(f"| {one.name} | {one.meaning} |" for one in self.experiment.columns)
        table = f"## The table\n\n| column | means |\n|---|---|\n{columns}\n"
        return f"{self.experiment.about}\n{keys.tables(self.KEYS)}\n{table}"


AnyExperiment = ExperimentScreen[Any]


def _work(plan: Plan) -> tuple[object, ...]:
    return (
        plan.workload,
        plan.tasks,
        plan.duration_s,
        plan.workers,
        plan.start_method,
        plan.chunksize,
    )
