"""What there is to compare: the cases of a comparison and of a sweep, or why there are none."""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec.structs import replace

from concviz.analysis.comparison import BASELINE
from concviz.analysis.measurement import Case
from concviz.experiments.clusters import needs_cluster
from concviz.runner import catalogue
from concviz.runner.functions_known import ASYNCIO
from concviz.runner.limits import limits
from concviz.strategies import STRATEGIES
from concviz.trace.plan import MAX_TASKS, Limits, Load, Plan, Problem

MOST_POINTS = 200
"""Strategies times numbers of workers in a sweep."""
FEW = 4
"""Rounds of tasks that a sweep may do without being asked to."""
ONE_WAY = (
    "{} is an async function, which only asyncio can run, so there is nothing to compare; "
    "a sweep tries how many at once: concviz sweep --strategy asyncio."
)
TASK_S = 0.25
"""How long a task of a sweep lasts if nobody says: it is many runs."""


def compared(plan: Plan, strategies: Sequence[str] = (), *, ask: bool = True) -> list[Case]:
    """A case for each strategy, the sequential one first if not named.

    If none is named: all; but a cluster only if the plan has to do with one: it takes seconds to
    start, which a comparison of threads and processes need not wait for.
    What cannot run here is a case, too, and says why; for that a cluster that the plan names is
    asked, if it may be asked now. Raises UnusableError where nothing can be
    compared: for a strategy or a workload that there is not.
    """
    names = list(dict.fromkeys(strategies)) or _all(plan)
    _must_exist(plan, names)
    if is_async(plan):
        raise UnusableError([Problem("strategies", ONE_WAY.format(plan.workload))])
    if BASELINE not in names:
        names.insert(0, BASELINE)
    machine = limits()
    cases = [_case(replace(plan, strategy=name), machine, ask=ask) for name in names]
    others = [case for case in cases if case.strategy != BASELINE]
    if others and not any(case.available for case in others):
        raise UnusableError([Problem("strategies", f"{c.strategy}: {c.reason}.") for c in others])
    for case in cases:
        if case.strategy == BASELINE and not case.available:
            raise UnusableError([Problem("strategies", f"{BASELINE}: {case.reason}.")])
    return cases


def _all(plan: Plan) -> list[str]:
    names = list(STRATEGIES.references())
    if plan.scheduler or needs_cluster(plan.strategy):
        return names
    return [name for name in names if not needs_cluster(name)]


def swept(
    plan: Plan, strategies: Sequence[str], counts: Sequence[int], *, ask: bool = True
) -> tuple[Case, list[Case]]:
    """The sequential case and one for each strategy and number of workers, in that order.

    Raises UnusableError for a strategy that does not take a number of workers, and for a number
    that is out of range.
    """
    names = list(dict.fromkeys(strategies))
    loop = replace(plan, strategy=ASYNCIO, workers=1) if is_async(plan) else None
    _must_exist(plan, names)
    found = []
    for name in names:
        entry = catalogue.strategy(name)
        if entry.reason is None and "workers" not in entry.traits.options:
            able = [e.id for e in catalogue.strategies() if "workers" in e.traits.options]
            one = "does one task after the other" if name == BASELINE else "has a worker per task"
            words = f"{name} {one}, so there is no number to sweep: choose {', '.join(able)}."
            found.append(Problem("strategy", words))
    if len(names) * len(counts) > MOST_POINTS:
        words = f"there are {len(names) * len(counts):,} points: {MOST_POINTS} at most."
        found.append(Problem("workers", words))
    if found:
        raise UnusableError(found)
    machine = limits()
    plans = [replace(plan, strategy=name, workers=n) for name in names for n in counts]
    baseline = loop or replace(plan, strategy=BASELINE)
    for each in [baseline, *plans]:
        found += [p for p in catalogue.problems(each, machine, ask=ask) if p not in found]
    if found:
        raise UnusableError(found)
    return _case(baseline, machine), [_case(p, machine, ask=ask) for p in plans]


def is_async(plan: Plan) -> bool:
    """Whether the plan calls an async function, which only an event loop can. May wait."""
    facts = catalogue.task(plan).facts if plan.calls else None
    return facts is not None and facts.called is not None and facts.called.is_async


class UnusableError(ValueError):
    """What was asked for cannot be compared or swept; ``problems`` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(problem.sentence for problem in problems))
        self.problems = problems


def usual_counts(tasks: int | None, cores: float, there: int | None = None) -> list[int]:
    """Numbers of workers to try if nobody says which: powers of two up to beyond the cores.

    Or up to those that are ``there``, in a cluster.
    """
    most = max(8, 4 * round(cores)) if there is None else there
    most = most if tasks is None else min(tasks, most)
    counts = [1 << k for k in range(most.bit_length()) if 1 << k <= most]
    return sorted({*counts, most})


def even_tasks(counts: Sequence[int]) -> int:
    """A number of tasks that leaves none of these numbers of workers with an uneven round.

    Where it would have to be very large: a few for each of the most workers.
    """
    sensible = [count for count in counts if count > 0] or [1]
    even, most = math.lcm(*sensible), max(sensible)
    rounds = -(-2 * most // even)  # so that the most workers have two at least
    return min(MAX_TASKS, even * rounds if even <= FEW * most else 2 * most)


def counts_of(text: str) -> list[int]:
    """Numbers of workers as a person writes them: "4", "1,2,4,8", "1-8", "1-4,8".

    Raises ValueError, in a sentence, for anything else.
    """
    found: set[int] = set()
    for part in text.replace("–", "-").split(","):
        first, dash, last = part.partition("-")
        try:
            low, high = int(first), int(last if dash else first)
        except ValueError:
            raise ValueError(f"workers is {text!r}: write it as 1-8 or as 1,2,4,8.") from None
        if high < low:
            words = f"{low}-{high} runs backwards: write {high}-{low}."
            raise ValueError(f"workers is {text!r}: {words}")
        if low < 1:
            raise ValueError(f"workers is {text!r}: {part.strip()} is no range from 1 upwards.")
        if high - low >= MOST_POINTS:
            raise ValueError(f"workers is {text!r}: that is more than {MOST_POINTS} numbers.")
        found.update(range(low, high + 1))
    return sorted(found)


def case_of(plan: Plan, strategy: str) -> Case:
    """The plan under that strategy, which there must be; its case says whether it can run here.

    No cluster is asked for that.
    """
    return _case(replace(plan, strategy=strategy), limits(), ask=False)


def _case(plan: Plan, machine: Limits, *, ask: bool = True) -> Case:
    traits = catalogue.strategy(plan.strategy).traits
    problems = catalogue.problems(plan, machine, ask=ask)
    reason = problems[0].sentence.rstrip(".") if problems else None
    if reason is not None:  # the row has the strategy's name already
        reason = reason.removeprefix(f"strategy {plan.strategy} is not available: ")
    facts = catalogue.task(plan).facts
    load = facts.load if facts is not None else Load()
    return Case(plan, traits, reason, available=reason is None, load=load)


def _must_exist(plan: Plan, names: Sequence[str]) -> None:
    known = list(STRATEGIES.references())
    plans = [replace(plan, strategy=name) for name in names if name not in known]
    found = [problem for each in plans for problem in catalogue.problems(each)]
    if not found:  # a workload that there is not, or that is not available
        problems = catalogue.problems(replace(plan, strategy=BASELINE))
        found = [problem for problem in problems if problem.field != "strategy"]
    if found:
        raise UnusableError(list(dict.fromkeys(found)))
