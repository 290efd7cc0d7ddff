"""Why a choice is as it is: the largest of what was measured, of the case that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from concviz.analysis.findings.finding import Evidence
from concviz.analysis.measurement import Case
from concviz.analysis.standing import Standing
from concviz.analysis.thresholds import MAINLY, MATTERS, RELEASED, WAITS
from concviz.analysis.wording import capital, count, duration, listed, percent, spoken
from concviz.trace.environment import Environment
from concviz.trace.states import COMPETING, QUIET, State
from concviz.trace.worker_kind import WorkerKind

GAINED = 1.15
"""A smaller speedup is none worth the name (a factor)."""
LIGHT = (WorkerKind.THREAD, WorkerKind.COROUTINE)
HEAVY = (WorkerKind.PROCESS, WorkerKind.INTERPRETER)
"""Workers that share what tasks have in memory, and those that do not."""
NOT_KNOWN = "Why is not known, because not all states of the workers were seen."


class _Cause(NamedTuple):
    """What kept a case from being faster."""

    of_tasks: bool
    """Whether it is a share of the time of its workers; else of that of its event loop."""
    share: float
    case: Case
    said: str
    """What it did, behind its name."""
    evidence: Evidence


class Reasons:
    """Of the choice among measured cases; ``evidence`` takes in the figures that are named."""

    def __init__(
        self,
        choice: Case,
        baseline: Case,
        measured: Sequence[Case],
        found: Standing,
        environment: Environment | None,
        evidence: Evidence,
    ) -> None:
        self._choice = choice
        self._baseline = baseline
        self._measured = measured
        self._found = found
        self._environment = environment
        self._evidence = evidence

    def why(self) -> str:
        """A sentence; empty where nothing that was seen is the reason."""
        choice = self._choice
        if choice is self._baseline:
            others = [c for c in self._measured if c is not choice and c.workers > 1]
            worst = self._worst(others)
            if worst is not None:
                return f"{_name(worst.case)} {self._told(worst)}."
            seen = all(
                c.typical.seen and not c.typical.unseen.intersection(COMPETING) for c in others
            )
            return "" if seen else NOT_KNOWN
        if choice.traits.kind in (*HEAVY, WorkerKind.CLUSTER) and (said := self._light_ones_lose()):
            return said
        if not choice.typical.seen:
            return NOT_KNOWN
        return self._own()

    # -- what holds others back --

    def _worst(self, cases: Sequence[Case]) -> _Cause | None:
        """The largest cause of all these cases; that of a loop where there is none of tasks."""
        found = [cause for case in cases for cause in self._causes(case)]
        return max(found, key=lambda cause: (cause.of_tasks, cause.share), default=None)

    def _causes(self, case: Case) -> list[_Cause]:
        """What kept a case from being faster, where that is clear."""
        trial, found = case.typical, []
        spent_s = sum(trial.spent) / 1e9 / case.plan.tasks
        cost = trial.overhead_per_task_s or 0.0
        lost = cost / (cost + spent_s) if cost else 0.0
        work = self._baseline.median_s / self._baseline.plan.tasks
        if cost >= work:
            said = f"took {duration(cost)} to start and dispatch each task, which takes "
            figures: Evidence = {"task_s": work, "overhead_per_task_s": cost}
            found.append(_Cause(True, lost, case, f"{said}{duration(work)}", figures))
        if trial.kept_share >= WAITS and trial.together < case.workers:
            said = f"had its event loop kept by one task at a time for {percent(trial.kept_share)}"
            figures = {"kept_share": trial.kept_share}
            found.append(_Cause(False, trial.kept_share, case, f"{said} of the run", figures))
        state, share = _largest_wait(case)
        if trial.seen and share >= MATTERS and share > _unclear(case):
            figures = {f"{state.name.lower()}_share": share}
            found.append(
                _Cause(True, share * (1 - lost), case, _spent(case, share, state), figures)
            )
        return found

    def _told(self, cause: _Cause) -> str:
        self._evidence.update(cause.evidence | {"cause_strategy": cause.case.strategy})
        return cause.said

    def _light_ones_lose(self) -> str:
        """Why threads and coroutines, which cost less, are not as good."""
        worse = [*self._found.rest, *self._found.unsure]
        light = [c for c in worse if c.traits.kind in LIGHT and c.workers > 1]
        worst = self._worst(light)
        if worst is None:
            return ""
        gain = self._baseline.median_s / worst.case.median_s
        self._evidence["cause_speedup"] = gain
        little = "gained nothing" if gain < GAINED else f"gained only {gain:.2f}×"
        return f"{_name(worst.case)} {little}: {_it(worst.case)} {self._told(worst)}."

    # -- what the choice itself does --

    def _own(self) -> str:
        """The largest share of its own task time, and what follows from that."""
        choice, own = self._choice, self._choice.typical
        state, waits = _largest_wait(choice)
        waiting, running = own.share(*QUIET), own.share(State.RUNNING)
        most = max(waits, waiting, running)
        if most <= _unclear(choice):
            return ""
        if most == waiting:
            self._evidence["wait_share"] = waiting
            what = max(QUIET, key=own.share).waits_for
            return f"{_name(choice)} {_spent(choice, waiting, None)} ({what}){self._enough()}."
        if waits >= MATTERS:  # also beside more time of running: that is what it did not gain
            self._evidence[f"{state.name.lower()}_share"] = waits
            return f"{_name(choice)} {_spent(choice, waits, state)}."
        if choice.traits.kind == "thread" and (said := self._released()):
            return said
        self._evidence["running_share"] = running
        return f"{_name(choice)} spent {percent(running)} of {_its(choice)} task time running."

    def _released(self) -> str:
        """Threads that compute side by side: the GIL does not hinder them."""
        choice, own = self._choice, self._choice.typical
        gil = own.share(State.GIL_WAIT)
        if State.GIL_WAIT in own.unseen or gil >= RELEASED or own.together < 2:
            return ""
        if self._environment is not None and not self._environment.gil:
            return f"There is no GIL{self._enough()}."
        self._evidence["gil_wait_share"] = gil
        spent = _spent(choice, gil, State.GIL_WAIT)
        return f"The GIL is released: {spoken(choice.strategy)} {spent}{self._enough()}."

    def _enough(self) -> str:
        """Which light ones are as good, and that heavy ones, if there were any, are no better."""
        if self._choice.traits.kind not in LIGHT:
            return ""
        good = [case for case in self._found.good if case.traits.kind in LIGHT]
        kinds = ["a thread"] if any(case.traits.kind == "thread" for case in good) else []
        kinds += [spoken(case.strategy) for case in good if case.traits.kind == "coroutine"]
        heavy = [kind.plural for kind in HEAVY if self._measures(kind)]
        more = f" and {listed(heavy)} gain nothing more" if heavy else ""
        return f", so {' or '.join(kinds)} is enough{more}"

    def _measures(self, kind: str) -> bool:
        return any(case.traits.kind == kind for case in self._measured)

    # -- more workers --

    def workers(self) -> str:
        """What more workers would do, where that can be told."""
        choice, own = self._choice, self._choice.typical
        cores = self._environment.cores_usable if self._environment is not None else None
        elsewhere = own.cluster is not None and own.cluster.hosts > 1  # whose cores are not known
        if choice is self._baseline or not own.seen or elsewhere:
            return ""
        computes = own.share(State.RUNNING, State.CORE_WAIT) >= MAINLY
        if computes and cores is not None and choice.workers >= cores:
            self._evidence["cores"] = cores
            most = max(1, round(cores))
            core = count(cores, "usable core")
            return f"With {core} more than {most} workers won't help."
        pools = [case for case in self._measured if _waits_for_workers(case)]
        if own.share(*QUIET) < WAITS or not pools:
            return ""
        at_once = pools[0].typical.together
        names = listed([spoken(c.strategy) for c in pools if c.typical.together == at_once])
        tasks = f"{at_once:,} of {choice.plan.tasks:,} tasks"
        return f"{capital(names)} did {tasks} at a time: more workers would help."


def _waits_for_workers(case: Case) -> bool:
    """Whether all of its workers wait, side by side, while there are more tasks to do."""
    trial = case.typical
    able = case.traits.kind in LIGHT and 1 < case.workers < case.plan.tasks
    waits = trial.seen and trial.share(*QUIET) >= WAITS
    return able and waits and trial.together == case.workers


def _largest_wait(case: Case) -> tuple[State, float]:
    """For what a worker waited longest that others had, and the share of task time."""
    state = max(COMPETING, key=case.typical.share)
    return state, case.typical.share(state)


def _unclear(case: Case) -> float:
    """The share of task time of which is not known what it was."""
    return case.typical.share(State.UNKNOWN, State.OTHER)


def _spent(case: Case, share: float, state: State | None) -> str:
    words = "waiting" if state is None else f"waiting for {state.waits_for}"
    return f"spent {percent(share)} of {_its(case)} task time {words}"


def _name(case: Case) -> str:
    return capital(spoken(case.strategy))


def _it(case: Case) -> str:
    return "they" if case.strategy.endswith("s") else "it"


def _its(case: Case) -> str:
    return "their" if case.strategy.endswith("s") else "its"
