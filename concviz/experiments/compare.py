"""The comparison: one workload under several strategies, and which to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from concviz.analysis.comparison import BASELINE, Comparison, Manner
from concviz.analysis.measurement import Case, Shown
from concviz.analysis.wording import duration, listed, percent, spoken, times
from concviz.experiments.experiment import Choice, Field, Line, Live, Offer
from concviz.experiments.planning import case_of, compared
from concviz.runner import catalogue
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan, at_once
from concviz.trace.worker_kind import WorkerKind
from concviz.view.stack import Block
from concviz.view.tables import COLUMNS, cells, notes

GOOD_GUESS = 0.2
"""A guess that is off by no more than this share was good."""


class Compare:
    """The same tasks under every marked strategy."""

    word = "comparison"
    command = "compare"
    guesses = True
    columns = COLUMNS
    instructions = (
        "Space marks the strategies to compare. How much faster than the loop will each be? "
        "Type a guess on its line, such as 2 or 1.5, or press r to run without."
    )
    about = """\
The same tasks run under every marked strategy, one after another, each in a fresh process: a short
warm-up first, then each once, then each again, so that a machine that slows down does so for all.
**Guess** before you run: type the speedup that you expect of the highlighted strategy.

The **verdict** names what to take, by how much (with the 97 % interval of that), and why. What is
slower than the best by no more than 5 %, or by so little that the interval includes none at all, is
in a *tie* with it; of those, the lightest is taken: a thread rather than a process for a
millisecond. The sequential loop is always measured: it is the *baseline*, which speedup is against.
A **cluster** takes seconds to start: it is measured only if you mark it by itself (Space), and
taken only if it is clearly faster than whatever needs none.
"""

    def offers(self, plan: Plan) -> list[Offer]:
        """All; a cluster, which takes seconds to start, is marked only if it is the plan's."""
        found = []
        for entry in catalogue.strategies():
            if entry.facts is None:  # of another package: only somebody who marks it wants it
                found.append(Offer(entry.id, entry.summary, on=False))
                continue
            case = case_of(plan, entry.id)
            fixed = entry.id == BASELINE
            at_most = at_once(case.plan, case.traits)
            note = "the baseline" if fixed else f"{at_most:,} at once"
            aside = entry.traits.kind == WorkerKind.CLUSTER and plan.strategy != entry.id
            found.append(
                Offer(entry.id, case.reason or note, not aside, case.available, fixed, aside)
            )
        return found

    def fields(self, plan: Plan, environment: Environment) -> list[Field]:
        """None."""
        return []

    def begin(self, choice: Choice) -> Compared:
        """One case for each marked strategy."""
        if len(choice.strategies) < 2:
            raise ValueError("mark at least one strategy besides the sequential loop.")
        cases = compared(choice.plan, choice.strategies, ask=False)
        return Compared(Comparison(cases, choice.manner, choice.environment), choice.guesses)


class Compared:
    """A comparison as an experiment, with what was guessed beforehand."""

    def __init__(self, found: Comparison, guesses: Mapping[str, float] | None = None) -> None:
        self.found = found
        self._guesses = guesses or {}

    @property
    def plan(self) -> Plan:
        """Of the first case: they differ in the strategy."""
        return self.found.cases[0].plan

    @property
    def manner(self) -> Manner:
        """How often and in which order."""
        return self.found.manner

    @property
    def cases(self) -> Sequence[Case]:
        """One for each strategy."""
        return self.found.cases

    def ended(self, environment: Environment | None, stopped: bool) -> None:
        """Keep what its runs say of where they were made."""
        self.found.environment = environment or self.found.environment
        self.found.stopped = stopped

    @property
    def stopped(self) -> bool:
        """Whether somebody ended it before all runs were made."""
        return self.found.stopped

    def picture(self, live: Live | None) -> list[Block]:
        """Timelines, the fastest first; below them that of the run under way."""
        cases = [(case, case.shown) for case in self.found.ranked()]
        found = [self._block(case, shown) for case, shown in cases if shown is not None]
        if live is not None:
            words = f"run {live.number} of {live.repeat}" if live.repeat > 1 else "its run"
            words = words if live.number else "warming up"
            name, expected = spoken(live.case.strategy), round(live.expected_s * 1e9)
            found.append(Block("live", name, live.run, words, None, live.now, expected))
        return found

    def _block(self, case: Case, shown: Shown) -> Block:
        figures, spent, speedup = "broke", None, self.found.speedup(case)
        if shown.trial is not None:
            spent = shown.trial.spent
            factor = "" if speedup is None else times(speedup)
            # Behind a bar stands what its run took: the speedup, too, only if that is the median.
            note = factor if shown.median else f"run {shown.number}"
            figures = f"{duration(shown.trial.makespan_s):<8}{note:>6}"
        return Block(case.strategy, spoken(case.strategy), shown.run, figures, spent)

    @property
    def pictured(self) -> bool:
        """Also runs that broke are drawn."""
        return any(case.shown is not None for case in self.found.cases)

    def lines(self, over: bool) -> list[Line]:
        """One for each strategy, in the order of the timelines."""
        if over and self.found.empty:
            return []
        rows = map(self.found.row, self.found.ordered())
        return [Line(row.strategy, cells(row)) for row in rows]

    @property
    def recommended(self) -> str | None:
        """The choice of the verdict."""
        return self.found.verdict().recommended

    @property
    def conclusion(self) -> str:
        """The verdict."""
        return self.found.verdict().sentence

    def details(self) -> list[str]:
        """Guess against measured."""
        said, good = [], 0
        for case in self.found.cases:
            guess, speedup = self._guesses.get(case.strategy), self.found.speedup(case)
            if guess is None or speedup is None:
                continue
            hit = abs(guess - speedup) <= GOOD_GUESS * speedup
            good += hit
            off = f"{percent(abs(guess / speedup - 1))} too {'high' if guess > speedup else 'low'}"
            near = "" if abs(guess / speedup - 1) < 0.005 else f", {off}"
            mark = "✓" if hit else "✗"
            said.append(f"{spoken(case.strategy)} {guess:g}× (is {speedup:.2f}×{near} {mark})")
        if not said:
            return []
        return [f"You guessed {listed(said)}: {good} of {len(said)} right within 20 %."]

    def remarks(self) -> list[str]:
        """Of the strategies that can run here."""
        rows = map(self.found.row, self.found.ordered())
        return [note for row in rows if row.available for note in notes(row)]

    def shown(self, key: str | None) -> Shown | None:
        """The typical run of that strategy, or the one that broke."""
        return next((case.shown for case in self.found.cases if case.strategy == key), None)

    @property
    def baseline(self) -> Shown | None:
        """The sequential one."""
        found = self.found.baseline
        return found.shown if found is not None else None
