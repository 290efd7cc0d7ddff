"""A run under way as the screen sees it, and what the lab remembers of earlier ones."""

from __future__ import annotations

import time

from msgspec.structs import replace

from concviz.engine.session import SAMPLE_HZ, Session
from concviz.model.plan import Plan
from concviz.model.run import Run
from concviz.model.state import Changes, Phase
from concviz.model.statistics import makespan

BUDGET_S = 0.008
"""Time for taking in events in a frame; what is left waits for the next one."""
EVENTS = 500
"""Events between two looks at the clock."""


class LiveRun:
    """A session and the run that its messages make."""

    def __init__(self, plan: Plan, sample_hz: float = SAMPLE_HZ) -> None:
        self.run = Run(plan)
        self._session = Session(plan, sample_hz=sample_hz)

    def advance(self) -> Changes:
        """Take in what has arrived, within the budget of a frame."""
        deadline = time.monotonic() + BUDGET_S
        changes = self.run.apply(self._session.drain(most=EVENTS))
        while self._session.waiting and time.monotonic() < deadline:
            changes.add(self.run.apply(self._session.drain(most=EVENTS)))
        return changes

    @property
    def over(self) -> bool:
        """Whether everything has been taken in and nothing of the run is left."""
        return self._session.finished and not self._session.waiting

    def stop(self) -> None:
        """Ask for its end; returns at once."""
        self._session.stop()

    def close(self) -> None:
        """End it now and wait until it has left nothing behind."""
        self._session.close()


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
        if run.rounds_per_s is not None:
            self._rates[run.plan.workload] = run.rounds_per_s
        total = makespan(run)
        if run.plan.strategy == "sequential" and run.phase is Phase.FINISHED and total:
            self._sequential_s[_work(run.plan)] = total

    def sequential_s(self, plan: Plan) -> float | None:
        """How long the same tasks took one after the other in this session, if they did."""
        return self._sequential_s.get(_work(plan))


def _work(plan: Plan) -> tuple[str, int, float]:
    return plan.workload, plan.tasks, plan.duration_s
