"""What stands out in a run: short sentences with the numbers behind them, and what to try.

Each rule is a pure function from the facts of a run to a finding, or to None when it does not
apply; any file of this folder may have some. A rule says nothing about what was not seen, and
rules that explain the same thing exclude each other.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from concviz.analysis.findings import registry
from concviz.analysis.findings.dispatch import dear_dispatch
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import rule
from concviz.model.run import Run
from concviz.trace.states import Spent

__all__ = ["Finding", "findings", "rule"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def findings(run: Run, spent: Spent | None = None) -> list[Finding]:
    """What stands out in a run that has ended; ``spent`` is how the time of its tasks was spent."""
    facts = Facts.of(run, spent)
    if facts is None:
        return []
    dear = dear_dispatch(facts) is not None
    looks = [rule.look for rule in registry.RULES if not (dear and rule.of_dispatch)]
    return [finding for look in looks if (finding := look(facts)) is not None]
