"""An experiment in the lab: choose, watch the runs go by, look at the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable, Footer, Static

from concviz.analysis.comparison import Manner
from concviz.analysis.wording import listed
from concviz.experiments.execution import Execution
from concviz.experiments.experiment import Choice, Experiment, Field, Result
from concviz.experiments.planning import UnusableError
from concviz.experiments.ranges import MOST_RUNS
from concviz.model.run import Run
from concviz.runner import catalogue
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.tui import keys, telling
from concviz.tui.budget import budget_s
from concviz.tui.loading import Loader
from concviz.tui.messages import CaseSelected, OptionChanged, RunRequested
from concviz.tui.plan_form import whole
from concviz.tui.widgets.environment import EnvironmentBar
from concviz.tui.widgets.fields import CountsField, NumberField, NumberInput
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.picture import Picture
from concviz.tui.widgets.strategy_checklist import Mark, MarkList
from concviz.view.phrases import plan_words

FRAME_S = 1 / 30
DRAW_S = 1 / 5
CHOOSING, RUNNING, DONE = "-choosing", "-running", "-done"
STAGES = (CHOOSING, RUNNING, DONE)
REPEAT = 3

Show = Callable[[Run, Run | None], None]
"""Shows a run in the lab, and says which run of the same work was sequential."""
P = TypeVar("P")


class ExperimentScreen(Screen[None], Generic[P]):
    """Three stages on one screen. What was measured stays until something else is begun."""

    CSS_PATH = "experiment.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run", tooltip="Run what is marked"),
        Binding("x", "stop", "Stop", tooltip="Stop; what was measured stays"),
        Binding("n", "again", "New", tooltip="Choose anew"),
        Binding("enter", "open", "Open", tooltip="Open the selected run in the lab"),
        Binding("t", "table", "Table", tooltip="Table or picture, where only one has room"),
        Binding(
            "escape",
            "back",
            "Lab",
            key_display="Esc",
            tooltip="Back to the lab; the key that led here shows the result again",
        ),
        Binding(
            "question_mark,f1",
            "help",
            "Help",
            key_display="?",
            tooltip="Help: keys, and what the figures mean (Escape closes it)",
        ),
        Binding("q", "app.quit", "Quit", tooltip=keys.words(keys.each(keys.APP)[0])),
    ]
    KEYS: ClassVar[Sequence[keys.Section]] = (
        ("Keys", [*BINDINGS, *keys.FOCUS]),
        ("In the list of strategies", [*keys.LISTS, *MarkList.BINDINGS]),
        ("In the timelines and the table", [*keys.LISTS, *FiguresTable.BINDINGS]),
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
        """``picture`` is a widget with the id ``picture``."""
        super().__init__()
        self.experiment = experiment
        self.result: Result[P] | None = None
        """What is on the screen, or was last."""
        self._picture = picture
        self._environment = environment
        self._sample_hz = sample_hz
        self._show_in_lab = show
        self._plan = Plan()
        self._measured: tuple[object, ...] | None = None
        self._stage = CHOOSING
        self._execution: Execution | None = None
        self._loader = Loader(self, self._on_loaded)
        self._failed: list[catalogue.Entry] = []
        self._texts: dict[str, str] = {"repeat": str(REPEAT)}
        """What somebody typed, by field."""
        self._drawn = 0.0
        self._done = -1

    # -- the screen --

    def compose(self) -> ComposeResult:
        """All three stages; styles hide what is not of the present one."""
        yield EnvironmentBar(self._environment)
        with VerticalScroll(id="experiment-head"):
            yield Static(id="experiment-said", markup=False)
        with Container(id="experiment-choice"):
            yield MarkList([], guesses=self.experiment.guesses, id="marks")
            with Horizontal(id="experiment-fields"):
                yield NumberField("runs each", "repeat", self._texts["repeat"])
                for key, name, usual in self._fields():
                    yield CountsField(name, key, self._texts.get(key, usual))
        with Container(id="experiment-result"):
            with Container(id="experiment-picture"):
                yield cast(Widget, self._picture)
            yield FiguresTable(id="experiment-table", cursor_type="row")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """The columns, and the clock."""
        self.query_one(FiguresTable).head(self.experiment.columns)
        self.set_interval(FRAME_S, self._frame)
        self._choose_layout()

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

    def _redraw(self) -> None:
        if self._stage != CHOOSING:
            self._draw()
            self._fill()

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

    # -- what it is about --

    def offer(self, plan: Plan) -> None:
        """Be about that plan: with the result that there is of it, or to begin with.

        Fields follow the plan unless somebody typed something else.
        """
        self._plan = plan
        if self._stage == DONE and self._measured != _work(plan):
            self._stage = CHOOSING
        if self.is_mounted:
            for key, _, usual in self._fields():
                if key not in self._texts:
                    self.query_one(f"#field-{key}", CountsField).put(usual)

    def show(self, result: Result[P]) -> None:
        """Show a result that was not measured here."""
        self.result = result
        self._plan = result.plan
        self._enter(DONE)

    def _fields(self) -> list[Field]:
        return self.experiment.fields(self._plan, self._environment)

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
            self._offer_marks()
            self._say(Text(self.experiment.instructions))
            self.query_one(MarkList).focus()
        else:
            self.call_after_refresh(self._redraw)
            self._hide_nothing()
            if stage == DONE and self.result is not None:
                self._say(telling.result(self.result, self.experiment.command))
                self.call_after_refresh(self._select, self.result.recommended)
            self._focus_picture()
        self.refresh_bindings()

    def _hide_nothing(self) -> None:
        """Of nothing there is neither a picture nor a table."""
        picture = table = True
        if self._stage == DONE and self.result is not None:
            picture, table = self.result.pictured, bool(self.result.lines(over=True))
        self.set_class(table and not picture, "-only-table")
        self.set_class(picture and not table, "-only-picture")
        self.set_class(not picture and not table, "-nothing")

    def _offer_marks(self) -> None:
        """What there is to mark, marked as before."""
        marks = self.query_one(MarkList)
        known = {mark.id: mark for mark in marks.marks}
        offered = [Mark(offer, offer.on) for offer in self.experiment.offers(self._plan)]
        for mark in offered:
            before = known.get(mark.id)
            if before is not None:
                mark.on, mark.guess = before.on, before.guess
        marks.put(offered)

    def _say(self, text: Text) -> None:
        self.query_one("#experiment-said", Static).update(text)

    def _refuse(self, sentences: Sequence[str]) -> None:
        self._say(telling.refusal(sentences))

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

    def on_option_changed(self, event: OptionChanged) -> None:
        """Another text in a field."""
        usual = {key: text for key, _, text in self._fields()}
        if event.text != usual.get(event.field):
            self._texts[event.field] = event.text

    def on_run_requested(self, event: RunRequested) -> None:
        """Enter in a field."""
        event.stop()
        self.action_run()

    def on_mark_list_accepted(self) -> None:
        """Enter in the list."""
        self.action_run()

    def action_run(self) -> None:
        """Begin, if what was chosen makes sense."""
        if self._stage != CHOOSING:
            return
        marked = self.query_one(MarkList).marked
        if self._loads([mark.id for mark in marked]):
            return
        try:
            result = self.experiment.begin(
                Choice(
                    self._plan,
                    [mark.id for mark in marked],
                    Manner(repeat=self._runs_each()),
                    self._environment,
                    {mark.id: mark.factor for mark in marked if mark.factor is not None},
                    {
                        key: self.query_one(f"#field-{key}", CountsField).text
                        for key, *_ in self._fields()
                    },
                )
            )
        except UnusableError as error:
            self._refuse([problem.sentence for problem in error.problems])
            return
        except ValueError as error:
            self._refuse([str(error)])
            return
        self.result = result
        self._measured = _work(self._plan)
        self._execution = Execution(
            result.cases, result.manner, self._sample_hz, self._plan.rounds_per_s
        )
        self._done = -1
        self._drawn = 0.0
        self._enter(RUNNING)
        self._frame()

    def _loads(self, marked: Sequence[str]) -> bool:
        """Whether some of these must be loaded first, which is then begun; the runs come after."""
        known = {entry.id: entry for entry in catalogue.strategies()}
        unknown = [name for name in marked if known[name].facts is None]
        if unknown:
            self._failed = []
            self._say(Text(f"Loading {listed([sanitize(name) for name in unknown])} …"))
        return self._loader.load([("strategy", name) for name in unknown], self._all_loaded)

    def _on_loaded(self, _: str, entry: catalogue.Entry) -> None:
        if entry.reason is not None:
            self._failed.append(entry)

    def _all_loaded(self) -> None:
        if self._stage != CHOOSING or not self.is_current:
            return
        self._offer_marks()
        if self._failed:
            self._refuse([f"{e.id} is not available: {e.reason}." for e in self._failed])
        else:
            self.action_run()

    def _runs_each(self) -> int:
        text = self._texts["repeat"]
        try:
            repeat = whole(text)
        except (ValueError, OverflowError):
            repeat = 0
        self.query_one("#input-repeat", NumberInput).set_class(repeat < 1, "-wrong")
        if not 1 <= repeat <= MOST_RUNS:
            raise ValueError(f"runs each is {text!r}: it must be from 1 to {MOST_RUNS}.")
        return repeat

    # -- while it goes on --

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
            self._draw()
            if more:
                self._fill()
        except NoMatches:  # the app is about to end
            return

    def _draw(self) -> None:
        """Picture what has been measured so far, and the run under way."""
        if self.result is not None:
            live = self._execution.live if self._execution is not None else None
            self._picture.show(self.result.picture(live))

    def _fill(self) -> None:
        """Put what has been measured so far into the table."""
        if self.result is not None:
            over = self._stage == DONE
            best = self.result.recommended if over else None
            self.query_one(FiguresTable).put(self.result.lines(over), best)

    def action_stop(self) -> None:
        """No more runs; the one under way ends."""
        if self._execution is not None:
            self._execution.stop()

    # -- the result --

    def _select(self, key: str | None) -> None:
        if key is not None:
            self._picture.select(key)
            self.query_one(FiguresTable).select(key)

    def _focus_picture(self) -> None:
        """The focus goes where the arrow keys select."""
        table = self.has_class("-table") and self.has_class("-short")
        if table or not self._picture.can_focus:
            self.query_one(FiguresTable).focus()
        else:
            self._picture.focus()

    def on_case_selected(self, event: CaseSelected) -> None:
        """The table follows the picture."""
        self.query_one(FiguresTable).select(event.key)

    def on_case_opened(self) -> None:
        """Enter or a second click in the picture."""
        self.action_open()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The picture follows the table, if that leads."""
        if event.data_table.has_focus and event.row_key.value is not None:
            self._picture.select(event.row_key.value)

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
        self.call_after_refresh(
            self.query_one(FiguresTable).focus if self.has_class("-table") else self._focus_picture
        )

    def _selected(self) -> str | None:
        table = self.query_one(FiguresTable)
        leads = table.has_focus or not self._picture.can_focus
        return table.selected if leads else self._picture.selected

    def action_open(self) -> None:
        """The selected run, in the lab."""
        result = self.result
        shown = result.shown(self._selected()) if result is not None else None
        if self.busy:
            self._notify_busy()
        elif result is None or shown is None:
            self.notify("There is no run to open.", severity="warning")
        else:
            baseline = result.baseline
            self.app.pop_screen()
            self._show_in_lab(shown.run, baseline.run if baseline is not None else None)
            if not shown.typical:
                self.notify(f"Run {shown.number}: the typical one was not kept.")

    def action_back(self) -> None:
        """To the lab; what was measured is kept."""
        if self.busy:
            self._notify_busy()
        else:
            self.app.pop_screen()

    def _notify_busy(self) -> None:
        what = f"The {self.experiment.word} is under way: x stops it."
        self.notify(what, severity="warning")

    def action_help(self) -> None:
        """Explain the screen."""
        from concviz.tui.screens.help import HelpScreen  # Markdown takes long to import

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
