"""The comparison: one workload under several strategies, and which to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import DataTable

from concviz.analysis.comparison import BASELINE, Comparison
from concviz.analysis.measurement import Case, Shown
from concviz.analysis.words import duration, listed, spoken, times
from concviz.experiments.experiment import Series
from concviz.experiments.planning import case_of, compared
from concviz.runner import catalogue
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan, at_once
from concviz.tui.screens.series import DONE, SeriesScreen, Show, stopped
from concviz.tui.widgets.figures import FiguresTable
from concviz.tui.widgets.stack import Stack
from concviz.tui.widgets.strategy_checklist import Mark, MarkList
from concviz.view.stack import Block
from concviz.view.tables import COLUMNS, Column, cells, notes

GOOD_GUESS = 0.2
"""A guess that is off by no more than this share was good."""


class CompareScreen(SeriesScreen):
    """Marks and guesses; stacked timelines, the table, the verdict."""

    WHAT = "comparison"
    HELP_TEXT = """\
The same tasks run under every marked strategy, one after another, each in a fresh process: a short
warm-up first, then each once, then each again, so that a machine that slows down does so for all.
**Guess** before you run: type the speedup that you expect of the highlighted strategy.

The **verdict** names what to take, by how much (with the 97 % interval of that), and why. What is
slower than the best by no more than 5 %, or by so little that the interval includes none at all, is
in a *tie* with it; of those, the lightest is taken: a thread rather than a process for a
millisecond. The sequential loop is always measured: it is what speedup is against.

| key | does |
|---|---|
| `Space` `a` | mark a strategy; all or none |
| `0` … `9` `.` `Backspace` | guess the speedup of the highlighted strategy (optional) |
| `r` `Enter` | run what is marked |
| `x` | stop; what was measured stays |
| `↑` `↓` | select a strategy |
| `Enter` | open its typical run in the lab |
| `t` | table or timelines, where only one has room; `←` `→` show more columns |
| `n` | choose anew |
| `Escape` | back to the lab; `c` shows the result again |

## The table

