"""Which strategy, by how much, why, and how sure that is: from what was measured, in words.

The fastest is not always the answer. Whatever is as good as the fastest, within what runs differ by
(``spread``) and at least 5 %, is tied with it, and of the tied the lightest is the choice: a thread
rather than a process for a millisecond. What cannot be told from the fastest, because their runs
overlap, is tied with it, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from concviz.model.comparing import spread
from concviz.model.comparing.cases import Case, Trial
from concviz.model.findings.finding import Evidence
from concviz.model.states import State
from concviz.model.words import duration, listed, percent, spoken

WEIGHT = {"main": 0, "thread": 1, "coroutine": 2, "interpreter": 3, "process": 4}
"""What it costs to have a worker, and to write the code for it: an order, not a measure."""
GAINED = 1.15
"""A smaller speedup is none worth the name."""
GIL = 0.1
"""Share of task time from which the GIL is a reason."""
LOCK = 0.3
WAITING = 0.5
COMPUTING = 0.6


@dataclass(frozen=True)
class Verdict:
    """What follows from a comparison."""

    sentence: str
    strategy: str | None = None
    """The winner; None where several are tied."""
    tied: list[str] = field(default_factory=list)
    """Strategies that cannot be told from the best, the choice first; empty with a winner."""
    choice: str | None = None
    """The winner, or the lightest of the tied; None where nothing was measured."""
    evidence: Evidence = field(default_factory=dict)


def judge(cases: Sequence[Case], baseline: Case | None, cores: float | None) -> Verdict:
    """The verdict on cases of the same work; ``baseline`` is the sequential one."""
    measured = [case for case in cases if case.trials]
    if len(measured) < 2 or baseline is None:
        return Verdict(_too_little(cases, measured, baseline))
    share = spread.tolerance(measured)
    best = min(measured, key=lambda case: case.median_s)
    good = sorted((c for c in measured if spread.as_good(c, best, share)), key=weight)
    choice, noise = good[0], spread.noise(measured)
    unsure = [c for c in measured if c not in good and not spread.apart(best, c)]
    tied = good + sorted(unsure, key=lambda case: case.median_s)
    rest = [case for case in measured if case not in tied]
    after = min(rest, key=lambda case: case.median_s, default=None)

    evidence: Evidence = {"choice": choice.strategy, "runs": min(len(c.trials) for c in measured)}
    evidence |= {"speedup": baseline.median_s / choice.median_s, "makespan_s": choice.median_s}
    if noise is not None:
        evidence["spread_share"] = noise
    evidence["tolerance_share"] = share
    if after is not None:
        lead = after.median_s / best.median_s - 1
        evidence |= {"next": after.strategy, "lead_share": lead}
    reasons = _Reasons(choice, baseline, measured, good, cores, evidence)
    sentences = [
        f"{_claim(choice, tied, good, baseline)}{reasons.why()}.",
        reasons.workers(),
        _sureness(noise, evidence),
    ]
    return Verdict(
        " ".join(sentence for sentence in sentences if sentence),
        choice.strategy if len(tied) == 1 else None,
        [case.strategy for case in tied] if len(tied) > 1 else [],
        choice.strategy,
        evidence,
    )


def weight(case: Case) -> tuple[int, int, bool]:
    """Sorts cases from the lightest: by what a worker is, by their number, pools first."""
    kinds = len(WEIGHT)
    one_each = case.traits.kind != "main" and "workers" not in case.traits.options
    return WEIGHT.get(case.traits.kind, kinds), case.workers, one_each


def _too_little(cases: Sequence[Case], measured: list[Case], baseline: Case | None) -> str:
    if not measured:
        return "No strategy came to its end: there is nothing to compare."
    if baseline is None:
        return "There is no sequential run to compare with: no speedup can be told."
    others = "other strategy" if len(cases) <= 2 else "one of the others"
    return f"Only {spoken(measured[0].strategy)} was measured: no {others} came to its end."


def _claim(choice: Case, tied: list[Case], good: list[Case], baseline: Case) -> str:
    """The choice and its margin."""
    speedup = baseline.median_s / choice.median_s
    others = [spoken(case.strategy) for case in tied if case is not choice]
    name = spoken(choice.strategy)
    if choice is baseline:
        fastest = min(good, key=lambda case: case.median_s)
        gain = baseline.median_s / fastest.median_s
        most = f" (at most {gain:.2f}×, within the spread)" if fastest is not baseline else ""
        return f"Sequential is enough: nothing is clearly faster{most}"
    times = f"{speedup:.1f}× as fast as sequential"
    if not others:
        return f"{_capital(name)}: {times}"
    if len(good) == 1:  # it leads, but not every run of it did
        return f"{_capital(name)} looks best, {times}, but cannot be told from {listed(others)}"
    heavier = listed([spoken(case.strategy) for case in good if case is not choice])
    unsure = [spoken(case.strategy) for case in tied if case not in good]
    overlap = f" (some runs of {listed(unsure)} were as fast)" if unsure else ""
    return f"{_capital(name)}: {times}, in a tie with {heavier}, but lighter{overlap}"


def _sureness(noise: float | None, evidence: Evidence) -> str:
    after = ""
    if "next" in evidence:
        longer = percent(float(evidence["lead_share"]))
        after = f"; the next, {spoken(str(evidence['next']))}, takes {longer} longer"
    if noise is None:
        return f"Not sure: each ran once{after}."
    return f"Runs of one strategy differ by {_percent(noise)}{after}."


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %" if 0.0005 <= share < 0.0095 else percent(share)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_WAITS_FOR = {
    State.IO: "I/O",
    State.SLEEP: "sleep",
    State.TASK_WAIT: "other tasks",
    State.EXECUTOR_WAIT: "an executor",
    State.OTHER: "something else",
}
_AWAITED = (State.TASK_WAIT, State.EXECUTOR_WAIT, State.OTHER)
"""What coroutines wait for, too, while their thread has nothing to do."""


class _Reasons:
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
        awaited = _AWAITED if self._choice.traits.kind == "coroutine" else ()
        kinds = (State.IO, State.SLEEP, *awaited)
        waits = own.share(*kinds)
        if waits >= WAITING:
            self._evidence["wait_share"] = waits
            what = _WAITS_FOR[max(kinds, key=own.share)]
            return f": {percent(waits)} of task time is waiting ({what}){self._enough()}"
        kind = self._choice.traits.kind
        if kind in ("process", "interpreter"):
            return self._threads_lose()
        if kind == "thread" and own.share(State.RUNNING, State.CORE_WAIT) >= WAITING:
            gil = own.share(State.GIL_WAIT)
            self._evidence["gil_wait_share"] = gil
            if gil < GIL:
                released = f": the GIL is released ({_percent(gil)} of task time waits for it)"
                return released + self._enough("threads are enough")
        return ""

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
                f"{_capital(names)} did {pools[0].workers:,} of {choice.plan.tasks:,} tasks at a "
                "time: more workers would help."
            )
        return ""


def _typical(cases: list[Case]) -> list[Trial]:
    return [case.typical for case in cases]
