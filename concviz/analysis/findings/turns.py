"""Findings about waits that came after each other and could have been together."""

from __future__ import annotations

from itertools import pairwise

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import NEARLY_ALL, WAITS
from concviz.analysis.time_breakdown import of_task
from concviz.analysis.wording import count, duration, percent
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import State, total

FEWEST = 4
"""Tasks one after the other; fewer may be steps of one thing."""
ROUNDS = 4
"""Tasks for each worker from which a pool has a queue for most of its time."""
LEAST_NS = 300_000_000
"""Nobody minds shorter ones."""
APART = 0.1
"""Of the time from the first to the last, between them: who has more to do there does it in turn
for a reason."""


@rule(86, Of.GROUP)
def awaited_in_turn(facts: Facts) -> Finding | None:
    """Coroutines of one function, each asked for when the one before had ended, which only wait."""
    part, tasks = facts.part, facts.run.tasks
    if part is None or part.group.kind != "loop":
        return None
    alike: dict[str, list[int]] = {}
    for task in range(len(tasks)):
        alike.setdefault(part.label(task).partition("(")[0], []).append(task)
    found = [own for own in alike.values() if _in_turn(facts, own)]
    if not found:
        return None
    own = max(found, key=lambda each: _lasted(facts, each))
    spent = total(each for task in own if (each := of_task(facts.run, task)) is not None)
    waited = spent[State.SLEEP] + spent[State.IO]
    if not sum(spent) or waited < NEARLY_ALL * sum(spent):
        return None
    lasted, longest = _lasted(facts, own), max(tasks.finished[t] - tasks.started[t] for t in own)
    return Finding(
        "awaited-in-turn",
        "The waits came one by one",
        f"{facts.subject(own[0])} and {count(len(own) - 1, 'task')} like it waited "
        f"{percent(waited / sum(spent))} of their time, one after the other: each was asked "
        f"for when the one before had ended, which took {duration(lasted / NS)}. If none needs "
        "what the one before gave, gather() or a TaskGroup lets them wait together, for about "
        f"{duration(longest / NS)}.",
        {
            "tasks": len(own),
            "lasted_s": lasted / NS,
            "longest_s": longest / NS,
            "wait_share": waited / sum(spent),
        },
    )


def _lasted(facts: Facts, own: list[int]) -> int:
    tasks = facts.run.tasks
    return max(tasks.finished[task] for task in own) - min(tasks.started[task] for task in own)


def _in_turn(facts: Facts, own: list[int]) -> bool:
    """Whether these came one after the other, each asked for at once, with nothing beside them.

    But the one that waits for them: it is under way all the while, and there is only one.
    """
    tasks = facts.run.tasks
    if len(own) < FEWEST:
        return False
    if any(UNKNOWN in (tasks.submitted[t], tasks.started[t], tasks.finished[t]) for t in own):
        return False
    own.sort(key=lambda task: tasks.started[task])
    gaps = [tasks.submitted[after] - tasks.finished[before] for before, after in pairwise(own)]
    lasted = _lasted(facts, own)
    if min(gaps) < 0 or sum(gaps) > APART * lasted or lasted < LEAST_NS or not facts.weighs(lasted):
        return False
    begin, end = tasks.started[own[0]], tasks.finished[own[-1]]
    around = 0
    for task in {*range(len(tasks))} - {*own}:
        start, finish = tasks.started[task], tasks.finished[task]
        finish = facts.run.finished if finish == UNKNOWN else finish
        if start == UNKNOWN or start >= end or finish <= begin:
            continue
        if start > begin or finish < end:
            return False
        around += 1
    return around == 1


@rule(87, Of.GROUP)
def few_threads(facts: Facts) -> Finding | None:
    """A pool of threads that only wait, with a queue of tasks that only wait before it."""
    part, tasks, workers = facts.part, facts.run.tasks, len(facts.workers)
    if part is None or part.group.kind != "thread-pool" or not workers:
        return None
    share = facts.share(State.SLEEP, State.IO)
    if facts.tasks < ROUNDS * workers or not facts.did_all or share < NEARLY_ALL:
        return None
    if facts.makespan < LEAST_NS or not facts.weighs(facts.makespan):
        return None
    busy = sum(worker.lane.sums[-1] for worker in facts.workers)
    if busy < NEARLY_ALL * workers * facts.makespan:
        return None
    rows = zip(tasks.submitted, tasks.started, tasks.finished, strict=True)
    queued = [start - asked for asked, start, end in rows if start - asked >= end - start]
    if UNKNOWN in tasks.submitted or len(queued) < WAITS * facts.tasks:
        return None
    threads = f"All {workers:,} threads" if workers > 1 else "The only thread"
    return Finding(
        "few-threads",
        "Few threads for many waits",
        f"{threads} waited {percent(share)} of the time (I/O, sleep), while {len(queued):,} of "
        f"{count(facts.tasks, 'task')} stood in the queue for up to {duration(max(queued) / NS)}. "
        "Threads that wait need no core: with more of them "
        "(max_workers) it takes less time, if what they wait for can serve more at once.",
        {
            "workers": workers,
            "tasks": facts.tasks,
            "queued": len(queued),
            "queued_most_s": max(queued) / NS,
            "wait_share": share,
        },
    )
