"""Why a choice is as it is, from the states that were measured."""

from __future__ import annotations

from concviz.model.comparing.cases import Case, Trial
from concviz.model.findings.finding import Evidence
from concviz.model.states import State
from concviz.model.words import capital, duration, listed, percent, spoken

GAINED = 1.15
"""A smaller speedup is none worth the name."""
GIL = 0.1
"""Share of task time from which the GIL is a reason."""
LOCK = 0.3
WAITING = 0.5
COMPUTING = 0.6


class Reasons:
    """Why the choice is as it is, from the states that were measured."""

    def __init__(
        self,
        choice: Case,
        baseline: Case,
        measured: list[Case],
        good: list[Case],
        cores: float | None,
        evidence: Evidence,
    ) -> None:
        self._choice = choice
        self._baseline = baseline
        self._measured = measured
        self._good = good
        self._cores = cores
        self._evidence = evidence

    def why(self) -> str:
        """A clause, with what joins it to the claim."""
        own = self._choice.typical
        if not own.seen:
            return "; why is not known, because the states of the workers were not seen"
        if self._choice is self._baseline:
            return self._gains_nothing()
        waits = own.share(State.IO, State.SLEEP) + self._awaited()
        if waits >= WAITING:
            self._evidence["wait_share"] = waits
            what = "sleep" if own.share(State.SLEEP) > own.share(State.IO) else "I/O"
            return f": {percent(waits)} of task time is waiting ({what}){self._enough()}"
        kind = self._choice.traits.kind
        if kind in ("process", "interpreter"):
            return self._threads_lose()
        if kind == "thread" and own.share(State.RUNNING, State.CORE_WAIT) >= WAITING:
            gil = own.share(State.GIL_WAIT)
            self._evidence["gil_wait_share"] = gil
            if gil < GIL:
                released = f": the GIL is released ({percent(gil)} of task time waits for it)"
                return released + self._enough("threads are enough")
        return ""

    def _awaited(self) -> float:
        """Coroutines that wait for the event loop do so while it waits for something else, too."""
        coroutine = self._choice.traits.kind == "coroutine"
        return self._choice.typical.share(State.OTHER) if coroutine else 0.0

    def _enough(self, said: str = "a thread or asyncio is enough") -> str:
        heavy = [c for c in self._measured if c.traits.kind in ("process", "interpreter")]
        if self._choice.traits.kind not in ("thread", "coroutine"):
            return ""
        if not heavy:
            return f", {said}"
        return f", so {said} and processes gain nothing more"

    def _threads_lose(self) -> str:
        """The GIL, if threads were measured and waited for it."""
        threads = [
            case
            for case in self._measured
            if case.traits.kind == "thread" and case.workers > 1 and case not in self._good
        ]
        if not threads:
            return ""
        worst = max(threads, key=lambda case: case.typical.share(State.GIL_WAIT))
        gil = worst.typical.share(State.GIL_WAIT)
        if gil < GIL:
            return ""
        self._evidence |= {"gil_wait_share": gil, "gil_wait_strategy": worst.strategy}
        gain = self._baseline.median_s / min(threads, key=lambda c: c.median_s).median_s
        self._evidence["threads_speedup"] = gain
        little = "gained nothing" if gain < GAINED else f"gained only {gain:.1f}×"
        return f"; threads {little} because {percent(gil)} of their time was GIL wait"

    def _gains_nothing(self) -> str:
        """What eats the gain of all others."""
        others = [c for c in self._measured if c is not self._baseline and c.workers > 1]
        for state, least, words in (
            (State.GIL_WAIT, GIL, "threads wait for the GIL for {} of their time"),
            (State.LOCK, LOCK, "workers wait for a lock for {} of their time"),
        ):
            fitting = [case for case in others if self._concerns(state, case)]
            worst = max(fitting, key=lambda c: c.typical.share(state), default=None)
            if worst is not None and worst.typical.share(state) >= least:
                self._evidence[f"{state.name.lower()}_share"] = worst.typical.share(state)
                lock = state is State.GIL_WAIT and self._lock_rules(others)
                if not lock:
                    return f": {words.format(percent(worst.typical.share(state)))}"
        return self._dispatch(others)

    @staticmethod
    def _concerns(state: State, case: Case) -> bool:
        return state is not State.GIL_WAIT or case.traits.kind == "thread"

    @staticmethod
    def _lock_rules(others: list[Case]) -> bool:
        """Whether waiting for locks is the larger part: then the GIL is not the story."""
        return any(
            c.typical.share(State.LOCK) >= max(LOCK, c.typical.share(State.GIL_WAIT))
            for c in others
        )

    def _dispatch(self, others: list[Case]) -> str:
        """Tasks that are over sooner than the next one is there."""
        work = self._baseline.median_s / self._baseline.plan.tasks
        costs = [t.overhead_per_task_s for t in _typical(others) if t.overhead_per_task_s]
        if not costs or min(costs) < work:
            return ""
        self._evidence |= {"task_s": work, "overhead_per_task_s": min(costs)}
        return (
            f": a task takes {duration(work)}, to start and dispatch one at least "
            f"{duration(min(costs))}"
        )

    def workers(self) -> str:
        """What more workers would do, where that can be told."""
        choice, cores = self._choice, self._cores
        own = choice.typical
        if choice is self._baseline or not own.seen:
            return ""
        computes = own.share(State.RUNNING, State.CORE_WAIT) >= COMPUTING
        if computes and cores is not None and choice.workers >= cores:
            self._evidence["cores"] = cores
            most = max(1, round(cores))
            core = f"{cores:g} usable core{'' if cores == 1 else 's'}"
            return f"With {core} more than {most} workers won't help."
        pools = [
            case
            for case in self._measured
            if case.traits.kind in ("thread", "coroutine")
            and case.workers < case.plan.tasks
            and case.workers > 1
        ]
        if own.share(State.IO, State.SLEEP) >= WAITING and pools:
            names = listed([spoken(case.strategy) for case in pools])
            return (
                f"{capital(names)} did {pools[0].workers:,} of {choice.plan.tasks:,} tasks at a "
                "time: more workers would help."
            )
        return ""


def _typical(cases: list[Case]) -> list[Trial]:
    return [case.typical for case in cases]
