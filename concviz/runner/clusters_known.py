"""What is known of clusters that plans name: found out in a process of its own, and remembered.

Not for long: workers come and go.
"""

from __future__ import annotations

from time import monotonic

from concviz.runner.entry import Entry
from concviz.runner.facts import CLUSTERS, Facts
from concviz.runner.inspection import inspect
from concviz.trace.plan import Plan, Problem
from concviz.trace.scheduler_address import wrong_with

FRESH_S = 30.0
"""How long an answer holds."""
_known: dict[str, tuple[float, Facts]] = {}
"""By address: when it was asked, and what came of it."""


def can_be_asked(plan: Plan) -> bool:
    """Whether the plan names a cluster, by an address that makes sense."""
    return plan.scheduler != "" and wrong_with(plan.scheduler) is None


def entry(address: str) -> Entry:
    """All about the cluster; may wait until it has answered."""
    facts = remembered(address)
    if facts is None:
        try:
            facts = inspect(CLUSTERS, address)
        except OSError as error:  # no more processes, open files or memory
            why = f"{address} could not be asked: {error.strerror or error}"
            return Entry(address, None, Facts(reason=why))
        if facts is not None:
            if facts.cluster is None:  # it did not come to its end
                facts = Facts(reason=f"{address} could not be asked: {facts.reason}")
            _known[address] = monotonic(), facts
    return Entry(address, None, facts)


def remembered(address: str) -> Facts | None:
    """What it answered a moment ago; None: it must be asked."""
    asked, facts = _known.get(address, (0.0, None))
    return facts if monotonic() - asked < FRESH_S else None


def forget_troubles() -> None:
    """What was wrong may have been mended: ask anew when that is wanted next."""
    for address in [each for each, (_, facts) in _known.items() if facts.reason is not None]:
        del _known[address]


def workers(address: str, *, ask: bool = True) -> tuple[int | None, list[Problem]]:
    """How many workers the cluster has, and why that is not known. May wait as above.

    Or, if nobody is to be asked, as far as it is remembered.
    """
    facts = entry(address).facts if ask else remembered(address)
    if facts is None:
        return None, []  # or what was asked was stopped: somebody leaves
    if facts.reason is not None:
        return None, [Problem("scheduler", f"{facts.reason}.")]
    return facts.cluster, []
