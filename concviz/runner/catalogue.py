"""What there is to choose from, and whether a choice can run here.

Ours are loaded; an entry of another package is a name until it is used. Then it is loaded, too, but
in a process of its own (``inspection``), and what was found out is remembered.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from msgspec.structs import replace

from concviz.runner import clusters_known, functions_known
from concviz.runner.entry import Entry
from concviz.runner.facts import Facts, look
from concviz.runner.inspection import inspect
from concviz.runner.limits import limits
from concviz.strategies import STRATEGIES
from concviz.trace.plan import Limits, Plan, Problem, check
from concviz.worker.registry import Registry
from concviz.workloads.registry import WORKLOADS

__all__ = [
    "Entry",
    "problems",
    "sources",
    "strategies",
    "strategy",
    "task",
    "workload",
    "workloads",
]

_known: dict[tuple[str, str], Facts] = {}
"""By group of entry points and reference."""


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


def task(plan: Plan) -> Entry:
    """All about what the plan's tasks do. May wait, and raises, as above."""
    return functions_known.entry(plan) if plan.calls else workload(plan.workload)


def sources(chosen: Entry | None, task: Entry | None) -> tuple[str, str]:
    """The code of a strategy and of a workload, in its form for it; empty where it is not known."""
    strategy = chosen.facts if chosen is not None else None
    workload = task.facts if task is not None else None
    own = workload.source if workload else ""
    if strategy and workload and strategy.traits.kind == "coroutine" and workload.coroutine:
        own = workload.coroutine
    return strategy.source if strategy else "", own


def problems(plan: Plan, machine: Limits | None = None, *, ask: bool = True) -> list[Problem]:
    """Why the plan cannot run here, in sentences; empty when it can. May wait as above.

    Also for the cluster that it names, unless it is not to be asked now.
    """
    found = _unknown("strategy", plan.strategy, STRATEGIES)
    if not plan.calls:
        found += _unknown("workload", plan.workload, WORKLOADS)
    if found:
        return found
    chosen = strategy(plan.strategy)
    if plan.calls:
        if found := functions_known.problems(plan, chosen.traits):
            return found
    elif (reason := workload(plan.workload).reason) is not None:
        words = f"workload {plan.workload} is not available: {reason}."
        return [Problem("workload", words)]
    if chosen.reason is not None:
        return [Problem("strategy", f"strategy {chosen.id} is not available: {chosen.reason}.")]
    machine = machine or limits()
    if "scheduler" not in chosen.traits.options or not clusters_known.can_be_asked(plan):
        return check(plan, chosen.traits, machine)
    there, found = clusters_known.workers(plan.scheduler, ask=ask)
    return [*found, *check(plan, chosen.traits, replace(machine, cluster=there))]


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
