"""The sweep: one workload with more and more workers, and how many to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from concviz.analysis.comparison import BASELINE
from concviz.analysis.measurement import Case, Shown
from concviz.analysis.sweep import Sweep
from concviz.experiments.experiment import Series
from concviz.experiments.planning import case_of, counts_of, swept, usual_counts
from concviz.runner import catalogue
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.tui.messages import OptionChanged
from concviz.tui.screens.series import DONE, SeriesScreen, Show, stopped
from concviz.tui.widgets.fields import CountsField
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.plot import PlotPane
from concviz.tui.widgets.strategy_checklist import Mark
from concviz.view.tables import POINTS, Column, laws, point_cells, point_notes


class SweepScreen(SeriesScreen):
    """Marks and numbers of workers; the plot, the table, the recommendation."""

    WHAT = "sweep"
    HELP_TEXT = """\
The same tasks run with every number of workers, one after another, each in a fresh process, and in
a sequential loop, which speedup is against: a short warm-up first, then each once, then each again.

The plot shows **speedup** against **workers**: what was measured with its 97 % interval, the ideal
(as many times as fast as there are workers), and two laws of scaling fitted to it. *Amdahl's law*
knows a serial fraction; the *Universal Scalability Law* also what it costs to keep workers in step,
so that it has a knee beyond which more are slower. A law that is off by more than 10 % is called
poor. The **recommendation** is from the measurements: the fewest workers that are as good as the
best, slower by no more than 5 %, or by so little that the interval includes none at all.

| key | does |
|---|---|
| `Space` `a` | mark a strategy; all or none |
| `Tab` | go to the number of runs and the numbers of workers: `1-8`, `1,2,4,8` |
| `r` `Enter` | run it |
| `x` | stop; what was measured stays |
| `↑` `↓` `Enter` | select a line of the table; open its typical run in the lab |
| `t` | table or plot, where only one has room |
| `n` | choose anew |
| `Escape` | back to the lab; `s` shows the result again |
"""
    COLUMNS: ClassVar[Sequence[Column]] = POINTS

    def __init__(self, environment: Environment, sample_hz: float, show: Show) -> None:
        super().__init__(environment, sample_hz, show)
        self._sweep: Sweep | None = None
        self._counts: str | None = None

    def instructions(self) -> str:
        """What to do first."""
        return (
            "How many workers? Space marks strategies; Tab goes to the numbers of workers, such as "
            "1-8 or 1,2,4,8; r runs them."
        )

    def marks(self, plan: Plan) -> list[Mark]:
        """Strategies with a number of workers; at first, only the plan's is marked."""
        entries = [
            entry
            for entry in catalogue.strategies()
            if entry.facts is None or "workers" in entry.traits.options
        ]
        wanted = plan.strategy if plan.strategy in [e.id for e in entries] else "thread-pool"
        found = []
        for entry in entries:
            if entry.facts is None:  # of another package: only somebody who marks it wants it
                found.append(Mark(entry.id, entry.summary, on=False))
                continue
            case = case_of(plan, entry.id)
            note = case.reason or entry.summary
            found.append(Mark(entry.id, note, on=entry.id == wanted, can=case.available))
        return found

    def fields(self) -> ComposeResult:
        """The numbers of workers."""
        yield CountsField("workers", "counts", self._usual())

    def _usual(self) -> str:
        counts = usual_counts(self._plan.tasks, self._environment.cores_usable)
        return ",".join(map(str, counts))

    def offer(self, plan: Plan) -> None:
        """Be about that plan, with numbers of workers that suit it unless somebody chose some."""
        super().offer(plan)
        if self.is_mounted and self._counts is None:
            self.query_one(CountsField).put(self._usual())

    def on_option_changed(self, event: OptionChanged) -> None:
        """Other numbers."""
        super().on_option_changed(event)
        if event.field == "counts" and event.text != self._usual():
            self._counts = event.text

    def picture(self) -> ComposeResult:
        """The plot."""
        yield PlotPane(id="plot")

    def cases(self, plan: Plan, strategies: Sequence[str]) -> Sequence[Case]:
        """The sequential one, and one for each strategy and number."""
        if not strategies:
            raise ValueError("mark at least one strategy.")
        counts = counts_of(self.query_one(CountsField).text)
        baseline, cases = swept(plan, strategies, counts)
        self._sweep = Sweep(baseline, cases, self._manner, self._environment)
        return [baseline, *cases]

    def finished(self, series: Series) -> None:
        """Keep what it says of itself."""
        assert self._sweep is not None
        self._sweep.environment = series.environment or self._environment
        self._sweep.stopped = series.stopped

    @property
    def sweep(self) -> Sweep | None:
        """What is on the screen."""
        return self._sweep

    def show(self, sweep: Sweep) -> None:
        """Show a sweep that did not take place here."""
        self._sweep, self._manner = sweep, sweep.manner
        self._plan = sweep.baseline.plan
        self._enter(DONE)

    def holds(self) -> tuple[bool, bool]:
        """Points; figures, or runs that broke and can be opened."""
        found = self._sweep
        if found is None:
            return False, False
        points = any(found.speedup(case) is not None for case in found.cases)
        return points, any(case.shown is not None for case in (found.baseline, *found.cases))

    def draw(self, live: Case | None) -> None:
        """The plot."""
        if self._sweep is not None:
            self.query_one(PlotPane).show(self._sweep)

    def fill(self) -> None:
        """The table."""
        found = self._sweep
        if found is None:
            return
        advice = found.recommendation() if self.stage == DONE else None
        best = f"{advice.recommended} {advice.workers}" if advice is not None else None
        cases = [found.baseline, *found.cases]
        keys = [BASELINE, *(f"{case.strategy} {case.workers}" for case in found.cases)]
        rows = list(zip(keys, map(point_cells, found.everything()), strict=True))
        if self.stage == DONE and found.empty:  # only what can be opened
            rows = [row for row, case in zip(rows, cases, strict=True) if case.shown is not None]
        self.query_one(FiguresTable).put(rows, best)

    def result(self) -> Text:
        """The recommendation, the laws, and what should be known."""
        found = self._sweep
        if found is None:
            return Text()
        advice = found.recommendation()
        text = stopped(found.stopped).append(advice.sentence, style="bold")
        for law in laws(found, advice.recommended or ""):
            text.append(f"\n{law}", style="not bold")
        said = [note for case in (found.baseline, *found.cases) for note in point_notes(case)]
        for note in said[:2]:
            text.append(f"\n· {note}", style="yellow not bold")
        if len(said) > 2:
            text.append(f"\n· {len(said) - 2} more remarks: concviz sweep prints all", "yellow")
        return text

    def select_best(self) -> None:
        """What is recommended."""
        if self._sweep is not None:
            advice = self._sweep.recommendation()
            self.query_one(FiguresTable).select(f"{advice.recommended} {advice.workers}")

    def chosen(self) -> Shown | None:
        """The typical run of the selected point."""
        if self._sweep is None:
            return None
        key = self.query_one(FiguresTable).selected
        if key == BASELINE:
            return self._sweep.baseline.shown
        cases = self._sweep.cases
        return next((c.shown for c in cases if f"{c.strategy} {c.workers}" == key), None)

    def baseline(self) -> Shown | None:
        """The sequential one."""
        return self._sweep.baseline.shown if self._sweep is not None else None
