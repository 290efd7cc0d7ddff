"""Findings about how the tasks lay on the workers."""

from __future__ import annotations

from heapq import heapreplace
from statistics import median

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import MAINLY
from concviz.analysis.wording import count, duration
from concviz.model.lanes import OPEN
from concviz.trace.states import State

ALIKE = 1.5
"""The longest of tasks that count as equally long, in lengths of the shortest."""
ROUNDS = 5
"""With more rounds a half-empty last one costs little."""
GAIN = 0.1
"""Share of the makespan that smaller chunks have to save to be worth the trouble."""
TAIL = 0.2
"""Share of the makespan in which one worker alone is busy, from which that is its tail."""


@rule(150, Of.PLAN, of_dispatch=True)
def uneven_rounds(facts: Facts) -> Finding | None:
    """Tasks of equal length whose number is no multiple of the workers'."""
    workers, tasks = len(facts.workers), facts.tasks
    if not facts.did_all or not facts.shared or workers < 2:
        return None
    rounds, last = -(-tasks // workers), tasks % workers
    if not last or rounds > ROUNDS or facts.chunksize > 1:
        return None
    lengths = facts.lengths
    if not lengths or lengths[-1] > ALIKE * max(1, lengths[0]):
        return None
    if any(len(worker.lane) not in (rounds - 1, rounds) for worker in facts.workers):
        return None
    wanted = -(-tasks // (rounds - 1))
    room = facts.kind != "thread" and facts.cores is not None and wanted <= facts.cores
    if facts.computes and not room:
        return None
    if not facts.computes and facts.share(State.SLEEP, State.IO) < MAINLY:
        return None  # that they would wait together is not known
    # A round less is a task's time less: what else the run did, such as starting, stays.
    took, better = facts.makespan / NS, (facts.makespan - median(lengths)) / NS
    idle = workers - last
    return Finding(
        "uneven-rounds",
        f"{rounds} rounds, the last not full",
        f"{tasks:,} tasks on {workers:,} workers leave {idle:,} of them idle in round {rounds}, "
        f"the last: {duration(took)} instead of about {duration(better)} with {wanted:,} workers.",
        {
            "tasks": tasks,
            "workers": workers,
            "idle": idle,
            "rounds": rounds,
            "makespan_s": took,
            "suggested_workers": wanted,
            "estimated_s": better,
        },
    )


@rule(160, Of.PLAN, of_dispatch=True)
def chunks(facts: Facts) -> Finding | None:
    """Workers that idle while others work off what they took in one piece."""
    size, run = facts.chunksize, facts.run
    workers = len(facts.workers)
    if size < 2 or workers < 2 or not facts.did_all or long_tail(facts) is not None:
        return None
    if facts.computes and (facts.cores is None or workers > facts.cores):
        return None  # those that idle would have no core
    pairs = zip(run.tasks.started, run.tasks.finished, strict=True)
    lengths = [max(0, end - start) for start, end in pairs]
    now, best = (_in_chunks(lengths, each, workers) for each in (size, 1))
    if now - best < GAIN * facts.makespan:
        return None
    smaller = size
    while smaller > 1 and _in_chunks(lengths, smaller, workers) > best + (now - best) / 10:
        smaller //= 2
    saved = (now - _in_chunks(lengths, smaller, workers)) / NS
    ends = sorted(worker.lane.ends[-1] for worker in facts.workers)
    idle = sum(ends[-1] - end for end in ends)
    return Finding(
        "chunks",
        "The chunks are too large",
        f"Workers idle for {duration(idle / NS)} in all while others work off their chunks of "
        f"{size:,} tasks: lower chunksize. With {smaller:,} it would take about {duration(saved)} "
        "less.",
        {
            "chunksize": size,
            "suggested_chunksize": smaller,
            "idle_s": idle / NS,
            "saved_s": saved,
            "makespan_s": facts.makespan / NS,
        },
    )


def _in_chunks(lengths: list[int], size: int, workers: int) -> int:
    """How long tasks of these lengths take if whoever is free takes the next so many of them."""
    free = [0] * workers
    for begin in range(0, len(lengths), size):
        heapreplace(free, free[0] + sum(lengths[begin : begin + size]))
    return max(free)


@rule(170, Of.PLAN, Of.BATCH, of_dispatch=True)
def long_tail(facts: Facts) -> Finding | None:
    """One long task that all the others are done before."""
    ends = sorted(
        (end, worker.index)
        for worker in facts.workers
        if (end := worker.lane.ends[-1]) != OPEN  # a worker's last task is the last to end
    )
    if not facts.did_all or len(ends) < 2 or len(ends) != len(facts.workers):
        return None
    (before, _), (end, index) = ends[-2:]
    task = facts.run.workers[index].lane.tasks[-1]
    if not facts.pooled or facts.items(task) > 1 or not facts.weighs(end - before):
        return None
    length = end - facts.run.tasks.started[task]
    if min(end - before, length) < TAIL * facts.makespan:
        return None
    typical = median(facts.lengths)
    if length < ALIKE * max(1, typical):
        return None
    return Finding(
        "long-tail",
        f"{facts.subject(task)} makes a tail",
        f"{facts.subject(task)} makes a tail: {duration((end - before) / NS)} on one worker "
        f"while the others idle. It takes {duration(length / NS)}, most take "
        f"{duration(typical / NS)}: start it first, or split it.",
        {
            "task": facts.number(task),
            "tail_s": (end - before) / NS,
            "tail_share": (end - before) / facts.makespan,
            "task_s": length / NS,
            "median_s": typical / NS,
        },
    )


@rule(180, Of.PLAN)
def idle_workers(facts: Facts) -> Finding | None:
    """A pool that is larger than its work."""
    plan = facts.run.plan
    if plan is None:
        return None
    pooled = plan.strategy in ("thread-pool", "process-pool", "asyncio", "interpreters")
    if not pooled or plan.workers <= facts.tasks:
        return None
    spare = plan.workers - facts.tasks
    return Finding(
        "idle-workers",
        f"{plan.workers:,} workers for {count(facts.tasks, 'task')}",
        f"{plan.workers:,} workers for {count(facts.tasks, 'task')}: {spare:,} had nothing to do.",
        {"workers": plan.workers, "tasks": facts.tasks, "spare": spare},
    )
