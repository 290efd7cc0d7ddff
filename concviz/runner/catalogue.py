"""What there is to choose from, and whether a choice can run here.

Ours are loaded; an entry of another package is a name until it is used. Then it is loaded, too, but
in a process of its own (``inspection``), and what was found out is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from concviz.runner.facts import UNKNOWN, Facts, look
from concviz.runner.inspection import inspect
from concviz.runner.limits import limits
from concviz.strategies import STRATEGIES
from concviz.trace.plan import Limits, Plan, Problem, Traits, check
from concviz.worker.registry import Registry
from concviz.workloads.registry import WORKLOADS

_known: dict[tuple[str, str], Facts] = {}
"""By group of entry points and reference."""


@dataclass(frozen=True)
class Entry:
    """A strategy or a workload as a list shows it."""

    id: str
    package: str | None
    """Where it is from; None for one of ours."""
    facts: Facts | None
    """None: it has not been looked at."""

    @property
    def summary(self) -> str:
        """What it is, or at least where it is from."""
        if self.facts is None:
            return f"from {self.package} (not loaded until used)"
        return self.facts.summary

    @property
    def reason(self) -> str | None:
        """Why it is not available; None when it is, as far as is known."""
        return self.facts.reason if self.facts is not None else None

    @property
    def traits(self) -> Traits:
        """Of a strategy, as far as they are known."""
        return self.facts.traits if self.facts is not None else UNKNOWN


def strategies() -> list[Entry]:
    """All strategies, ours first and without their sources; others as far as they are known."""
    return [_listed(STRATEGIES, name) for name in STRATEGIES.references()]


def workloads() -> list[Entry]:
    """All workloads, ours first and without their sources; others as far as they are known."""
    return [_listed(WORKLOADS, name) for name in WORKLOADS.references()]


def strategy(name: str) -> Entry:
    """All about a strategy; may wait until it is loaded. Raises KeyError for an unknown one."""
    return _looked_at(STRATEGIES, name)


def workload(name: str) -> Entry:
    """All about a workload; may wait until it is loaded. Raises KeyError for an unknown one."""
    return _looked_at(WORKLOADS, name)


def sources(chosen: Entry | None, task: Entry | None) -> tuple[str, str]:
    """The code of a strategy and of a workload, in its form for it; empty where it is not known."""
    strategy = chosen.facts if chosen is not None else None
    workload = task.facts if task is not None else None
    own = workload.source if workload else ""
    if strategy and workload and strategy.traits.kind == "coroutine" and workload.coroutine:
        own = workload.coroutine
    return strategy.source if strategy else "", own


def problems(plan: Plan, machine: Limits | None = None) -> list[Problem]:
    """Why the plan cannot run here, in sentences; empty when it can. May wait as above."""
    found = _unknown("strategy", plan.strategy, STRATEGIES)
    found += _unknown("workload", plan.workload, WORKLOADS)
    if found:
        return found
    chosen = strategy(plan.strategy)
    for field, entry in (("workload", workload(plan.workload)), ("strategy", chosen)):
        if entry.reason is not None:
            return [Problem(field, f"{field} {entry.id} is not available: {entry.reason}.")]
    return check(plan, chosen.traits, machine or limits())


def _listed(registry: Registry[Any], name: str, *, sources: bool = False) -> Entry:
    package, reference = registry.package(name), registry.reference(name)
    facts = look(registry.group, reference, sources=sources) if package is None else None
    return Entry(name, package, facts or _known.get((registry.group, reference)))


def _looked_at(registry: Registry[Any], name: str) -> Entry:
    entry = _listed(registry, name, sources=True)
    if entry.facts is not None:
        return entry
    reference = registry.reference(name)
    try:
        facts = inspect(registry.group, reference)
    except OSError as error:  # no more processes, open files or memory: perhaps later
        why = f"it could not be loaded: {error.strerror or error}"
        return Entry(name, entry.package, Facts(reason=why))
    if facts is not None:
        _known[registry.group, reference] = facts
    return Entry(name, entry.package, facts)


def _unknown(field: str, name: str, registry: Registry[Any]) -> list[Problem]:
    known = list(registry.references())
    if name in known:
        return []
    lower = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), lower, n=1)
    hint = f" Did you mean {lower[near[0]]}?" if near else ""
    return [Problem(field, f"there is no {field} {name!r}: choose {', '.join(known)}.{hint}")]
