"""A finding about what a program's pool is handed in chunks."""

from __future__ import annotations

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.findings.shape import TAIL
from concviz.analysis.statistics import NS
from concviz.analysis.wording import count, duration
from concviz.model.tasks import UNKNOWN


@rule(165, Of.BATCH, of_dispatch=True)
def chunk_straggler(facts: Facts) -> Finding | None:
    """One worker that does the rest of its chunk alone while all others idle."""
    run = facts.run
    if not facts.pooled or not facts.did_all:
        return None
    there = [
        worker
        for worker in run.workers
        if not worker.helper and (worker.ended == UNKNOWN or worker.ended >= run.finished)
    ]
    last = [
        (worker.lane.reach[-1] if len(worker.lane) else run.started, worker.index)
        for worker in there
    ]
    if len(last) < 2:
        return None
    (before, _), (end, index) = sorted(last)[-2:]
    lane = run.workers[index].lane
    if not len(lane):
        return None
    task = lane.tasks[-1]
    items, alone = facts.items(task), min(end - before, end - lane.starts[-1])
    if items < 2 or alone < TAIL * facts.makespan or not facts.weighs(alone):
        return None
    others = len(last) - 1
    return Finding(
        "chunk-straggler",
        "A chunk made a tail",
        f"One worker did the rest of a chunk of {count(items, 'item')}, {facts.name(task)}, for "
        f"{duration(alone / NS)} alone, while {count(others, 'other')} idled: items go to workers "
        "in chunks, and what is in one cannot be shared. Lower chunksize, or start with the long "
        "items.",
        {
            "task": facts.number(task),
            "items": items,
            "alone_s": alone / NS,
            "idle": others,
            "makespan_s": facts.makespan / NS,
        },
    )
