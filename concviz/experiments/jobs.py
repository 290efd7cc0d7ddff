"""The runs that an experiment makes, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from concviz.analysis.comparison import Manner
from concviz.analysis.measurement import Case
from concviz.analysis.wording import count, spoken
from concviz.trace.plan import Plan

WARM_S = 0.05
"""A warm-up of waits that are exact waits no longer: caches are filled all the same."""


class Job(NamedTuple):
    """A run to be made."""

    case: Case
    number: int
    """Of the runs that count, from 1; 0 for a warm-up."""

    @property
    def plan(self) -> Plan:
        """A warm-up does one round of the tasks: it is to fill caches, not to take as long."""
        plan = self.case.plan
        if self.number:
            return plan
        exact = self.case.load.exact
        duration_s = min(plan.duration_s, WARM_S) if exact else plan.duration_s
        return replace(plan, tasks=self.case.workers, duration_s=duration_s)

    @property
    def who(self) -> str:
        """For example "thread pool, 3 workers"."""
        return f"{spoken(self.case.strategy)}, {count(self.case.workers, 'worker')}"

    def which(self, repeat: int) -> str:
        """For example "run 2 of 3"."""
        if not self.number:
            return "warming up"
        return f"run {self.number} of {repeat}" if repeat > 1 else "its run"


def jobs(cases: Sequence[Case], manner: Manner) -> list[Job]:
    """All runs, warm-ups before those that count. What waits exactly is to run once.

    What cannot run here has none.
    """
    able = [case for case in cases if case.available]
    found = [Job(case, 0) for case in able for _ in range(manner.warmup)]
    found += [Job(case, n) for case in able for n in range(1, _repeat(case, manner) + 1)]
    return ordered(found, able, manner)


def more(case: Case, manner: Manner) -> list[Job]:
    """The other runs of a case that was to run once, and does not wait exactly after all."""
    return [Job(case, n) for n in range(_repeat(case, manner) + 1, manner.repeat + 1)]


def ordered(found: Sequence[Job], cases: Sequence[Case], manner: Manner) -> list[Job]:
    """As they are to be made: round by round, or case by case."""
    place = {id(case): at for at, case in enumerate(cases)}
    if manner.interleaved:
        return sorted(found, key=lambda job: (job.number, place[id(job.case)]))
    return sorted(found, key=lambda job: (place[id(job.case)], job.number))


def _repeat(case: Case, manner: Manner) -> int:
    return 1 if manner.exact_once and case.load.exact else manner.repeat
