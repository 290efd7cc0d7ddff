"""Findings about threads and processes that tasks start."""

from __future__ import annotations

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import CORE, WAITS
from concviz.analysis.wording import count, duration, percent
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind


@rule(120, Of.PLAN)
def started(facts: Facts) -> Finding | None:
    """Tasks that have others do the work: perhaps more of them than there are cores for."""
    if facts.kind == WorkerKind.CLUSTER:
        return None  # worker processes have threads of their own besides: those are the cluster's
    others = list(facts.run.others.values())
    cpu = sum(each.cpu for each in others)
    if not others or cpu <= facts.run.cpu:
        return None
    threads, processes = sum(o.threads for o in others), sum(o.processes for o in others)
    competing = max(1, sum(o.competing for o in others))
    running = sum(o.spent[State.RUNNING] for o in others)
    waited = sum(o.spent[State.CORE_WAIT] for o in others)
    share = waited / (running + waited) if running + waited else 0.0
    evidence: Evidence = {
        "threads": threads,
        "processes": processes,
        "others_cpu_s": cpu / NS,
        "cpu_s": facts.run.cpu / NS,
    }
    what = " and ".join(
        each
        for each in (
            _each(threads, facts.tasks, "thread", "threads"),
            _each(processes, facts.tasks, "process", "processes"),
        )
        if each
    )
    said = f"Tasks start {what or 'processes'}"
    cores = facts.cores
    if cores is not None and competing > cores and share >= CORE:
        evidence |= {"competing": competing, "cores": cores, "core_wait_share": share}
        few = count(cores, "core")
        return Finding(
            "oversubscribed",
            "Too many at once for the cores",
            f"{said}: up to {competing:,} compete for {few} and wait for one for {percent(share)} "
            "of their time. Start fewer in each task, or use fewer workers.",
            evidence,
        )
    return Finding(
        "work-in-others",
        "Others did most of the work",
        f"{said}, which do most of the work: {duration(cpu / NS)} of CPU time, the tasks "
        f"themselves {duration(facts.run.cpu / NS)}.",
        evidence,
    )


@rule(130, Of.PLAN, of_dispatch=True)
def waits_for_others(facts: Facts) -> Finding | None:
    """Tasks that have others do the work, and wait."""
    share = facts.share(State.THREAD_WAIT)
    if share < WAITS or not facts.run.observer.locks or started(facts) is not None:
        return None
    return Finding(
        "waits-for-others",
        "Others set the pace",
        f"The tasks waited {percent(share)} of their time for other threads or processes: for "
        "their end, or for a result, an event or an item from them. What those do decides how "
        "long this takes.",
        {"thread_wait_share": share, "thread_wait_s": facts.seconds(State.THREAD_WAIT)},
    )


def _each(number: int, tasks: int, one: str, many: str) -> str:
    """For example "4 threads each"; "" for none."""
    if not number:
        return ""
    each, rest = divmod(number, tasks)
    if rest or not each:
        return count(number, one, many)
    return f"{count(each, one, many)} each"