| column | means |
|---|---|
""" + "\n".join(f"| {column.name} | {column.meaning} |" for column in COLUMNS)
    COLUMNS: ClassVar[Sequence[Column]] = COLUMNS

    def __init__(self, environment: Environment, sample_hz: float, show: Show) -> None:
        super().__init__(environment, sample_hz, show)
        self._comparison: Comparison | None = None
        self._guesses: dict[str, float] = {}

    def instructions(self) -> str:
        """What to do first."""
        return (
            "Space marks the strategies to compare. How much faster than the loop will each be? "
            "Type a guess on its line, such as 2 or 1.5, or press r to run without."
        )

    def marks(self, plan: Plan) -> list[Mark]:
        """All strategies."""
        found = []
        for entry in catalogue.strategies():
            if entry.facts is None:  # of another package: only somebody who marks it wants it
                found.append(Mark(entry.id, entry.summary, on=False))
                continue
            case = case_of(plan, entry.id)
            workers = at_once(case.plan, case.traits)
            fixed = entry.id == BASELINE
            note = "the measure of all others" if fixed else f"{workers:,} at once"
            note = case.reason or note
            found.append(Mark(entry.id, note, can=case.available, fixed=fixed))
        return found

    def picture(self) -> ComposeResult:
        """The stacked timelines."""
        yield Stack(id="stack")

    def cases(self, plan: Plan, strategies: Sequence[str]) -> Sequence[Case]:
        """One for each marked strategy."""
        if len(strategies) < 2:
            raise ValueError("mark at least one strategy besides the sequential loop.")
        marked = self.query_one(MarkList).marked
        self._guesses = {m.id: m.factor for m in marked if m.factor is not None}
        cases = compared(plan, strategies)
        self._comparison = Comparison(cases, self._manner, self._environment)
        return cases

    def finished(self, series: Series) -> None:
        """Keep what it says of itself."""
        assert self._comparison is not None
        self._comparison.environment = series.environment or self._environment
        self._comparison.stopped = series.stopped

    @property
    def comparison(self) -> Comparison | None:
        """What is on the screen."""
        return self._comparison

    def show(self, comparison: Comparison, guesses: dict[str, float] | None = None) -> None:
        """Show a comparison that did not take place here."""
        self._comparison, self._manner = comparison, comparison.manner
        self._plan = comparison.cases[0].plan
        self._guesses = guesses or {}
        self._enter(DONE)

    def holds(self) -> tuple[bool, bool]:
        """Runs to draw, also such as broke; figures of those that did not."""
        found = self._comparison
        if found is None:
            return False, False
        return any(case.shown is not None for case in found.cases), not found.empty

    def draw(self, live: Case | None) -> None:
        """The timelines."""
        found = self._comparison
        if found is None:
            return
        cases = [(case, case.shown) for case in found.ranked()]
        blocks = [self._block(found, case, shown) for case, shown in cases if shown is not None]
        run = self.live_run
        if live is not None and run is not None and self.live_number and run.started >= 0:
            number, repeat = self.live_number, self._manner.repeat
            words = f"run {number} of {repeat}"
            name = spoken(live.strategy)
            blocks.append(Block("live", name, run, words, now=max(self.live_moment, run.started)))
        self.query_one(Stack).show(blocks)

    def fill(self) -> None:
        """The table."""
        found = self._comparison
        if found is not None:
            choice = found.verdict().recommended if self.stage == DONE else None
            rows = [(row.strategy, cells(row)) for row in found.rows()]
            self.query_one(FiguresTable).put(rows, choice)

    @staticmethod
    def _block(found: Comparison, case: Case, shown: Shown) -> Block:
        figures, spent, speedup = "broke", None, found.speedup(case)
        if shown.trial is not None:
            spent = shown.trial.spent
            factor = "" if speedup is None else times(speedup)
            # Behind a bar stands what its run took: the speedup, too, only if that is the median.
            note = factor if shown.median else f"run {shown.number}"
            figures = f"{duration(shown.trial.makespan_s):<8}{note:>6}"
        return Block(case.strategy, spoken(case.strategy), shown.run, figures, spent)

    def result(self) -> Text:
        """The verdict, the guesses, and what should be known."""
        found = self._comparison
        if found is None:
            return Text()
        verdict = found.verdict()
        text = stopped(found.stopped).append(verdict.sentence, style="bold")
        if guessed := self._guessed(found):
            text.append(f"\n{guessed}", style="not bold")
        said = [note for row in found.rows() if row.available for note in notes(row)]
        for note in said[:2]:
            text.append(f"\n· {note}", style="yellow not bold")
        if len(said) > 2:
            text.append(f"\n· {len(said) - 2} more remarks: concviz compare prints all", "yellow")
        return text

    def _guessed(self, found: Comparison) -> str:
        """Guess against measured."""
        said, good = [], 0
        for case in found.cases:
            guess, speedup = self._guesses.get(case.strategy), found.speedup(case)
            if guess is None or speedup is None:
                continue
            hit = abs(guess - speedup) <= GOOD_GUESS * speedup
            good += hit
            mark = "✓" if hit else "✗"
            said.append(f"{spoken(case.strategy)} {guess:g}× (is {speedup:.2f}× {mark})")
        if not said:
            return ""
        return f"You guessed {listed(said)}: {good} of {len(said)} right within 20 %."

    def focus_picture(self) -> None:
        """The timelines, or the table in their place."""
        table = self.has_class("-table") and self.has_class("-short")
        self.query_one("#series-table" if table else "#stack").focus()

    def on_stack_selected(self, event: Stack.Selected) -> None:
        """The table follows."""
        self.query_one(FiguresTable).select(event.key)

    def select_best(self) -> None:
        """The choice of the verdict."""
        choice = self._comparison.verdict().recommended if self._comparison is not None else None
        if choice is not None:
            self.query_one(Stack).select(choice)
            self.query_one(FiguresTable).select(choice)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The timelines follow, if the table leads."""
        if event.data_table.has_focus and event.row_key.value is not None:
            self.query_one(Stack).select(event.row_key.value)

    def on_stack_opened(self) -> None:
        """Enter or a second click on a timeline."""
        self.action_open()

    def chosen(self) -> Shown | None:
        """The typical run of the selected strategy, or the one that broke."""
        table = self.query_one(FiguresTable)
        key = table.selected if table.has_focus else self.query_one(Stack).selected
        cases = self._comparison.cases if self._comparison is not None else []
        return next((case.shown for case in cases if case.strategy == key), None)

    def baseline(self) -> Shown | None:
        """The sequential one."""
        found = self._comparison.baseline if self._comparison is not None else None
        return found.shown if found is not None else None
