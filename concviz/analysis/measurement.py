"""What was measured of a plan that ran several times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from concviz.analysis import kept_runs as kept
from concviz.analysis.cluster_cost import ClusterCost
from concviz.analysis.clusters import elsewhere
from concviz.analysis.deaths import cause
from concviz.analysis.overlap import kept_share, together
from concviz.analysis.same_results import Results, results_of
from concviz.analysis.statistics import NS, Summary, summarise
from concviz.analysis.thresholds import NEGLIGIBLE
from concviz.analysis.time_breakdown import Spending
from concviz.analysis.wording import duration, percent
from concviz.model.entities import Phase
from concviz.model.lanes import OPEN
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.environment import Observer
from concviz.trace.plan import Load, Plan, Traits, at_once, expected_s
from concviz.trace.sanitize import sanitize
from concviz.trace.states import Spent, State

OUTLIER = 1.5
"""A run that took so many times the median is worth a word."""
EXACT = 0.02
"""A run of waits that took no longer than they do but for this share was exact. It is less than
half of what counts as a difference (``standing.LEAST``), so that of two such cases neither is
taken for the faster one unless its waits say so."""


@dataclass(frozen=True)
class Trial:
    """The figures of a run that did all of its work."""

    makespan_s: float
    summary: Summary
    spent: Spent
    overhead_per_task_s: float | None
    crowded: float
    """Share of task time spent waiting for a core although there were more cores than workers."""
    counts: tuple[int, ...]
    """How many tasks ended in each ``Outcome``."""
    peak_memory_bytes: int | None
    observer: Observer
    together: int
    """The most tasks that were under way at once."""
    kept_share: float
    """Share of the makespan in which a coroutine kept the event loop."""
    results: Results | None = None
    """Of a function of somebody's own: what its tasks gave, to be compared."""
    cluster: ClusterCost | None = None
    """Of a run on a cluster."""

    def share(self, *states: State) -> float:
        """Of the time of all tasks, the part spent in these states; 0 where that was not seen."""
        whole = sum(self.spent)
        return sum(self.spent[state] for state in states) / whole if whole else 0.0

    @property
    def seen(self) -> bool:
        """Whether it is known what the workers did, for the most part."""
        return self.share(State.UNKNOWN) < 0.5 and sum(self.spent) > 0

    @property
    def unseen(self) -> frozenset[State]:
        """States in which it is not known to have spent no time."""
        return frozenset(state for state in self.observer.unseen if not self.spent[state])


def trial(run: Run) -> Trial | None:
    """The figures of a run that has ended; None when it did not do all of its work."""
    if failure(run) is not None:
        return None
    spent = Spending(run).of_run()
    summary = summarise(run, spent=spent)
    assert summary.makespan_s is not None
    cores = run.environment.cores_usable if run.environment is not None else 0
    threads = {(w.pid, w.tid) for w in run.workers if len(w.lane)}
    whole = sum(spent)
    spare = len(threads) < cores and whole > 0 and not elsewhere(run)
    return Trial(
        summary.makespan_s,
        summary,
        spent,
        overhead_per_task_s(run),
        spent[State.CORE_WAIT] / whole if spare else 0.0,
        tuple(run.tally),
        run.peak_memory,
        run.observer,
        together(run),
        kept_share(run),
        results_of(run),
        ClusterCost.of(run),
    )


def failure(run: Run) -> str | None:
    """Why a run that has ended says nothing of how long its work takes; None when it does.

    Tasks that failed did their work: what they raised is a result, too.
    """
    if run.error is not None:
        return sanitize(cause(run) or run.error)
    if run.phase is not Phase.FINISHED:
        return f"the run {run.phase.value} before its end"
    lost = run.different_tasks - run.count(Outcome.FINISHED) - run.count(Outcome.FAILED)
    if lost:
        return f"{lost:,} of {run.different_tasks:,} tasks did not come to their end"
    if run.started == UNKNOWN or run.finished <= run.started:
        return "it took no time that could be measured"
    return None


def overhead_per_task_s(run: Run) -> float | None:
    """Time in which workers had work ahead but did none, divided by the tasks.

    For each worker: from when it was begun (or the run was) to the end of its last task, less its
    tasks. That is its start-up and the gaps between tasks, not its idling at the end.
    """
    lost = tasks = 0
    for worker in run.workers:
        lane = worker.lane
        if not len(lane) or lane.ends[-1] == OPEN:
            continue
        begun = run.started if worker.starting == UNKNOWN else worker.starting
        lost += max(0, lane.ends[-1] - begun - lane.busy(lane.starts[0], lane.ends[-1]))
        tasks += len(lane)
    return lost / tasks / NS if tasks else None


@dataclass(frozen=True)
class Shown:
    """A run of a case to look at, and which one it is."""

    run: Run
    number: int
    """From 1."""
    of: int
    """How many of the case were made."""
    trial: Trial | None
    """Its figures; None for one that did not do all of its work."""
    typical: bool
    """Whether it is the one that stands for all; else the nearest one that was kept."""
    median: bool
    """Whether it took the median, as far as is said of both: of an even number of runs the typical
    one is faster than that."""


