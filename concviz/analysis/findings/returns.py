"""Findings about results: how they get from the workers to whoever waits for them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.steps import Steps, pieces
from concviz.analysis.wording import duration, percent, size
from concviz.model.lanes import OPEN
from concviz.model.tasks import UNKNOWN

HELD = 0.3
"""Share of the workers' time, with a result that nobody had taken yet, that is worth a word."""
PICKLED = 0.25
"""Share of that time, spent on pickling, that shows that it is the size of the results."""
PICKLING = 0.3
"""Share of the time of tasks and pickling together from which that is the story of the run."""


@rule(40)
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
        "Much of it was pickling",
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


@dataclass
class _Held:
    """How long workers had a result that nobody had taken yet, by what it waited for."""

    by_order: Counter[int] = field(default_factory=Counter)
    """For each task before it that had not ended: results are taken in their order."""
    by_end: int = 0
    """For the last task of all: results are taken together."""
    others: list[int] = field(default_factory=list)
    """For each result, what is left."""

    @classmethod
    def of(cls, facts: Facts) -> Steps[_Held]:
        """Of all workers."""
        held, tasks = cls(), facts.run.tasks
        last = max(tasks.finished)
        # In their order the first one would have been taken before the last one ended.
        together = tasks.finished[0] < last <= min(tasks.collected)
        waits = [] if together else (yield from _waits_in_order(facts))
        for some in _returning(facts):
            for task, begin, taken in some:
                held._share_out(task, begin, taken, waits, last if together else None)
            yield
        return held

    def _share_out(
        self,
        task: int,
        begin: int,
        taken: int,
        waits: list[tuple[int, int, int]],
        last: int | None,
    ) -> None:
        """One that was there at that time, and taken later; ``last``: all are taken then."""
        for at in range(bisect_left(waits, begin, key=itemgetter(1)), len(waits)):
            since, until, late = waits[at]
            if late >= task or since >= taken:
                break
            until = min(until, taken)
            self.by_order[late] += until - begin
            begin = until
        if last is not None and begin < last:
            until = min(last, taken)
            self.by_end += until - begin
            begin = until
        self.others.append(taken - begin)


@rule(190, Of.PLAN, Of.BATCH, of_dispatch=True)
def held_back(facts: Facts) -> Steps[Finding | None]:
    """Workers that show a result which nobody has taken yet for much of their time, and why."""
    if not facts.workers or not facts.pooled:
        return None
    all_together = 0
    for some in _returning(facts):
        all_together += sum(taken - begin for _, begin, taken in some)
        yield
    share = all_together / (len(facts.workers) * facts.makespan)
    if share < HELD:
        return None
    held = yield from _Held.of(facts)
    order, other = sum(held.by_order.values()), sum(held.others)
    evidence: Evidence = {
        "returning_share": share,
        "held_by_order_s": order / NS,
        "held_to_the_end_s": held.by_end / NS,
        "held_otherwise_s": other / NS,
    }
    said = f"Results waited {percent(share)} of the {facts.workers_word}' time to be taken"
    sooner = "Take each as it is done (as_completed)"
    if order >= max(held.by_end, other):
        task, longest = held.by_order.most_common(1)[0]
        evidence |= {"task": facts.number(task), "task_held_s": longest / NS}
        why = (
            f": they are taken in the order of the tasks, and {facts.name(task)}, which ended "
            f"late, held back others for {duration(longest / NS)} in all. {sooner} if their order "
            "does not matter"
        )
    elif facts.part is not None:
        return None  # a program that takes its results later may have other things to do first
    elif held.by_end >= other:
        why = (
            f": they are taken together, when the last task has ended. {sooner} to have them sooner"
        )
    else:
        returned = facts.run.tasks.returned.values()
        pickled = sum(event.pickle_ns + event.unpickle_ns for event in returned)
        each = other / len(held.others) / NS
        evidence |= {"held_mean_s": each, "pickling_s": pickled / NS}
        why = f", {duration(each)} on average: "
        if pickled < PICKLED * other:
            why += "whoever collects them came late, although all tasks before had ended"
        elif pickling(facts) is not None:
            return None  # which says it
        else:
            mean = sum(event.size_bytes for event in returned) // len(returned)
            why += (
                f"they are large ({size(mean)} each; pickling and unpickling alone took "
                f"{percent(pickled / other)} of that). Return less, or use threads or shared memory"
            )
    return Finding("results-held-back", "Done, but not collected", f"{said}{why}.", evidence)


def _returning(facts: Facts) -> Iterator[list[tuple[int, int, int]]]:
    """Tasks, some at a time: each, and from when to when its result is all its worker shows.

    Not before all tasks are handed out and all workers started: nobody could take it.
    """
    run = facts.run
    ready = max([*run.submits[-1:], *(worker.started for worker in run.workers)])
    finished, collected = run.tasks.finished, run.tasks.collected
    for worker in facts.workers:
        lane = worker.lane
        for some in pieces(len(lane)):
            nexts = [*lane.starts[some.start + 1 : some.stop + 1], run.finished]
            spans = zip(lane.tasks[some], lane.ends[some], nexts, strict=False)
            found = []
            for task, end, following in spans:
                taken = collected[task]
                if end != OPEN and UNKNOWN not in (finished[task], taken):
                    begin = max(end, ready)
                    found.append((task, begin, max(begin, min(taken, following))))
            yield found


def _waits_in_order(facts: Facts) -> Steps[list[tuple[int, int, int]]]:
    """From when to when somebody who takes the results in order waits for which task."""
    found, reached = [], facts.run.started
    finished = facts.run.tasks.finished
    for some in pieces(len(finished)):
        for task, end in enumerate(finished[some], some.start):
            if end > reached:
                found.append((reached, end, task))
                reached = end
        yield
    return found
