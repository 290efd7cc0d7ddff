"""A finding about what it takes to send work to the processes of a program and results back."""

from __future__ import annotations

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import WAITS
from concviz.analysis.wording import duration, percent
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind

LARGE_NS = 1_000_000
"""Of CPU time for each task, from which it is the size of what is sent: the rest takes less."""


@rule(8, Of.GROUP)
def handing_over(facts: Facts) -> Finding | None:
    """Arguments or results that take long to pickle, compared with the work on them."""
    part, run = facts.part, facts.run
    if part is None or part.group.kind not in ("process-pool", "pool") or not facts.workers:
        return None
    pids = {worker.pid for worker in facts.workers}
    if any(worker.kind is not WorkerKind.PROCESS for worker in facts.workers):
        return None
    if run.cpu_known < facts.tasks:  # what is left would not be that alone
        return None
    begin = min(worker.lane.starts[0] for worker in facts.workers)
    end = max(worker.lane.reach[-1] for worker in facts.workers)
    there = sum(
        worker.states.between(worker.lane.starts[0], worker.lane.reach[-1])[State.RUNNING]
        for worker in facts.workers
    )
    there = max(0, there - run.cpu)
    here = sum(
        worker.states.between(begin, end)[State.RUNNING]
        for worker in part.whole.workers
        if worker.helper and worker.pid not in pids
    )
    over, work = there + here, facts.worked
    each = over / facts.tasks
    if each < LARGE_NS or over < WAITS * (over + work) or not facts.weighs(over):
        return None
    share = over / (over + work)
    return Finding(
        "handing-over",
        "Sending took more than it was worth",
        f"To send tasks to the processes and results back took {duration(each / NS)} of CPU time a "
        f"task, {percent(share)} of all that it and the tasks took: what is sent is pickled, "
        "copied and unpickled. Send less (a name, a range, a place in shared memory), or use "
        "threads, which copy nothing.",
        {
            "each_s": each / NS,
            "sending_s": here / NS,
            "receiving_s": there / NS,
            "tasks_s": work / NS,
            "handing_over_share": share,
        },
    )
