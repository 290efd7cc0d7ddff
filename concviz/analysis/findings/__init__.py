"""What stands out in a run: short sentences with the numbers behind them, and what to try.

Each rule is a pure function from the facts of a run to a finding, or to None when it does not
apply; any file of this folder may have some. A rule says nothing about what was not seen, and
rules that explain the same thing exclude each other.
"""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module
from pkgutil import iter_modules
from weakref import WeakKeyDictionary

from concviz.analysis.findings import registry
from concviz.analysis.findings.dispatch import dear_dispatch
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.merging import Found, merged
from concviz.analysis.findings.registry import Of, Rule, rule
from concviz.analysis.parts import batches, groups
from concviz.analysis.steps import Steps, at_once
from concviz.analysis.thresholds import NEGLIGIBLE
from concviz.model.run import Run
from concviz.trace.states import Spent

__all__ = ["Finding", "Of", "by_and_by", "findings", "remember", "rule"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


_remembered: WeakKeyDictionary[Run, list[Finding]] = WeakKeyDictionary()


def findings(run: Run, spent: Spent | None = None) -> list[Finding]:
    """What stands out in a run that has ended; ``spent`` is how the time of its tasks was spent."""
    known = _remembered.get(run)
    return at_once(by_and_by(run, spent)) if known is None else list(known)


def remember(run: Run) -> None:
    """Have them worked out once for all who will ask: nothing is added to that run any more."""
    _remembered[run] = findings(run)


def by_and_by(run: Run, spent: Spent | None = None) -> Steps[list[Finding]]:
    """The same in steps of some milliseconds, however many tasks there were."""
    facts = Facts.of(run, spent)
    if facts is None:
        return []
    if run.program is None:
        found = yield from _look(facts, Of.PLAN)
        return [each.finding for each in found]
    found = yield from _look(facts, Of.PROGRAM)
    for part in (yield from groups(run)):
        group = Facts.of(part.run, part=part)
        if group is None:
            continue
        brief = group.makespan < NEGLIGIBLE * facts.makespan
        found += yield from _look(group, Of.GROUP, brief)
        if brief:
            continue
        for batch in (yield from batches(part)):
            its = group if batch is part else Facts.of(batch.run, part=batch)
            if its is not None and its.makespan >= NEGLIGIBLE * facts.makespan:
                found += yield from _look(its, Of.BATCH)
    return merged(found)


def _look(facts: Facts, of: Of, brief: bool = False) -> Steps[list[Found]]:
    """What the rules of such facts find, the most important first."""
    rules = [each for each in registry.RULES if of in each.of and (each.of_ends or not brief)]
    dear = None
    if any(each.look is dear_dispatch for each in rules):
        dear = yield from dear_dispatch(facts)
    found = []
    for each in rules:
        if dear is None or not each.of_dispatch:
            finding = dear if each.look is dear_dispatch else (yield from _ask(each, facts))
            if finding is not None:
                found.append(Found(each.rank, finding, facts))
            yield
    return found


def _ask(each: Rule, facts: Facts) -> Steps[Finding | None]:
    finding = each.look(facts)
    return (yield from finding) if isinstance(finding, Generator) else finding
