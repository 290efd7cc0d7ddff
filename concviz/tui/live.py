"""Runs under way as screens deal with them, and what the lab remembers of earlier ones."""

from __future__ import annotations

from msgspec.structs import replace

from concviz.analysis.statistics import makespan
from concviz.model.entities import Phase
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.trace.plan import Plan

BUDGET_S, BEHIND_BUDGET_S, LAST_BUDGET_S = 0.008, 0.016, 0.05
"""Time for taking in events in a frame; when that is not enough; and when the run is being stopped,
so that only what waits here is left. The rest of a frame is for keys and the picture."""


def budget_s(shown: Moment) -> float:
    """Time for taking in events in the next frame, after that moment was shown."""
    if shown.stopping:
        return LAST_BUDGET_S
    return BEHIND_BUDGET_S if shown.lags else BUDGET_S


class Memory:
    """What later runs of a session owe to earlier ones: calibration, and sequential makespans."""

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}
        self._sequential_s: dict[tuple[str, int, float], float] = {}

    def prepare(self, plan: Plan) -> Plan:
        """The plan, to do the same work as earlier runs of its workload did."""
        return replace(plan, rounds_per_s=self._rates.get(plan.workload))

    def keep(self, run: Run) -> None:
        """Learn from a run that has ended."""
        if (plan := run.plan) is None:
            return
        if run.rounds_per_s is not None:
            self._rates[plan.workload] = run.rounds_per_s
        total = makespan(run)
        if plan.strategy == "sequential" and run.phase is Phase.FINISHED and total:
            self._sequential_s[_work(plan)] = total

    def sequential_s(self, plan: Plan | None) -> float | None:
        """How long the same tasks took one after the other in this session, if they did."""
        if plan is None:
            return None
        return self._sequential_s.get(_work(plan))


def _work(plan: Plan) -> tuple[str, int, float]:
    return plan.workload, plan.tasks, plan.duration_s
