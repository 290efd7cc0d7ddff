"""Findings about the machines of a cluster: that one is slower, or has too few cores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from concviz.analysis.clusters import host_name
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.interval import interval
from concviz.analysis.statistics import NS
from concviz.analysis.steps import STEP, Steps
from concviz.analysis.thresholds import CORE, NEARLY_ALL, NEGLIGIBLE
from concviz.analysis.time_breakdown import of_worker
from concviz.analysis.wording import capital, count, duration, percent, times
from concviz.model.entities import Worker
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.states import Spent, State, total
from concviz.trace.worker_kind import WorkerKind

SLOWER = 1.25
"""Times as long as elsewhere, from which it is worth a word that a host is slower."""
FEWEST = 3
"""Tasks on a host; fewer say little of it."""


class _Host(NamedTuple):
    """What tasks of the same kind took on a host."""

    name: str
    took: list[int]
    cpu: list[int]
    """CPU time, of those of which it is known."""


@rule(42, Of.PLAN, Of.PROGRAM, of_dispatch=True)
def uneven_hosts(facts: Facts) -> Steps[Finding | None]:
    """The same tasks take longer on one host than on another, by more than they vary."""
    groups = yield from _by_group(facts)
    worst: tuple[float, _Host, _Host] | None = None
    for hosts in groups:
        several = [host for host in hosts if len(host.took) >= FEWEST]
        if len(several) < 2:
            continue
        slow = max(several, key=lambda host: median(host.took))
        fast = min(several, key=lambda host: median(host.took))
        ratio = median(slow.took) / median(fast.took)
        sure = interval(slow.took, fast.took, paired=False)
        clear = ratio >= SLOWER and sure is not None and sure.low > 1 + NEGLIGIBLE
        if clear and facts.weighs(sum(slow.took)) and (worst is None or ratio > worst[0]):
            worst = ratio, slow, fast
    if worst is None:
        return None
    ratio, slow, fast = worst
    evidence: Evidence = {
        "slow_host": host_name(slow.name),
        "fast_host": host_name(fast.name),
        "times": ratio,
        "slow_median_s": median(slow.took) / NS,
        "fast_median_s": median(fast.took) / NS,
        "slow_tasks": len(slow.took),
        "fast_tasks": len(fast.took),
    }
    why = _why(facts, slow, fast, ratio, evidence)
    return Finding(
        "uneven-hosts",
        "One host is slower",
        f"The same tasks took {times(ratio)} as long on {host_name(slow.name)} "
        f"({duration(median(slow.took) / NS)}, the median of {len(slow.took):,}) as on "
        f"{host_name(fast.name)} ({duration(median(fast.took) / NS)} of {len(fast.took):,}){why}.",
        evidence,
    )


def _by_group(facts: Facts) -> Steps[list[list[_Host]]]:
    """Of the tasks that were done: by host, those of each group or all of a plan."""
    tasks, workers = facts.run.tasks, facts.run.workers
    found: dict[int | None, dict[str, _Host]] = defaultdict(dict)
    if len({worker.host for worker in facts.workers}) < 2:
        return []
    for task, outcome in enumerate(tasks.outcome):
        start, end, index = tasks.started[task], tasks.finished[task], tasks.worker[task]
        if outcome == Outcome.FINISHED and UNKNOWN not in (start, end, index) and start < end:
            told = tasks.named.get(task)
            group = told.group if told is not None and facts.run.plan is None else None
            host = workers[index].host
            its = found[group].setdefault(host, _Host(host, [], []))
            its.took.append(end - start)
            if tasks.cpu[task] > 0:
                its.cpu.append(tasks.cpu[task])
        if task % STEP == 0:
            yield
    return [list(hosts.values()) for hosts in found.values()]


def _why(facts: Facts, slow: _Host, fast: _Host, ratio: float, evidence: Evidence) -> str:
    """What was measured of the reason; "" where nothing was."""
    spent = {
        host.name: _spent(facts, [w for w in facts.workers if w.host == host.name])
        for host in (slow, fast)
    }
    waits = {name: _share(its, State.CORE_WAIT) for name, its in spent.items()}
    more = waits[slow.name] - waits[fast.name]
    if more >= CORE:
        evidence["core_wait_share"] = waits[slow.name]
        return (
            f": there they waited {percent(waits[slow.name])} of their time for a core, not "
            f"{percent(waits[fast.name])}. Use fewer workers there"
        )
    known = [len(host.cpu) >= NEARLY_ALL * len(host.took) for host in (slow, fast)]
    if not all(known):
        return ""
    there, here = median(slow.cpu), median(fast.cpu)
    computes = there >= NEARLY_ALL / 2 * median(slow.took)
    if computes and there / here >= 1 + (ratio - 1) / 2:
        evidence |= {"slow_cpu_s": there / NS, "fast_cpu_s": here / NS}
        return (
            f": their CPU time is longer there, too ({duration(there / NS)} instead of "
            f"{duration(here / NS)}), so its cores are slower"
        )
    return ""


@rule(101, Of.PLAN, Of.PROGRAM, of_dispatch=True)
def core_waits_by_host(facts: Facts) -> Finding | None:
    """More workers that compute on a host than it has cores for, as far as was seen."""
    if facts.kind != WorkerKind.CLUSTER:
        return None
    by_host: dict[str, list[Worker]] = defaultdict(list)
    for worker in facts.workers:
        by_host[worker.host].append(worker)
    spent = {host: _spent(facts, its) for host, its in by_host.items()}
    crowded = [
        (_share(its, State.CORE_WAIT), host)
        for host, its in spent.items()
        if len(by_host[host]) > 1
        and _share(its, State.CORE_WAIT) >= CORE
        and facts.weighs(its[State.CORE_WAIT] / len(by_host[host]))
        and not (host == "" and facts.cores_here and len(by_host[host]) <= facts.cores_here)
    ]
    if not crowded:
        return None
    share, host = max(crowded)
    workers = len(by_host[host])
    cores = facts.cores_here if host == "" else None
    evidence: Evidence = {"host": host_name(host), "core_wait_share": share, "workers": workers}
    evidence["core_wait_s"] = spent[host][State.CORE_WAIT] / NS
    has = ""
    if cores:
        evidence["cores"] = cores
        has = f", which has {count(cores, 'core')},"
    return Finding(
        "core-wait",
        f"{workers:,} workers wait for cores of a host",
        f"{capital(count(workers, 'worker thread'))} on {host_name(host)}{has} waited "
        f"{percent(share)} of the time of their tasks for a core: fewer of them there would do as "
        "much, unless others have its cores.",
        evidence,
    )


def _spent(facts: Facts, workers: Sequence[Worker]) -> Spent:
    return total(of_worker(facts.run, worker) for worker in workers)


def _share(spent: Spent, state: State) -> float:
    whole = sum(spent)
    return spent[state] / whole if whole else 0.0
