"""Findings about pools all whose workers are taken: by tasks that wait for others of the pool, or
by slow ones that leave none for what somebody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.parts import Part
from concviz.analysis.statistics import NS
from concviz.analysis.steps import Steps
from concviz.analysis.thresholds import NEARLY_ALL
from concviz.analysis.wording import count, duration
from concviz.model.entities import Worker
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.states import State

LOOP = "loop"
STARVED_NS = 100_000_000
"""A pool that stands still for less may only be slow for a moment."""
LATE_NS = 300_000_000
"""In the queue of an executor, from which a coroutine that waits for it is late."""
MUCH_LATER = 3
"""Times as long in the queue as under way, from which it is the queue that takes the time."""
MOST = 100
"""Late tasks, of which the latest are looked at."""
ANCESTORS = 5
"""Tasks that asked for a task that asked for a task …"""


@rule(12, Of.GROUP, of_ends=True)
def own_pool(facts: Facts) -> Steps[Finding | None]:
    """Workers that all wait for tasks of their own pool: none is left to do those."""
    part, tasks = facts.part, facts.run.tasks
    if part is None or not facts.pooled or not facts.workers:
        return None
    places = {number: task for task, number in enumerate(part.numbers)}
    longest, worst, number = 0, (0, 0), 0
    for task in range(len(tasks)):
        asker = _asker(part, task, places)
        if asker is not None:
            begin, end = tasks.submitted[task], _stood(facts, task, asker)
            if end - begin >= STARVED_NS and _all_wait(facts, begin, end):
                number += 1
                longest, worst = max((longest, worst), (end - begin, (asker, task)))
        if task % 500 == 0:
            yield
    if not number:
        return None
    workers = sum(bool(len(worker.lane)) for worker in facts.run.workers)
    asker, task = worst
    return Finding(
        "own-pool",
        "A pool waited for itself",
        f"{facts.subject(asker)} waited for {facts.name(task)}, which is a task of the same pool, "
        f"while all {count(workers, 'worker')} of it waited so: none was left to do it, and the "
        f"pool stood still for {duration(longest / NS)}. Give the inner tasks a pool of their own, "
        "or call them directly.",
        {
            "starved": number,
            "longest_s": longest / NS,
            "workers": workers,
            "task": facts.number(task),
            "asked_by": facts.number(asker),
        },
    )


def _asker(part: Part, task: int, places: dict[int, int]) -> int | None:
    """The task of the same pool that asked for it, perhaps by way of others."""
    named = part.whole.tasks.named
    number = part.numbers[task]
    for _ in range(ANCESTORS):
        told = named.get(number)
        if told is None or told.by is None:
            return None
        if told.by in places:
            return places[told.by]
        number = told.by
    return None


def _stood(facts: Facts, task: int, asker: int) -> int:
    """Until when a task had not begun and the one that asked for it was under way."""
    tasks = facts.run.tasks
    known = tasks.started[task], tasks.finished[asker], tasks.cancelled.get(task, UNKNOWN)
    return min([t for t in known if t != UNKNOWN], default=facts.run.finished)


def _all_wait(facts: Facts, begin: int, end: int) -> bool:
    """Whether every worker had a task all the while, and all that was seen was waiting."""
    there = [worker for worker in facts.run.workers if _lives(worker, begin, end)]
    if not there or not all(_taken(worker, begin, end) for worker in there):
        return False
    for worker in there:
        spent = worker.states.between(begin, end)
        if sum(spent) and spent[State.THREAD_WAIT] + spent[State.LOCK] < NEARLY_ALL * sum(spent):
            return False
    return True


def _lives(worker: Worker, begin: int, end: int) -> bool:
    return worker.begins <= begin and not UNKNOWN != worker.ended < end and not worker.helper


def _taken(worker: Worker, begin: int, end: int) -> bool:
    return worker.lane.busy(begin, end) >= NEARLY_ALL * (end - begin)


@rule(46, Of.GROUP)
def executor_full(facts: Facts) -> Finding | None:
    """What coroutines wait for does not begin, because slow jobs have all threads."""
    part, tasks = facts.part, facts.run.tasks
    if part is None or part.group.kind != "thread-pool" or not _has_loop(part):
        return None
    late = [
        (length, task)
        for length, task in nlargest(MOST, _queued(facts))
        if _all_taken(facts, tasks.submitted[task], tasks.submitted[task] + length, task)
    ]
    if not late:
        return None
    longest, task = max(late)
    off = sum(tasks.outcome[task] == Outcome.CANCELLED for _, task in late)
    began = tasks.started[task] != UNKNOWN
    how = "began after" if began else "was called off before it began, after"
    busy = _busy_with(facts, tasks.submitted[task], tasks.submitted[task] + longest)
    workers = len(facts.workers)
    threads = f"all {workers:,} threads" if workers > 1 else "the only thread"
    return Finding(
        "executor-full",
        "The executor was full",
        f"{facts.subject(task)} {how} {duration(longest / NS)} in the queue: slow jobs ({busy}) "
        f"had {threads} of the executor. Give slow jobs an executor of their own, or this one "
        "more threads.",
        {
            "late": len(late),
            "called_off": off,
            "queued_s": longest / NS,
            "task": facts.number(task),
            "workers": workers,
        },
    )


def _has_loop(part: Part) -> bool:
    return any(group.kind == LOOP for group in part.whole.surroundings.groups.values())


def _queued(facts: Facts) -> Iterator[tuple[int, int]]:
    """How long tasks were in the queue that were long there, for what they are."""
    tasks = facts.run.tasks
    for task in range(len(tasks)):
        submitted, started = tasks.submitted[task], tasks.started[task]
        if submitted == UNKNOWN:
            continue
        if started == UNKNOWN:
            if task in tasks.cancelled and tasks.cancelled[task] - submitted >= STARVED_NS:
                yield tasks.cancelled[task] - submitted, task
        elif started - submitted >= LATE_NS and tasks.finished[task] != UNKNOWN:
            took = tasks.finished[task] - started
            if started - submitted >= MUCH_LATER * took:
                yield started - submitted, task


def _all_taken(facts: Facts, begin: int, end: int, task: int) -> bool:
    """Whether all threads were busy meanwhile, with jobs of another function."""
    there = [worker for worker in facts.workers if _lives(worker, begin, end)]
    own = _function(facts, task)
    return bool(there) and all(
        _taken(worker, begin, end)
        and own not in {_function(facts, worker.lane.tasks[k]) for k in _spans(worker, begin, end)}
        for worker in there
    )


def _spans(worker: Worker, begin: int, end: int) -> Iterator[int]:
    lane = worker.lane
    for k in range(lane.nearest(begin), len(lane)):
        if lane.starts[k] >= end:
            return
        if lane.ends[k] > begin:
            yield k


def _busy_with(facts: Facts, begin: int, end: int) -> str:
    """The job that had a thread for longest meanwhile."""
    spans = [
        (min(end, worker.lane.ends[k]) - max(begin, worker.lane.starts[k]), worker.lane.tasks[k])
        for worker in facts.workers
        for k in _spans(worker, begin, end)
    ]
    return facts.name(max(spans)[1]) if spans else ""


def _function(facts: Facts, task: int) -> str:
    return facts.name(task).partition("(")[0]
