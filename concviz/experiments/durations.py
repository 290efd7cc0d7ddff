"""How long runs take: what those of this session took, and what is foreseen of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from msgspec.structs import replace

from concviz.analysis.comparison import Manner
from concviz.analysis.measurement import Case
from concviz.analysis.wording import count, roughly
from concviz.experiments.jobs import Job, jobs
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan, Traits, at_once, contended_s

BETWEEN_S = 0.25
"""What a runner needs to begin and to end, until it is known."""


@dataclass
class Durations:
    """What runs took, in seconds, and what came on top of that for each."""

    _took: dict[Plan, float] = field(default_factory=dict)
    _between: list[float] = field(default_factory=list)
    _task_s: dict[tuple[str, tuple[str, ...]], float] = field(default_factory=dict)
    """What a task of a function of somebody's own takes, as far as is known."""

    def keep(self, plan: Plan, makespan_s: float) -> None:
        """A run of that plan took so long."""
        self._took[_work(plan)] = makespan_s

    def keep_task(self, plan: Plan, traits: Traits, makespan_s: float) -> None:
        """The same, of a function: what a task of it takes at most, if no other run took less."""
        if plan.calls:
            key, task_s = _function(plan), makespan_s * at_once(plan, traits) / plan.tasks
            self._task_s[key] = min(task_s, self._task_s.get(key, task_s))

    def add_between(self, seconds: float) -> None:
        """That much came on top of a run, before and after it."""
        self._between.append(max(0.0, seconds))

    @property
    def between_s(self) -> float:
        """What comes on top of a run, on average."""
        return fmean(self._between) if self._between else BETWEEN_S

    def known(self, job: Job) -> bool:
        """Whether the same was run before, or it is known what its tasks do."""
        if job.plan.calls:  # how its tasks compete is seen as runs are made
            return _function(job.plan) in self._task_s
        return _work(job.plan) in self._took or job.case.load.cores is not None

    def expected_s(self, job: Job, environment: Environment | None) -> float:
        """How long a run will take, all in all."""
        return self.makespan_s(job, environment) + self.between_s

    def makespan_s(self, job: Job, environment: Environment | None) -> float:
        """The same without what comes on top of it."""
        took = self._took.get(_work(job.plan))
        if took is None:
            cores = environment.cores_usable if environment is not None else 1.0
            gil = environment is None or environment.gil
            plan = job.plan
            if plan.calls:
                plan = replace(plan, duration_s=self._task_s.get(_function(plan), 0.0))
            took = contended_s(plan, job.case.traits, job.case.load, cores, gil)
        return took


def _function(plan: Plan) -> tuple[str, tuple[str, ...]]:
    return plan.workload, plan.inputs


def _work(plan: Plan) -> Plan:
    return replace(plan, rounds_per_s=None)


@dataclass(frozen=True)
class Forecast:
    """What an experiment will do, before it does."""

    runs: int
    """Warm-ups included."""
    seconds: float
    known: bool
    """Whether nothing is left out that may take longer."""
    exact: bool
    """Whether waits that are exact are to run once."""
    calls: bool = False
    """Whether they call a function of somebody's own, of which nothing is foreseen."""

    @property
    def words(self) -> str:
        """For example "24 runs, about 54 s"."""
        if self.calls and not self.known:
            return f"{count(self.runs, 'run')}; how long they take shows after the first"
        how_long = roughly(self.seconds)
        if not self.known:
            how_long = f"{how_long} or more: how its tasks compete is not known"
        said = f"{count(self.runs, 'run')}, {how_long}"
        return f"{said}; waits that prove exact run once" if self.exact else said


def forecast(
    cases: Sequence[Case],
    manner: Manner,
    durations: Durations,
    environment: Environment | None,
) -> Forecast:
    """Of all runs of these cases."""
    found = jobs(cases, manner)
    once = manner.exact_once and manner.repeat > 1
    return Forecast(
        len(found),
        sum(durations.expected_s(job, environment) for job in found),
        all(map(durations.known, found)),
        once and any(job.case.load.exact for job in found),
        any(job.plan.calls for job in found),
    )
