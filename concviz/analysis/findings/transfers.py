"""Findings about data that moves between the processes of a cluster."""

from __future__ import annotations

from collections import Counter

from concviz.analysis.clusters import place_of, process_name
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.steps import STEP, Steps
from concviz.analysis.thresholds import MATTERS, NEARLY_ALL, NEGLIGIBLE, WAITS
from concviz.analysis.wording import count, duration, percent, size
from concviz.model.on_cluster import Place
from concviz.model.tasks import UNKNOWN

SEVERAL = 4
"""Fewer transfers show no pattern."""
OTHERS = 2
"""Processes that must have fetched from the same one: of a single one it could be no other."""


@rule(36, Of.PLAN, Of.PROGRAM)
def transfers(facts: Facts) -> Steps[Finding | None]:
    """Data that is on its way for longer than tasks work on it, while workers wait for it."""
    number, size_bytes, _ = facts.run.cluster.transfers
    if not number or not facts.workers:
        return None
    moved = yield from _moved(facts)
    waited = yield from _waited(facts)
    share = waited / (len(facts.workers) * facts.makespan)
    if moved < WAITS * (moved + facts.worked) or share < NEGLIGIBLE:
        return None  # or it came while there was other work to do
    return Finding(
        "transfers",
        "Moving data took longer than the work",
        f"Data for tasks was on its way between workers for {duration(moved / NS)} in all, and the "
        f"tasks worked for {duration(facts.worked / NS)}: workers waited {percent(share)} of their "
        f"time for {size(size_bytes)} in {count(number, 'piece')}. Let tasks that use the same "
        "data be one task, do the work where the data is, or send less of it.",
        {
            "transfer_s": moved / NS,
            "tasks_s": facts.worked / NS,
            "waited_s": waited / NS,
            "waited_share": share,
            "transfers": number,
            "size_bytes": size_bytes,
        },
    )


@rule(37, Of.PLAN, Of.PROGRAM)
def one_source(facts: Facts) -> Steps[Finding | None]:
    """Data that all comes from one process, which others stand in line for."""
    cluster, run = facts.run.cluster, facts.run
    number, _, lasted = cluster.transfers
    if number < SEVERAL or lasted < MATTERS * (lasted + facts.worked):
        return None
    sent: Counter[Place] = Counter()
    to: dict[Place, set[Place]] = {}
    for task in range(len(run.tasks)):
        worker = run.tasks.worker[task]
        for fetch in cluster.fetches(task) if worker != UNKNOWN else ():
            sent[fetch.place] += fetch.size_bytes
            to.setdefault(fetch.place, set()).add(place_of(run.workers[worker]))
        if task % STEP == 0:
            yield
    whole = sum(sent.values())
    if not whole:
        return None
    source, most = sent.most_common(1)[0]
    others = len(to[source] - {source})
    if most < NEARLY_ALL * whole or others < OTHERS:
        return None
    name = process_name(run, source)
    return Finding(
        "one-source",
        "One worker had all the data",
        f"{percent(most / whole)} of the data that tasks waited for ({size(most)}) came from "
        f"{name}, for {count(others, 'other process', 'other processes')}: they stand in line for "
        "it. Spread the data first (scatter it with broadcast=True, or load it in tasks), or give "
        "that worker the tasks that use it.",
        {
            "source": name,
            "size_bytes": most,
            "source_share": most / whole,
            "receivers": others,
            "transfers": number,
        },
    )


def _moved(facts: Facts) -> Steps[int]:
    """For how long data was on its way, for each task from its first piece to its last."""
    total = 0
    for task in range(len(facts.run.tasks)):
        span = facts.run.cluster.fetching(task)
        total += 0 if span is None else span[1] - span[0]
        if task % STEP == 0:
            yield
    return total


def _waited(facts: Facts) -> Steps[int]:
    """For how long workers had nothing to do but to wait for the data of their next task."""
    total, cluster = 0, facts.run.cluster
    for worker in facts.workers:
        lane = worker.lane
        for at, (task, start) in enumerate(zip(lane.tasks, lane.starts, strict=True)):
            span = cluster.fetching(task)
            if span is not None:  # and ``reach`` is since when there is nothing else to do
                free = max(facts.run.started, lane.reach[at], span[0])
                total += max(0, min(start, span[1]) - free)
            if at % STEP == 0:
                yield
    return total
