"""Findings about how the tasks lay on the workers."""

from __future__ import annotations

from statistics import median

from concviz.model.findings.facts import Facts
from concviz.model.findings.finding import Finding
from concviz.model.findings.waits import IN_TURN
from concviz.model.lanes import OPEN
from concviz.model.states import State
from concviz.model.statistics import NS
from concviz.model.words import duration

ALIKE = 1.5
"""The longest of tasks that count as equally long, in lengths of the shortest."""
ROUNDS = 5
"""With more rounds a half-empty last one costs little."""
TAIL = 0.2
"""Share of the makespan in which one worker alone is busy."""


def uneven_rounds(facts: Facts) -> Finding | None:
    """Tasks of equal length whose number is no multiple of the workers'."""
    workers, tasks, lengths = len(facts.workers), facts.tasks, facts.lengths
    if not facts.did_all or not facts.shared or workers < 2 or not lengths:
        return None
    rounds, last = -(-tasks // workers), tasks % workers
    if not last or rounds > ROUNDS or lengths[-1] > ALIKE * max(1, lengths[0]):
        return None
    if any(len(worker.lane) not in (rounds - 1, rounds) for worker in facts.workers):
        return None
    wanted = -(-tasks // (rounds - 1))
    computes = facts.share(State.RUNNING, State.CORE_WAIT, State.GIL_WAIT, State.LOCK) > 0.3
    room = facts.kind != "thread" and facts.cores is not None and wanted <= facts.cores
    if computes and not room:
        return None
    if not computes and facts.share(State.SLEEP, State.IO) < IN_TURN:
        return None  # that they would wait together is not known
    took, better = facts.makespan / NS, facts.makespan / NS * (rounds - 1) / rounds
    idle = workers - last
    return Finding(
        "uneven-rounds",
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
    length = end - facts.run.tasks.started[task]
    typical = median(facts.lengths)
    if end - before < TAIL * facts.makespan or length < ALIKE * max(1, typical):
        return None
    return Finding(
        "long-tail",
        f"Task {task} makes a tail: {duration((end - before) / NS)} on one worker while the others "
        f"idle. It takes {duration(length / NS)}, most take {duration(typical / NS)}: start it "
        "first, or split it.",
        {
            "task": task,
            "tail_s": (end - before) / NS,
            "tail_share": (end - before) / facts.makespan,
            "task_s": length / NS,
            "median_s": typical / NS,
        },
    )


def idle_workers(facts: Facts) -> Finding | None:
    """A pool that is larger than its work."""
    plan = facts.run.plan
    pooled = plan.strategy in ("thread-pool", "process-pool", "asyncio", "interpreters")
    if not pooled or plan.workers <= facts.tasks:
        return None
    spare = plan.workers - facts.tasks
    return Finding(
        "idle-workers",
        f"{plan.workers:,} workers for {facts.tasks:,} task{'' if facts.tasks == 1 else 's'}: "
        f"{spare:,} had nothing to do.",
        {"workers": plan.workers, "tasks": facts.tasks, "spare": spare},
    )
