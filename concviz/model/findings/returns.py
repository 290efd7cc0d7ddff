"""Findings about results: how they get from the workers to whoever waits for them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from operator import itemgetter

from concviz.model.findings.facts import Facts
from concviz.model.findings.finding import Evidence, Finding
from concviz.model.lanes import OPEN
from concviz.model.state import Worker
from concviz.model.statistics import NS
from concviz.model.tasks import UNKNOWN
from concviz.model.words import duration, percent, size

HELD = 0.3
"""Share of the workers' time, with a result that nobody had taken yet, that is worth a word."""
PICKLED = 0.25
"""Share of that time, spent on pickling, that shows that it is the size of the results."""
PICKLING = 0.3
"""Share of the time of tasks and pickling together from which that is the story of the run."""


def pickling(facts: Facts) -> Finding | None:
    """Results that take about as long to pickle and unpickle as to work out."""
    returned = facts.run.tasks.returned.values()
    there = sum(event.pickle_ns for event in returned) / NS
    here = sum(event.unpickle_ns for event in returned) / NS
    work = sum(facts.spent) / NS
    if not returned or there + here < PICKLING * (work + there + here):
        return None
    share = (there + here) / (work + there + here)
    mean = sum(event.size_bytes for event in returned) // len(returned)
    return Finding(
        "pickling",
        f"Pickling the results took {percent(share)} of the time that they and the tasks took "
        f"together: {duration(there)} in the {facts.workers_word} and {duration(here)} to unpickle "
        f"them, {size(mean)} each. Return less, or use threads or shared memory, which copy "
        "nothing.",
        {
            "pickling_share": share,
            "pickle_s": there,
            "unpickle_s": here,
            "tasks_s": work,
            "size_mean_bytes": mean,
            "results": len(returned),
        },
    )


def held_back(facts: Facts) -> Finding | None:
    """Workers that show a result which nobody has taken yet for much of their time, and why."""
    run = facts.run
    waits = _waits_in_order(facts)
    by_order: Counter[int] = Counter()
    by_other: list[int] = []
    for worker in facts.workers:
        for task, end, taken in _returning(worker, facts):
            other = taken - end
            for at in range(bisect_left(waits, end, key=itemgetter(1)), len(waits)):
                begin, until, late = waits[at]
                if late >= task or begin >= taken:
                    break
                held = min(until, taken) - max(begin, end)
                by_order[late] += held
                other -= held
            by_other.append(other)
    order, other = sum(by_order.values()), sum(by_other)
    share = (order + other) / (len(facts.workers) * facts.makespan) if facts.workers else 0
    if share < HELD:
        return None
    evidence: Evidence = {
        "returning_share": share,
        "held_by_order_s": order / NS,
        "held_otherwise_s": other / NS,
    }
    said = f"Results waited {percent(share)} of the {facts.workers_word}' time to be taken"
    if order >= other:
        task, held = by_order.most_common(1)[0]
        return Finding(
            "results-held-back",
            f"{said}: they are taken in the order of the tasks, and task {task}, which ended late, "
            f"held back others for {duration(held / NS)} in all. Take each as it is done "
            "(as_completed) if their order does not matter.",
            evidence | {"task": task, "task_held_s": held / NS},
        )
    each = other / len(by_other) / NS
    evidence["held_mean_s"] = each
    returned = run.tasks.returned.values()
    pickled = sum(event.pickle_ns + event.unpickle_ns for event in returned)
    if pickled >= PICKLED * other:
        if pickling(facts) is not None:
            return None  # which says it
        mean = sum(event.size_bytes for event in returned) // len(returned)
        evidence |= {"pickling_s": pickled / NS, "size_mean_bytes": mean}
        why = (
            f"they are large ({size(mean)} each; pickling and unpickling alone took "
            f"{percent(pickled / other)} of that). Return less, or use threads or shared memory"
        )
    else:
        why = "whoever collects them came late, although all tasks before had ended"
    return Finding("results-held-back", f"{said}, {duration(each)} on average: {why}.", evidence)


def _returning(worker: Worker, facts: Facts) -> list[tuple[int, int, int]]:
    """Each task of a worker, and from when to when its result is all that the worker shows."""
    run, lane = facts.run, worker.lane
    nexts = [*lane.starts[1:], run.finished]
    found = []
    for task, end, following in zip(lane.tasks, lane.ends, nexts, strict=True):
        taken = run.tasks.collected[task]
        if end != OPEN and UNKNOWN not in (run.tasks.finished[task], taken):
            found.append((task, end, max(end, min(taken, following))))
    return found


def _waits_in_order(facts: Facts) -> list[tuple[int, int, int]]:
    """From when to when somebody who takes the results in order waits for which task."""
    found, reached = [], facts.run.started
    for task, end in enumerate(facts.run.tasks.finished):
        if end > reached:
            found.append((reached, end, task))
            reached = end
    return found
