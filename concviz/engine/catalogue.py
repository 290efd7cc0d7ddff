"""What there is to choose from, and whether a choice can run here."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from concviz.engine.limits import limits
from concviz.engine.registry import Registry
from concviz.engine.strategies import STRATEGIES, Strategy
from concviz.engine.workloads import Workload
from concviz.engine.workloads.registry import WORKLOADS
from concviz.model.plan import Limits, Plan, Problem, Traits, check

T = TypeVar("T")

KINDS = ("main", "thread", "process", "coroutine", "interpreter")
"""What workers can be."""


@dataclass(frozen=True)
class StrategyEntry:
    """A strategy as a list shows it."""

    id: str
    summary: str
    reason: str | None
    """Why it is not available; None when it is."""
    traits: Traits
    strategy: Strategy | None
    """None when it could not be loaded."""


@dataclass(frozen=True)
class WorkloadEntry:
    """A workload as a list shows it."""

    id: str
    summary: str
    reason: str | None
    workload: Workload | None


def strategies() -> list[StrategyEntry]:
    """All strategies, ours first; those of other packages that fail to load say why."""
    return [_strategy(name) for name in STRATEGIES.references()]


def workloads() -> list[WorkloadEntry]:
    """All workloads, ours first."""
    return [_workload(name) for name in WORKLOADS.references()]


def problems(plan: Plan, machine: Limits | None = None) -> list[Problem]:
    """Why the plan cannot run here, in sentences; empty when it can."""
    found = _unknown("strategy", plan.strategy, STRATEGIES)
    found += _unknown("workload", plan.workload, WORKLOADS)
    if found:
        return found
    workload, strategy = _workload(plan.workload), _strategy(plan.strategy)
    for field, entry in (("workload", workload), ("strategy", strategy)):
        if entry.reason is not None:
            return [Problem(field, f"{field} {entry.id} is not available: {entry.reason}.")]
    return check(plan, strategy.traits, machine or limits())


def _strategy(name: str) -> StrategyEntry:
    try:
        found = _expect(Strategy, STRATEGIES.load(name))
        traits = Traits(kind=found.kind, options=found.options)
        reason = found.unavailable()
        if found.kind not in KINDS:
            reason = f"its workers are of an unknown kind, {found.kind!r}"
        return StrategyEntry(name, found.summary, reason, traits, found)
    except (Exception, SystemExit) as error:  # whatever another package does
        traits = Traits(kind="unknown", options=frozenset())
        return StrategyEntry(name, "", _failure(error), traits, None)


def _workload(name: str) -> WorkloadEntry:
    try:
        found = _expect(Workload, WORKLOADS.load(name))
        return WorkloadEntry(name, found.summary, None, found)
    except (Exception, SystemExit) as error:
        return WorkloadEntry(name, "", _failure(error), None)


def _expect(kind: type[T], found: object) -> T:
    if not isinstance(found, kind):
        raise TypeError(f"it is of type {type(found).__name__}, not {kind.__name__}")
    return found


def _failure(error: BaseException) -> str:
    return f"it failed to load ({type(error).__name__}: {error})"


def _unknown(field: str, name: str, registry: Registry[T]) -> list[Problem]:
    known = list(registry.references())
    if name in known:
        return []
    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return [Problem(field, f"there is no {field} {name!r}: choose {', '.join(known)}.{hint}")]
