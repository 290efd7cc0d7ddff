"""The same work under several strategies, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from concviz.analysis.interval import Interval
from concviz.analysis.measurement import Case, Trial
from concviz.analysis.same_results import SameResults, qualified, same_results
from concviz.analysis.standing import ratio
from concviz.analysis.verdict import Verdict, judge
from concviz.trace.environment import NOT_OBSERVED, Environment, Observer
from concviz.trace.states import Spent

BASELINE = "sequential"
"""The strategy against which speedup is measured."""
STOPPED = "Stopped before all runs were made."
"""Qualifies all that follows from what was measured, so it is said before that."""


@dataclass(frozen=True)
class Manner:
    """How often and in which order plans are run."""

    repeat: int = 3
    """Runs of each plan that count."""
    warmup: int = 1
    """Runs of each plan before those, of one round of its tasks, that do not count."""
    interleaved: bool = True
    """Every plan once, then every plan again: a machine that grows slower is so for all of them."""
    exact_once: bool = False
    """A plan that waits, and whose first run took no longer than its waits, is not run again."""

    @property
    def order(self) -> str:
        """In a word: "interleaved" or "blocks"."""
        return "interleaved" if self.interleaved else "blocks"


@dataclass(frozen=True)
class Row:
    """A strategy's figures: of its typical run, but for the makespans. Seconds, shares, bytes."""

    strategy: str
    workers: int
    available: bool
    reason: str | None = None
    makespan_s: float | None = None
    """Median of its runs."""
    makespan_runs_s: list[float] = field(default_factory=list)
    speedup: float | None = None
    """Median makespan of the sequential runs ÷ this one's."""
    speedup_low: float | None = None
    speedup_high: float | None = None
    """The 97 % interval of that; None where either ran once, and of the sequential ones."""
    exact: bool = False
    """It ran once, because that run was as long as its waits."""
    efficiency: float | None = None
    """Speedup ÷ workers, or the threads in which those of a cluster do tasks."""
    machine_utilisation: float | None = None
    """Share of the usable cores that was in use, by whatever ran; None of several machines."""
    spent: Spent | None = None
    """How the time of all tasks was spent; None where that was not observed."""
    observer: Observer = NOT_OBSERVED
    """What could be seen of the workers: none in a state that could not says nothing."""
    startup_mean_s: float | None = None
    """From ``start()`` on a worker to its first line of Python, on average."""
    overhead_per_task_s: float | None = None
    """Time of the workers that went into start-up and gaps, for each task."""
    peak_memory_bytes: int | None = None
    """The most that the runner and all it started were seen to hold together."""
    counts: list[int] | None = None
    """Tasks by ``Outcome``."""
    remarks: list[str] = field(default_factory=list)


def _elsewhere(trial: Trial) -> bool:
    return trial.cluster is not None and trial.cluster.hosts > 1


@dataclass(eq=False)
class Comparison:
    """Cases of the same work. One of them is sequential: the baseline of all speedups."""

    cases: list[Case]
    manner: Manner = field(default_factory=Manner)
    environment: Environment | None = None
    """Where all of it ran."""
    stopped: bool = False
    """Whether somebody ended it before all runs were made."""

    @property
    def empty(self) -> bool:
        """Whether nothing was measured."""
        return not any(case.trials for case in self.cases)

    @property
    def baseline(self) -> Case | None:
        """The sequential case, once it has been measured."""
        found = (c for c in self.cases if c.strategy == BASELINE and c.trials)
        return next(found, None)

    def speedup(self, case: Case) -> float | None:
        """None until both are measured."""
        baseline = self.baseline
        return baseline.median_s / case.median_s if baseline and case.trials else None

    def speedup_interval(self, case: Case) -> Interval | None:
        """How sure that is; None where either ran once, and of the sequential case."""
        baseline = self.baseline
        if baseline is None or case is baseline or not case.trials:
            return None
        return ratio(baseline, case, self.manner.interleaved)

    def ranked(self) -> list[Case]:
        """The measured ones, fastest first; then those that broke."""
        measured = sorted((c for c in self.cases if c.trials), key=lambda case: case.median_s)
        return measured + [c for c in self.cases if not c.trials and c.broken is not None]

    def ordered(self) -> list[Case]:
        """All of them: as they are ranked, then those of which there is nothing to see."""
        ranked = self.ranked()
        return ranked + [case for case in self.cases if case not in ranked]

    def rows(self) -> list[Row]:
        """One for each case, in the order in which they were asked for."""
        return [self.row(case) for case in self.cases]

    def row(self, case: Case) -> Row:
        """The figures of a case, as far as it has been measured."""
        peak = [trial.peak_memory_bytes for trial in case.trials]
        if not case.trials:
            counts = list(case.broken.tally) if case.broken is not None else None
            return Row(case.strategy, case.workers, case.available, case.reason, counts=counts)
        typical, speedup, sure = case.typical, self.speedup(case), self.speedup_interval(case)
        return Row(
            case.strategy,
            case.workers,
            case.available,
            case.reason,
            makespan_s=case.median_s,
            makespan_runs_s=case.runs_s,
            speedup=speedup,
            speedup_low=sure.low if sure is not None else None,
            speedup_high=sure.high if sure is not None else None,
            exact=case.exact,
            efficiency=speedup / case.threads if speedup is not None else None,
            machine_utilisation=None
            if _elsewhere(typical)
            else typical.summary.machine_utilisation,
            spent=typical.spent if typical.seen else None,
            observer=typical.observer,
            startup_mean_s=typical.summary.startup_mean_s,
            overhead_per_task_s=typical.overhead_per_task_s,
            peak_memory_bytes=max((held for held in peak if held is not None), default=None),
            counts=list(typical.counts),
            remarks=[*self._missing(typical), *case.remarks()],
        )

    def _missing(self, trial: Trial) -> list[str]:
        """What could not be seen of these workers, though it could of others."""
        told = self.environment.observer if self.environment is not None else None
        differs = bool(trial.observer.missing) and trial.observer != told
        return [trial.observer.text] if differs else []

    def verdict(self) -> Verdict:
        """Which strategy, by how much, why, and how sure that is."""
        found = judge(self.cases, self.baseline, self.manner.interleaved, self.environment)
        return replace(found, sentence=qualified(found.sentence, self.results))

    @property
    def results(self) -> SameResults | None:
        """Whether its runs gave the same results; None where there is nothing to compare."""
        return same_results(self.cases)
