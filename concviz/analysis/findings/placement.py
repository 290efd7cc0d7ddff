"""Findings about where the tasks of a cluster went, and which workers had none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from concviz.analysis.clusters import place_of, process_name, threads_of
from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.steps import STEP, Steps
from concviz.analysis.thresholds import MATTERS
from concviz.analysis.time_breakdown import of_worker
from concviz.analysis.wording import count, duration, percent
from concviz.model.lanes import OPEN
from concviz.model.on_cluster import Place
from concviz.model.tasks import UNKNOWN
from concviz.trace.states import State, total

Change = tuple[int, Place, int, int]
"""When, in which process, how many more tasks wait there, how many more of its threads are free."""


@rule(44, Of.PLAN, Of.PROGRAM, of_dispatch=True)
def idle_beside_waiting(facts: Facts) -> Steps[Finding | None]:
    """Workers with nothing to do while tasks wait in other processes that are busy."""
    threads = threads_of(facts.run)
    number = sum(map(len, threads.values()))
    if len(threads) < 2 or not facts.workers:
        return None
    changes: list[Change] = [
        (facts.run.started, place, 0, len(its)) for place, its in threads.items()
    ]
    for worker in facts.workers:
        place, lane = place_of(worker), worker.lane
        changes += [(t, place, 0, -1) for t in lane.starts]
        pairs = zip(lane.ends, lane.starts, strict=True)
        changes += [(max(t, start), place, 0, 1) for t, start in pairs if t != OPEN]
        yield
    for task in range(len(facts.run.tasks)):
        changes += _ready(facts, task)
        if task % STEP == 0:
            yield
    lost, busiest = yield from _lost(sorted(changes), facts)
    share = lost / (number * facts.makespan)
    if share < MATTERS or not facts.weighs(lost / number):
        return None
    where = process_name(facts.run, busiest)
    return Finding(
        "idle-beside-waiting",
        "Workers idled while tasks waited",
        f"{percent(share)} of the time of {count(number, 'worker thread')}, {duration(lost / NS)} "
        f"in all, they had nothing to do while tasks waited in other worker processes, longest in "
        f"{where}. A cluster moves a task only if it expects that to be worth it: make tasks "
        "smaller and more, spread the data that they work on, and do not bind them to a worker.",
        {"idle_share": share, "idle_s": lost / NS, "workers": number, "busiest": where},
    )


def _ready(facts: Facts, task: int) -> Iterator[Change]:
    """From when to when a task waits in a process, with all its data there."""
    tasks, cluster = facts.run.tasks, facts.run.cluster
    started, thefts = tasks.started[task], cluster.thefts(task)
    for arrival in cluster.arrivals(task):
        ends = [theft.t_ns for theft in thefts if theft.t_ns >= arrival.t_ns]
        ends += [started] if started >= arrival.t_ns else []
        begin = arrival.t_ns
        if started != UNKNOWN and (span := cluster.fetching(task)) is not None:
            begin = max(begin, min(span[1], started))
        if ends and begin < min(ends):
            yield begin, arrival.place, 1, 0
            yield min(ends), arrival.place, -1, 0


def _lost(changes: list[Change], facts: Facts) -> Steps[tuple[int, Place]]:
    """The time of free threads that tasks of busy processes could have had, and of whose tasks."""
    ready: Counter[Place] = Counter()
    free: Counter[Place] = Counter()
    stuck: Counter[Place] = Counter()
    lost, before = 0, facts.run.started
    for number, (t, place, more, freed) in enumerate(changes):
        if t > before:
            waiting = {at: n for at, n in ready.items() if n > 0 and free[at] <= 0}
            idle = sum(n for at, n in free.items() if n > 0 and ready[at] <= 0)
            both = min(idle, sum(waiting.values()))
            if both:
                lost += both * (t - before)
                for at in waiting:
                    stuck[at] += t - before
            before = t
        ready[place] += more
        free[place] += freed
        if number % STEP == 0:
            yield
    worst = stuck.most_common(1)
    return lost, worst[0][0] if worst else changes[0][1]


@rule(181, Of.PLAN)
def spare_threads(facts: Facts) -> Finding | None:
    """A cluster with more threads than there are tasks."""
    plan, threads = facts.run.plan, threads_of(facts.run)
    number = sum(map(len, threads.values()))
    tasks = facts.run.different_tasks
    if plan is None or number <= tasks or len(facts.workers) > tasks:
        return None
    spare = number - len(facts.workers)
    many = count(number, "worker thread")
    return Finding(
        "idle-workers",
        f"{many} for {count(tasks, 'task')}",
        f"{many} for {count(tasks, 'task')}: {spare:,} had nothing to do.",
        {"workers": number, "tasks": tasks, "spare": spare},
    )


@rule(52, Of.PLAN, Of.PROGRAM, of_dispatch=True)
def gil_in_workers(facts: Facts) -> Finding | None:
    """Worker processes whose threads queue for the GIL of their process."""
    several = {place: its for place, its in threads_of(facts.run).items() if len(its) > 1}
    spent = total(of_worker(facts.run, each) for its in several.values() for each in its)
    whole = sum(spent)
    if not whole or spent[State.GIL_WAIT] < MATTERS * whole or not facts.weighs(whole):
        return None
    share, each = spent[State.GIL_WAIT] / whole, max(map(len, several.values()))
    return Finding(
        "gil-wait",
        "Threads queued for the GIL",
        f"Threads of the same worker process waited {percent(share)} of the time of their tasks "
        f"for its GIL, which one of up to {each:,} can have at a time: start workers with one "
        "thread each, and more of them (dask worker --nworkers N --nthreads 1).",
        {
            "gil_wait_share": share,
            "gil_wait_s": spent[State.GIL_WAIT] / NS,
            "running_share": spent[State.RUNNING] / whole,
            "workers": sum(map(len, several.values())),
            "threads_each": each,
        },
    )
