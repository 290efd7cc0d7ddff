"""What there is to choose from, and whether a choice can run here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from concviz.engine.limits import limits
from concviz.engine.registry import Registry
from concviz.engine.strategies import STRATEGIES, Strategy
from concviz.engine.workloads import WORKLOADS, Workload
from concviz.model.plan import Limits, Plan, Problem, Traits, check

T = TypeVar("T")


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
    entries = []
    for name in STRATEGIES.references():
        found, reason = _load(STRATEGIES.load, name)
        if found is None:
            traits = Traits(kind="unknown", options=frozenset())
            entries.append(StrategyEntry(name, "", reason, traits, None))
        else:
            traits = Traits(kind=found.kind, options=found.options)
            entries.append(StrategyEntry(name, found.summary, found.unavailable(), traits, found))
    return entries


def workloads() -> list[WorkloadEntry]:
    """All workloads, ours first."""
    entries = []
    for name in WORKLOADS.references():
        found, reason = _load(WORKLOADS.load, name)
        entries.append(WorkloadEntry(name, found.summary if found else "", reason, found))
    return entries


def problems(plan: Plan, machine: Limits | None = None) -> list[Problem]:
    """Why the plan cannot run here, in sentences; empty when it can."""
    found = _unknown("strategy", plan.strategy, STRATEGIES)
    found += _unknown("workload", plan.workload, WORKLOADS)
    if found:
        return found
    workload, reason = _load(WORKLOADS.load, plan.workload)
    if workload is None:
        return [Problem("workload", f"workload {plan.workload} is not available: {reason}.")]
    strategy, reason = _load(STRATEGIES.load, plan.strategy)
    reason = strategy.unavailable() if strategy else reason
    if strategy is None or reason:
        return [Problem("strategy", f"strategy {plan.strategy} is not available: {reason}.")]
    traits = Traits(kind=strategy.kind, options=strategy.options)
    return check(plan, traits, machine or limits())


def _load(load: Callable[[str], T], name: str) -> tuple[T | None, str | None]:
    try:
        return load(name), None
    except Exception as error:  # whatever another package's module does when imported
        return None, f"it failed to load ({type(error).__name__}: {error})"


def _unknown(field: str, name: str, registry: Registry[T]) -> list[Problem]:
    known = list(registry.references())
    if name in known:
        return []
    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return [Problem(field, f"there is no {field} {name!r}: choose {', '.join(known)}.{hint}")]
