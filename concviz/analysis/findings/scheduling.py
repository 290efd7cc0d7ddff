"""Findings about what it takes a cluster to start, and to hand out tasks."""

from __future__ import annotations

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import MANY, START_UP, WAITS
from concviz.analysis.wording import count, duration, percent
from concviz.model.tasks import UNKNOWN
from concviz.trace.worker_kind import WorkerKind


@rule(11, Of.PROGRAM)
def too_small_for_cluster(facts: Facts) -> Finding | None:
    """Tasks that are over sooner than the scheduler, and all messages, have the next ones begun.

    From which length on a cluster pays follows from what the tasks of this run took to hand out.
    """
    tasks = facts.run.tasks
    started = sorted(t for t in tasks.started if t != UNKNOWN)
    if facts.kind != WorkerKind.CLUSTER or len(started) < MANY or not facts.workers:
        return None
    last = max(worker.lane.reach[-1] for worker in facts.workers)
    window, workers = last - started[0], len(facts.workers)
    if window <= 0 or not facts.weighs(window):
        return None
    pace, work = window / len(started), sum(facts.spent) / len(started)
    busy = facts.run.busy / (workers * window)
    waiting = _waiting(facts, started[0], last) / window
    if busy >= WAITS or waiting < 1:
        return None  # the workers set the pace, or there was not always a task to hand out
    # Of a plan all results were taken back by its end; when those of others were is not told.
    end = facts.run.finished if facts.run.plan is not None else last
    pays, fills = max(pace, (end - started[0]) / len(started)), workers * pace
    each = duration(pays / NS)
    return Finding(
        "scheduler-pace",
        "Tasks too small for a cluster",
        f"The cluster took {each} for each of {len(started):,} tasks, to hand it out and take it "
        f"back; the task itself took {duration(work / NS)}. Its {count(workers, 'worker')} were "
        f"busy for {percent(busy)} of the time, although tasks waited. At this pace a cluster pays "
        f"from {each} a task on, below which a loop is as fast, and tasks of "
        f"{duration(fills / NS)} keep all of its workers busy: put more work into a task.",
        {
            "handing_out_s": pace / NS,
            "task_mean_s": work / NS,
            "pays_from_s": pays / NS,
            "fills_from_s": fills / NS,
            "busy_share": busy,
            "tasks": len(started),
            "workers": workers,
        },
    )


def _waiting(facts: Facts, begin: int, end: int) -> int:
    """For how long tasks waited to begin, all together, within that time."""
    tasks = facts.run.tasks
    pairs = zip(tasks.submitted, tasks.started, strict=True)
    return sum(
        max(0, min(start, end) - max(asked, begin))
        for asked, start in pairs
        if UNKNOWN not in (asked, start)
    )


@rule(141, Of.PLAN, of_dispatch=True)
def cluster_start(facts: Facts) -> Finding | None:
    """A cluster that takes long to be there, compared with what it is there for."""
    plan = facts.run.plan
    starts = [worker.lane.starts[0] for worker in facts.workers]
    if plan is None or facts.kind != WorkerKind.CLUSTER or not starts:
        return None
    took = min(starts) - facts.run.started
    share = took / facts.makespan
    if share < START_UP:
        return None
    if plan.scheduler:
        what = "To connect to the cluster, and to tell it what the tasks are,"
        better = "More work for each run makes that worth while"
    else:
        what = "To start the cluster"
        better = (
            "Use one that is there already (dask scheduler and dask worker start one, --scheduler "
            "names it), or give it more work"
        )
    return Finding(
        "start-up",
        "Much of it was start-up",
        f"{what} took {duration(took / NS)}, {percent(share)} of the makespan. {better}.",
        {
            "startup_share": share,
            "startup_s": took / NS,
            "makespan_s": facts.makespan / NS,
            "workers": len(facts.workers),
        },
    )
