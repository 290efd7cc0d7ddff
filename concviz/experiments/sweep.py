"""The sweep: one workload with more and more workers, and how many to take."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.analysis import sweep as analysis
from concviz.analysis.comparison import BASELINE, Manner
from concviz.analysis.measurement import Case, Shown
from concviz.experiments.clusters import needs_cluster
from concviz.experiments.experiment import Choice, Field, Line, Live, Offer
from concviz.experiments.planning import case_of, counts_of, swept, usual_counts
from concviz.runner import catalogue, clusters_known
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.view.tables import POINTS, laws, point_cells, sweep_notes

USUAL = "thread-pool"
"""Marked at first where the plan's strategy takes no number of workers."""


class Sweep:
    """The same tasks with every number of workers."""

    word = "sweep"
    command = "sweep"
    guesses = False
    columns = POINTS
    instructions = (
        "How many workers? Space marks strategies; Tab goes to the numbers of workers, such as "
        "1-8 or 1,2,4,8; r runs them."
    )
    about = """\
The same tasks run with every number of workers, one after another, each in a fresh process, and in
a sequential loop, which speedup is against: a short warm-up first, then each once, then each again.

The plot shows **speedup** against **workers**: what was measured with its 97 % interval, the ideal
(as many times as fast as there are workers), and two laws of scaling fitted to it. *Amdahl's law*
knows a serial fraction; the *Universal Scalability Law* also what it costs to keep workers in step,
so that it has a knee beyond which more are slower. A law that is off by more than 10 % is called
poor. The **recommendation** is from the measurements: the fewest workers that are as good as the
best, slower by no more than 5 %, or by so little that the interval includes none at all.
"""

    def offers(self, plan: Plan) -> list[Offer]:
        """Strategies with a number of workers; at first, only the plan's is marked."""
        entries = [
            entry
            for entry in catalogue.strategies()
            if entry.facts is None or "workers" in entry.traits.options
        ]
        wanted = plan.strategy if plan.strategy in [e.id for e in entries] else USUAL
        found = []
        for entry in entries:
            if entry.facts is None:  # of another package: only somebody who marks it wants it
                found.append(Offer(entry.id, entry.summary, on=False))
                continue
            case = case_of(plan, entry.id)
            note = case.reason or entry.summary
            found.append(Offer(entry.id, note, on=entry.id == wanted, can=case.available))
        return found

    def fields(self, plan: Plan, environment: Environment) -> list[Field]:
        """The numbers of workers."""
        there = None
        if plan.scheduler and needs_cluster(plan.strategy):
            there, _ = clusters_known.workers(plan.scheduler, ask=False)
        usual = usual_counts(plan.tasks, environment.cores_usable, there)
        return [Field("counts", "workers", ",".join(map(str, usual)))]

    def begin(self, choice: Choice) -> Swept:
        """The sequential case, and one for each strategy and number."""
        if not choice.strategies:
            raise ValueError("mark at least one strategy.")
        counts = counts_of(choice.fields["counts"])
        baseline, cases = swept(choice.plan, choice.strategies, counts, ask=False)
        return Swept(analysis.Sweep(baseline, cases, choice.manner, choice.environment))


class Swept:
    """A sweep as an experiment."""

    def __init__(self, found: analysis.Sweep) -> None:
        self.found = found

    @property
    def plan(self) -> Plan:
        """Of the sequential case."""
        return self.found.baseline.plan

    @property
    def manner(self) -> Manner:
        """How often and in which order."""
        return self.found.manner

    @property
    def cases(self) -> Sequence[Case]:
        """The sequential one first."""
        return [self.found.baseline, *self.found.cases]

    def ended(self, environment: Environment | None, stopped: bool) -> None:
        """Keep what its runs say of where they were made."""
        self.found.environment = environment or self.found.environment
        self.found.stopped = stopped

    @property
    def stopped(self) -> bool:
        """Whether somebody ended it before all runs were made."""
        return self.found.stopped

    def picture(self, live: Live | None) -> analysis.Sweep:
        """Points of what has been measured."""
        return self.found

    @property
    def pictured(self) -> bool:
        """Whether there is a point."""
        return any(self.found.speedup(case) is not None for case in self.found.cases)

    def lines(self, over: bool) -> list[Line]:
        """One for each point; where nothing was measured, only those of runs to look at."""
        keys = [BASELINE, *map(_key, self.found.cases)]
        points = self.found.everything()
        return [
            Line(key, point_cells(point))
            for key, point, case in zip(keys, points, self.cases, strict=True)
            if not (over and self.found.empty) or case.shown is not None
        ]

    @property
    def recommended(self) -> str | None:
        """Strategy and number of workers."""
        advice = self.found.recommendation()
        return None if advice.recommended is None else f"{advice.recommended} {advice.workers}"

    @property
    def conclusion(self) -> str:
        """The recommendation."""
        return self.found.recommendation().sentence

    def details(self) -> list[str]:
        """The laws of scaling of what is recommended."""
        return laws(self.found, self.found.recommendation().recommended or "")

    def remarks(self) -> list[str]:
        """Of the sweep, and of all points."""
        return sweep_notes(self.found)

    def shown(self, key: str | None) -> Shown | None:
        """The typical run of that point, or the one that broke."""
        if key == BASELINE:
            return self.baseline
        return next((case.shown for case in self.found.cases if _key(case) == key), None)

    @property
    def baseline(self) -> Shown | None:
        """The sequential one."""
        return self.found.baseline.shown


def _key(case: Case) -> str:
    return f"{case.strategy} {case.workers}"
