"""What comparisons and sweeps have in common: choose, watch the runs go by, look at the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Footer, Static

from concviz.analysis.comparison import STOPPED, Manner
from concviz.analysis.measurement import Case, Shown
from concviz.analysis.words import left, listed, spoken
from concviz.experiments.experiment import Series
from concviz.experiments.planning import UnusableError
from concviz.experiments.ranges import MOST_RUNS
from concviz.model.run import Run
from concviz.runner import catalogue
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.tui.budget import budget_s
from concviz.tui.loading import Loader
from concviz.tui.messages import OptionChanged, RunRequested
from concviz.tui.plan_form import whole
from concviz.tui.widgets.environment import EnvironmentBar
from concviz.tui.widgets.fields import NumberField, NumberInput
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.strategy_checklist import Mark, MarkList
from concviz.view.tables import Column, plan_words

FRAME_S = 1 / 30
DRAW_S = 1 / 5
BAR = 24
CHOOSING, RUNNING, DONE = "-choosing", "-running", "-done"
STAGES = (CHOOSING, RUNNING, DONE)
REPEAT = 3

Show = Callable[[Run, Run | None], None]
"""Shows a run in the lab, and says which run of the same work was sequential."""


class SeriesScreen(Screen[None]):
    """Three stages on one screen. What was measured stays until the next series is begun."""

    CSS_PATH = "series.tcss"
    WHAT: ClassVar[str] = ""
    """What it makes, in a word."""
    HELP_TEXT: ClassVar[str] = ""
    COLUMNS: ClassVar[Sequence[Column]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run", tooltip="Run what is marked"),
        Binding("x", "stop", "Stop", tooltip="Stop; what was measured stays"),
        Binding("n", "again", "New", tooltip="Choose anew"),
        Binding("enter", "open", "Open", tooltip="Open the selected run in the lab"),
        Binding("t", "table", "Table", tooltip="Table or picture, where only one has room"),
        Binding("escape", "back", "Lab", key_display="Esc", tooltip="Back to the lab"),
        Binding("question_mark,f1", "help", "Help", key_display="?"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, environment: Environment, sample_hz: float, show: Show) -> None:
        super().__init__()
        self._environment = environment
        self._sample_hz = sample_hz
        self._show_in_lab = show
        self._plan = Plan()
        self._measured: tuple[object, ...] | None = None
        self._stage = CHOOSING
        self._series: Series | None = None
        self._loader = Loader(self, self._on_loaded)
        self._failed: list[catalogue.Entry] = []
        self._manner = Manner()
        self._repeat = str(REPEAT)
        self._drawn = 0.0
        self._done = -1

    # -- what the others say --

    def marks(self, plan: Plan) -> list[Mark]:
        """The strategies to choose from, for that plan."""
        raise NotImplementedError

    def fields(self) -> ComposeResult:
        """More to choose from."""
        return ()

    def picture(self) -> ComposeResult:
        """What shows the result, above the table."""
        raise NotImplementedError

    def cases(self, plan: Plan, strategies: Sequence[str]) -> Sequence[Case]:
        """What is to be measured. Raises UnusableError or ValueError, in a sentence."""
        raise NotImplementedError

    def draw(self, live: Case | None) -> None:
        """Picture what has been measured so far, and the case whose run is under way."""
        raise NotImplementedError

    def fill(self) -> None:
        """Put what has been measured so far into the table."""
        raise NotImplementedError

    def result(self) -> Text:
        """What follows from it."""
        raise NotImplementedError

    def holds(self) -> tuple[bool, bool]:
        """Whether there is something in the picture and in the table: nothing is not drawn."""
        raise NotImplementedError

    def instructions(self) -> str:
        """What to do first."""
        raise NotImplementedError

    def select_best(self) -> None:
        """Select what the result recommends."""
        raise NotImplementedError

    def chosen(self) -> Shown | None:
        """The run that is selected, for the lab."""
        raise NotImplementedError

    def baseline(self) -> Shown | None:
        """The sequential one, for the lab."""
        raise NotImplementedError

    # -- the screen --

    def compose(self) -> ComposeResult:
        """All three stages; styles hide what is not of the present one."""
        yield EnvironmentBar(self._environment)
        with VerticalScroll(id="series-head"):
            yield Static(id="series-said", markup=False)
        with Container(id="series-choice"):
            yield MarkList([], guesses=self.WHAT == "comparison", id="marks")
            with Horizontal(id="series-fields"):
                yield NumberField("runs each", "repeat", self._repeat)
                yield from self.fields()
        with Container(id="series-result"):
            with Container(id="series-picture"):
                yield from self.picture()
            yield FiguresTable(id="series-table", cursor_type="row")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """The columns, and the clock."""
        self.query_one(FiguresTable).head(self.COLUMNS)
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
            self.draw(self._series.job.case if self._series and self._series.job else None)
            self.fill()

    def offer(self, plan: Plan) -> None:
        """Be about that plan: with the result that there is of it, or to begin with."""
        self._plan = plan
        if self._stage == DONE and self._measured != _work(plan):
            self._stage = CHOOSING

    @property
    def busy(self) -> bool:
        """Whether a series is under way."""
        return self._series is not None

    @property
    def stage(self) -> str:
        """One of the three."""
        return self._stage

    def close_series(self) -> None:
        """End the series, if there is one, and wait until nothing is left; from any thread."""
        if (series := self._series) is not None:
            series.close()

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        self.close_series()

    # -- the stages --

    def _enter(self, stage: str) -> None:
        self._stage = stage
        self.remove_class(*STAGES, update=False)
        self.add_class(stage)
        head = f"{self.WHAT.capitalize()} of {plan_words(self._plan)}"
        said = self.query_one("#series-head")
        said.border_title = Content(head)
        said.scroll_home(animate=False)
        if stage == CHOOSING:
            self._offer_marks()
            self._say(Text(self.instructions()))
            self.query_one(MarkList).focus()
        else:
            self.call_after_refresh(self._redraw)
            picture, table = self.holds() if stage == DONE else (True, True)
            self.set_class(table and not picture, "-only-table")
            self.set_class(picture and not table, "-only-picture")
            self.set_class(not picture and not table, "-nothing")
            if stage == DONE:
                self._say(self.result())
                self.call_after_refresh(self.select_best)
            self.focus_picture()
        self.refresh_bindings()

    def _offer_marks(self) -> None:
        """What there is to mark, marked as before."""
        marks = self.query_one(MarkList)
        known = {mark.id: mark for mark in marks.marks}
        offered = self.marks(self._plan)
        for mark in offered:
            before = known.get(mark.id)
            if before is not None:
                mark.on, mark.guess = before.on, before.guess
        marks.put(offered)

    def focus_picture(self) -> None:
        """The focus goes where the arrow keys select."""
        self.query_one("#series-table").focus()

    def _say(self, text: Text) -> None:
        self.query_one("#series-said", Static).update(text)

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

    def on_option_changed(self, event: OptionChanged) -> None:
        """Another number of runs."""
        if event.field == "repeat":
            self._repeat = event.text

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
        marked = [mark.id for mark in self.query_one(MarkList).marked]
        if self._loads(marked):
            return
        try:
            self._manner = Manner(repeat=self._runs_each())
            cases = self.cases(self._plan, marked)
        except UnusableError as error:
            self._refuse([problem.sentence for problem in error.problems])
            return
        except ValueError as error:
            self._refuse([str(error)])
            return
        self._measured = _work(self._plan)
        self._series = Series(cases, self._manner, self._sample_hz, self._plan.rounds_per_s)
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
        try:
            repeat = whole(self._repeat)
        except (ValueError, OverflowError):
            repeat = 0
        self.query_one("#input-repeat", NumberInput).set_class(repeat < 1, "-wrong")
        if not 1 <= repeat <= MOST_RUNS:
            raise ValueError(f"runs each is {self._repeat!r}: it must be from 1 to {MOST_RUNS}.")
        return repeat

    def _refuse(self, sentences: Sequence[str]) -> None:
        text = Text("Nothing was started. ", style="bold")
        for sentence in sentences:
            text.append(f"{sanitize(sentence[0].upper() + sentence[1:])} ", style="not bold")
        self._say(text)

    def action_stop(self) -> None:
        """No more runs; the one under way ends."""
        if self._series is not None:
            self._series.stop()

    def action_again(self) -> None:
        """Choose anew."""
        if self._stage == DONE:
            self._enter(CHOOSING)

    def action_table(self) -> None:
        """The table in place of the picture, and back."""
        self.toggle_class("-table")
        self.call_after_refresh(self._redraw)
        self.call_after_refresh(
            self.query_one("#series-table").focus
            if self.has_class("-table")
            else self.focus_picture
        )

    def action_open(self) -> None:
        """The selected run, in the lab."""
        shown, baseline = self.chosen(), self.baseline()
        if self.busy:
            self.notify(f"The {self.WHAT} is under way: x stops it.", severity="warning")
        elif shown is None:
            self.notify("There is no run to open.", severity="warning")
        else:
            self.app.pop_screen()
            self._show_in_lab(shown.run, baseline.run if baseline is not None else None)
            if not shown.typical:
                self.notify(f"Run {shown.number}: the typical one was not kept.")

    def on_data_table_row_selected(self) -> None:
        """Enter or a click on a line of the table."""
        self.action_open()

    def action_back(self) -> None:
        """To the lab; what was measured is kept."""
        if self.busy:
            self.notify(f"The {self.WHAT} is under way: x stops it.", severity="warning")
        else:
            self.app.pop_screen()

    def action_help(self) -> None:
        """Explain the screen."""
        from concviz.tui.screens.help import HelpScreen  # Markdown takes long to import

        self.app.push_screen(HelpScreen(self.WHAT.capitalize(), self.HELP_TEXT))

    # -- while it goes on --

    def _frame(self) -> None:
        series = self._series
        if series is None:
            return
        series.advance(budget_s(series.moment))
        if series.job is None:  # one has ended: there is always one to show
            series.advance(budget_s(series.moment))
        if series.over:
            self._series = None
            self.finished(series)
            self._enter(DONE)
            return
        now = time.monotonic()
        if now - self._drawn < DRAW_S and series.done == self._done:
            return
        more = series.done != self._done
        self._drawn, self._done = now, series.done
        try:
            self._say(self._progress(series, now))
            self.draw(series.job.case if series.job is not None else None)
            if more:
                self.fill()
        except NoMatches:  # the app is about to end
            return

    def finished(self, series: Series) -> None:
        """All is over: keep what it says of itself."""

    @property
    def live_run(self) -> Run | None:
        """The run under way."""
        return self._series.run if self._series is not None and self._series.job else None

    @property
    def live_moment(self) -> int:
        """How far it is known."""
        return self._series.moment.time if self._series is not None else 0

    @property
    def live_number(self) -> int:
        """Which of the runs that count it is; 0 for a warm-up."""
        return self._series.job.number if self._series and self._series.job else 0

    def _progress(self, series: Series, now: float) -> Text:
        filled = series.done * BAR // max(1, series.total)
        text = Text()
        text.append("━" * filled, style="bold green").append("─" * (BAR - filled), style="dim")
        text.append(f"  {series.done:,} of {series.total:,} runs  ")
        text.append("stopping…" if series.stopped else left(series.left_s(now)), style="bold")
        text.append("\n")
        if series.job is not None:
            case, number = series.job
            which = f"run {number} of {self._manner.repeat}" if number else "warming up"
            workers = f"{case.workers:,} worker{'' if case.workers == 1 else 's'}"
            text.append(f"{spoken(case.strategy)}, {workers}: {which}")
        return text


def stopped(was: bool) -> Text:
    """The beginning of what follows: it qualifies all the rest, which may need more room."""
    return Text(f"{STOPPED} ", "yellow") if was else Text()


def _work(plan: Plan) -> tuple[object, ...]:
    return (
        plan.workload,
        plan.tasks,
        plan.duration_s,
        plan.workers,
        plan.start_method,
        plan.chunksize,
    )