@dataclass(eq=False)
class Case:
    """A plan, the figures of its runs, or why there are none; and the run that stands for all."""

    plan: Plan
    traits: Traits
    reason: str | None = None
    """Why it cannot run here; or, as a sentence, why a run of it says nothing."""
    available: bool = True
    load: Load = field(default_factory=Load)
    """What is known of its tasks beforehand."""
    exact: bool = False
    """It ran once, because that run was as long as its waits: more would say the same."""
    trials: list[Trial] = field(default_factory=list)
    broken: Run | None = None
    """A run that did not do all of its work, where there is no other to look at."""
    _kept: dict[int, Run] = field(default_factory=dict, init=False, repr=False)
    """Runs that may have to be shown, by the index of their trial."""

    @property
    def strategy(self) -> str:
        """The id of how the plan's tasks are run."""
        return self.plan.strategy

    @property
    def workers(self) -> int:
        """How many tasks it does at once, at most."""
        return at_once(self.plan, self.traits)

    @property
    def threads(self) -> int:
        """Workers as far as tasks can tell: those of a cluster may have several threads each."""
        cost = self.typical.cluster if self.trials else None
        return self.workers if cost is None else max(self.workers, cost.threads)

    def add(self, run: Run, left: int) -> None:
        """Take in a run that has ended; so many more are to come."""
        found = trial(run)
        if found is None:
            self.reason = f"run {len(self.trials) + 1}: {failure(run)}"
            if not self.trials:
                self.broken = run
            return
        self._kept[len(self.trials)] = run
        self.trials.append(found)
        room = kept.most(self.plan.tasks)
        self._kept = {
            index: self._kept[index] for index in kept.worth(self.runs_s, self._kept, left, room)
        }

    @property
    def took_its_waits(self) -> bool:
        """Whether its tasks wait for a known time, and its runs took as long as that.

        That a wait is not shorter is by construction; how little comes on top is measured.
        """
        least = expected_s(self.plan, self.traits)
        near = all(abs(took - least) <= EXACT * least for took in self.runs_s)
        return self.load.exact and self.available and bool(self.trials) and near

    @property
    def runs_kept(self) -> int:
        """How many of its runs are held on to, and not only their figures."""
        return len(self._kept) + (self.broken is not None)

    @property
    def runs_s(self) -> list[float]:
        """What its runs took, in the order in which they were made."""
        return [trial.makespan_s for trial in self.trials]

    @property
    def median_s(self) -> float:
        """Seconds that its runs took. There must be one."""
        return median(self.runs_s)

    @property
    def typical(self) -> Trial:
        """Of the run that stands for all: of an even number, the faster one of the middle two."""
        return self.trials[self._typical]

    @property
    def _typical(self) -> int:
        return kept.ranked(self.runs_s)[kept.middle(len(self.trials))]

    @property
    def shown(self) -> Shown | None:
        """The run to look at: the typical one, or the one that broke; None before the first.

        Where there are very many tasks and runs the typical one may not have been kept: then it is
        the one of those kept that took nearly as long.
        """
        if not self.trials:
            return (
                None
                if self.broken is None
                else Shown(self.broken, 1, 1, None, typical=True, median=False)
            )
        took, typical = self.runs_s, self._typical
        nearest = min(self._kept, key=lambda index: abs(took[index] - took[typical]))
        index = typical if typical in self._kept else nearest
        exact = duration(took[index]) == duration(self.median_s)
        run, trial, of = self._kept[index], self.trials[index], len(took)
        return Shown(run, index + 1, of, trial, index == typical, exact)

    def remarks(self) -> list[str]:
        """What should be known of its runs before they are believed, in clauses."""
        said = []
        crowded = [trial.crowded for trial in self.trials if trial.crowded >= NEGLIGIBLE]
        if crowded:
            said.append(
                f"the machine was busy: in {len(crowded)} of {len(self.trials)} runs up to "
                f"{percent(max(crowded))} of task time was spent waiting for a core, "
                "with fewer workers than cores"
            )
        if self.threads > self.workers:
            said.append(
                f"its {self.workers:,} worker processes did tasks in {self.threads:,} threads, "
                "which is what its efficiency is of"
            )
        for number, took in enumerate(self.runs_s, start=1):
            if took > OUTLIER * self.median_s:
                said.append(f"run {number} took {took / self.median_s:.1f} times the median")
        return said


def rounds(cases: Iterable[Case]) -> int:
    """How often each has run that is to go on running; 0 before the first round is over."""
    able = [case for case in cases if case.available and case.reason is None]
    going = [len(case.trials) for case in able if not (case.exact and case.trials)]
    return min(going, default=1 if any(case.trials for case in able) else 0)
