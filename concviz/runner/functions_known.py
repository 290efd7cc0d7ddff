"""What is known of functions of somebody's own, found out in a process of its own, and remembered.

It is found out anew when a file that it depends on has been written since.
"""

from __future__ import annotations

import os
from multiprocessing import get_all_start_methods

from msgspec.structs import replace

from concviz.runner.entry import Entry
from concviz.runner.facts import FUNCTIONS, Called, Facts
from concviz.runner.inspection import inspect
from concviz.trace.plan import MAX_TASKS, Plan, Problem, Traits

ASYNCIO = "asyncio"
"""The strategy that has an event loop."""
Key = tuple[str, tuple[str, ...], str]
_known: dict[Key, Facts] = {}
"""By reference, inputs and current directory."""


def entry(plan: Plan) -> Entry:
    """All about the function of the plan and its inputs; may wait until it is loaded."""
    known = remembered(plan)
    if known is None:
        try:
            known = inspect(FUNCTIONS, plan.workload, plan.inputs)
        except OSError as error:  # no more processes, open files or memory; or too long a command
            why = f"{plan.workload} could not be looked at: {error.strerror or error}"
            return Entry(plan.workload, None, Facts(reason=why, called=Called()))
        if known is not None:
            if known.called is None:  # it did not come to its end
                why = f"{plan.workload} cannot be called: {known.reason}"
                known = replace(known, reason=why, called=Called(at_fault="workload"))
            _known[_key(plan)] = known
    return Entry(plan.workload, None, known)


def remembered(plan: Plan) -> Facts | None:
    """What was found out before, as long as it is still so; None: it must be found out."""
    known = _known.get(_key(plan))
    if known is None or known.called is None:
        return None
    return known if all(map(_as_it_was, known.called.files)) else None


def forget_troubles() -> None:
    """What was wrong may have been mended: look anew when that is asked for next."""
    for key in [key for key, facts in _known.items() if facts.reason is not None]:
        del _known[key]


def fitted(plan: Plan, most: int | None = None) -> Plan:
    """The plan with a task for each input, or for so many of them; as it is if they are unknown."""
    facts = entry(plan).facts
    if facts is None or facts.reason is not None or facts.called is None:
        return plan
    inputs = facts.called.inputs
    return replace(plan, tasks=inputs if most is None else min(most, inputs), duration_s=0.0)


def problems(plan: Plan, traits: Traits) -> list[Problem]:
    """Why the function cannot be called by workers of that kind; empty where it can. May wait."""
    facts = entry(plan).facts
    if facts is None or facts.called is None:
        return [Problem("workload", f"{plan.workload} could not be looked at.")]
    if facts.reason is not None:
        return [Problem(facts.called.at_fault or "workload", f"{facts.reason}.")]
    if facts.called.is_async and traits.kind != "coroutine":
        why = f"it is an async function, which needs an event loop: the strategy {ASYNCIO} has one"
        return [Problem("strategy", f"{plan.strategy} cannot call {plan.workload}: {why}.")]
    elsewhere = traits.kind in ("process", "interpreter", "cluster")
    if elsewhere and facts.called.unpicklable is not None and not _inherits(plan, traits):
        return [Problem("inputs", f"{facts.called.unpicklable}.")]
    if plan.tasks > facts.called.inputs:
        number = facts.called.inputs
        words = f"tasks is {plan.tasks:,}: there are only {number:,} inputs."
        return [Problem("tasks", words)]
    return []


def note(plan: Plan, asked: int | None) -> str | None:
    """What should be said of how many tasks the plan has, where fewer or more were asked for."""
    facts = entry(plan).facts
    called = facts.called if facts is not None else None
    if called is None or facts is None or facts.reason is not None:
        return None
    if asked is not None and asked > called.inputs:
        return f"there are only {called.inputs:,} inputs: so many tasks."
    if asked is None and called.more:
        return f"there are more than {MAX_TASKS:,} inputs: the first {called.inputs:,} are taken."
    return None


def _inherits(plan: Plan, traits: Traits) -> bool:
    """Whether a worker is made for its task, as a copy that has the argument already."""
    one_each = traits.kind == "process" and "workers" not in traits.options
    return one_each and (plan.start_method or get_all_start_methods()[0]) == "fork"


def _key(plan: Plan) -> Key:
    return plan.workload, plan.inputs, os.getcwd()  # noqa: PTH109


def _as_it_was(file: tuple[str, int]) -> bool:
    try:
        return os.stat(file[0]).st_mtime_ns == file[1]  # noqa: PTH116
    except OSError:
        return False
