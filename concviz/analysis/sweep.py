"""The same work with more and more workers, under one strategy or several."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from concviz.analysis import scaling_laws as laws
from concviz.analysis.comparison import Manner
from concviz.analysis.measurement import Case
from concviz.analysis.recommendation import Recommendation, recommend
from concviz.analysis.same_results import SameResults, qualified, same_results
from concviz.analysis.standing import ratio
from concviz.trace.environment import Environment


@dataclass(frozen=True)
class Point:
    """A strategy with a number of workers. Seconds; None until it has been measured."""

    strategy: str
    """Its id."""
    workers: int
    """How many."""
    available: bool
    """Whether it can run here."""
    reason: str | None
    """Why it cannot, or why its runs say nothing."""
    makespan_s: float | None
    """Median of its runs."""
    makespan_runs_s: list[float]
    """In the order in which they were made."""
    speedup: float | None
    """Median makespan of the sequential runs ÷ this one's."""
    speedup_low: float | None
    """Lower end of its 97 % interval; None where either ran once, and of the sequential ones."""
    speedup_high: float | None
    """Upper end of that."""
    efficiency: float | None
    """Speedup ÷ workers, or the threads in which those of a cluster do tasks."""
    exact: bool = False
    """It ran once, because that run was as long as its waits."""


@dataclass(eq=False)
class Sweep:
    """Cases of one work that differ in strategy and workers, and its sequential case."""

    baseline: Case
    cases: list[Case]
    manner: Manner = field(default_factory=Manner)
    environment: Environment | None = None
    stopped: bool = False
    """Whether somebody ended it before all runs were made."""

    @property
    def strategies(self) -> list[str]:
        """In the order in which they were asked for."""
        return list(dict.fromkeys(case.strategy for case in self.cases))

    def speedup(self, case: Case) -> float | None:
        """None until both are measured."""
        if not case.trials or not self.baseline.trials:
            return None
        return self.baseline.median_s / case.median_s

    def points(self) -> list[Point]:
        """One for each case, in order of strategy and workers."""
        return [self._point(case) for case in self.cases]

    def everything(self) -> list[Point]:
        """The same, after the sequential case."""
        return [self._point(self.baseline), *self.points()]

    def _point(self, case: Case) -> Point:
        speedup, sure = self.speedup(case), None
        if speedup is not None and case is not self.baseline:
            sure = ratio(self.baseline, case, self.manner.interleaved)
        return Point(
            case.strategy,
            case.workers,
            case.available,
            case.reason,
            case.median_s if case.trials else None,
            case.runs_s,
            speedup,
            sure.low if sure is not None else None,
            sure.high if sure is not None else None,
            speedup / case.threads if speedup is not None else None,
            case.exact,
        )

    def fits(self, strategy: str) -> list[laws.Fit]:
        """The laws, fitted to the points of a strategy; those that have too few points are left."""
        points = [
            (point.workers, point.speedup)
            for point in self.points()
            if point.strategy == strategy and point.speedup is not None
        ]
        return [fit for law in (laws.amdahl, laws.usl) if (fit := law(points)) is not None]

    def most(self, strategy: str) -> int:
        """The greatest number of workers that was measured of a strategy; 0 for none."""
        own = (case for case in self.cases if case.strategy == strategy and case.trials)
        return max((case.workers for case in own), default=0)

    @property
    def empty(self) -> bool:
        """Whether nothing was measured."""
        return not any(case.trials for case in (self.baseline, *self.cases))

    def recommendation(self) -> Recommendation:
        """How many workers of which strategy, and why."""
        fits = {strategy: self.fits(strategy) for strategy in self.strategies}
        found = recommend(self.baseline, self.cases, self.manner.interleaved, fits)
        return replace(found, sentence=qualified(found.sentence, self.results))

    @property
    def results(self) -> SameResults | None:
        """Whether its runs gave the same results; None where there is nothing to compare."""
        return same_results([self.baseline, *self.cases])
