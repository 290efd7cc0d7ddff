"""What the lab remembers of earlier runs of this session."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from concviz.trace.plan import Plan

if TYPE_CHECKING:  # else the first frame would wait for all that they import
    from concviz.experiments.durations import Durations
    from concviz.model.run import Run


class EarlierRuns:
    """What later runs owe to earlier ones: calibration, and sequential makespans."""

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}
        self._sequential_s: dict[tuple[object, ...], float] = {}

    @cached_property
    def durations(self) -> Durations:
        """What runs took, by their plans, also those of experiments."""
        from concviz.experiments.durations import Durations

        return Durations()

    def prepare(self, plan: Plan) -> Plan:
        """The plan, to do the same work as earlier runs of its workload did."""
        return replace(plan, rounds_per_s=self._rates.get(plan.workload))

    def keep(self, run: Run) -> None:
        """Learn from a run of this machine that has ended."""
        from concviz.analysis.statistics import makespan
        from concviz.model.entities import Phase

        plan = run.plan
        if plan is None:
            return
        if run.rounds_per_s is not None:
            self._rates[plan.workload] = run.rounds_per_s
        total = makespan(run)
        if run.phase is not Phase.FINISHED or not total:
            return
        self.durations.keep(plan, total)
        if plan.strategy == "sequential":
            self._sequential_s[_work(plan)] = total

    def sequential_s(self, plan: Plan | None) -> float | None:
        """How long the same tasks took one after the other in this session, if they did."""
        return None if plan is None else self._sequential_s.get(_work(plan))


def _work(plan: Plan) -> tuple[object, ...]:
    return plan.workload, plan.inputs, plan.tasks, plan.duration_s
