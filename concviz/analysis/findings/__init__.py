"""What stands out in a run: short sentences with the numbers behind them, and what to try.

Each rule is a pure function from the facts of a run to a finding, or to None when it does not
apply. A rule says nothing about what was not seen, and rules that explain the same thing exclude
each other.
"""

from __future__ import annotations

from collections.abc import Callable

from concviz.analysis.findings import dispatch, ends, others, returns, shape, waits
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.model.run import Run
from concviz.trace.states import Spent

__all__ = ["RULES", "Finding", "findings"]

Rule = Callable[[Facts], Finding | None]

RULES: tuple[Rule, ...] = (
    dispatch.dear_dispatch,
    ends.lost_worker,
    ends.failures,
    returns.pickling,
    waits.gil_wait,
    waits.loop_blocked,
    waits.loop_wait,
    waits.lock_convoy,
    waits.coroutines_at_locks,
    waits.core_wait,
    waits.in_turn,
    others.started,
    others.waits_for_others,
    dispatch.start_up,
    shape.uneven_rounds,
    shape.chunks,
    shape.long_tail,
    shape.idle_workers,
    returns.held_back,
)
"""The most important first."""

CONSEQUENCES: tuple[Rule, ...] = (
    waits.gil_wait,
    waits.loop_wait,
    waits.lock_convoy,
    waits.coroutines_at_locks,
    waits.core_wait,
    others.waits_for_others,
    dispatch.start_up,
    shape.uneven_rounds,
    shape.chunks,
    shape.long_tail,
    returns.held_back,
)
"""What needs no cause of its own where the dispatch is dearer than the tasks."""


def findings(run: Run, spent: Spent | None = None) -> list[Finding]:
    """What stands out in a run that has ended; ``spent`` is how the time of its tasks was spent."""
    facts = Facts.of(run, spent)
    if facts is None:
        return []
    dear = dispatch.dear_dispatch(facts) is not None
    rules = [rule for rule in RULES if not (dear and rule in CONSEQUENCES)]
    return [finding for rule in rules if (finding := rule(facts)) is not None]
