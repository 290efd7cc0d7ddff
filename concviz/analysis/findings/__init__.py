"""What stands out in a run: short sentences with the numbers behind them, and what to try.

Each rule is a pure function from the facts of a run to a finding, or to None when it does not
apply; any file of this folder may have some. A rule says nothing about what was not seen, and
rules that explain the same thing exclude each other.
"""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module
from pkgutil import iter_modules

from concviz.analysis.findings import registry
from concviz.analysis.findings.dispatch import dear_dispatch
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import rule
from concviz.analysis.findings.steps import Steps, at_once
from concviz.model.run import Run
from concviz.trace.states import Spent

__all__ = ["Finding", "by_and_by", "findings", "rule"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def findings(run: Run, spent: Spent | None = None) -> list[Finding]:
    """What stands out in a run that has ended; ``spent`` is how the time of its tasks was spent."""
    return at_once(by_and_by(run, spent))


def by_and_by(run: Run, spent: Spent | None = None) -> Steps[list[Finding]]:
    """The same in steps of some milliseconds, however many tasks there were."""
    facts = Facts.of(run, spent)
    if facts is None:
        return []
    dear = yield from dear_dispatch(facts)
    found = []
    for each in registry.RULES:
        if dear is not None and each.of_dispatch:
            continue
        finding = dear if each.look is dear_dispatch else each.look(facts)
        if isinstance(finding, Generator):
            finding = yield from finding
        if finding is not None:
            found.append(finding)
        yield
    return found
