"""Findings about what it takes to start workers and to hand them their tasks."""

from __future__ import annotations

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Evidence, Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.findings.scheduling import too_small_for_cluster
from concviz.analysis.statistics import NS
from concviz.analysis.steps import Steps, pieces
from concviz.analysis.thresholds import MANY, START_UP
from concviz.analysis.wording import duration, percent, size
from concviz.model.entities import Worker
from concviz.model.lanes import OPEN
from concviz.model.tasks import Outcome
from concviz.trace.states import State

ARGUMENTS = 0.25
"""Share of the start-up, spent on arguments, that is worth a word."""
SEVERAL = 4
"""Fewer threads or processes that a program starts are not worth a pool."""


@rule(10)
def dear_dispatch(facts: Facts) -> Steps[Finding | None]:
    """Tasks that are over sooner than their worker is started and the next one is there.

    Then little else matters: waits for the GIL, for cores and for the locks of a pool's own queues
    are part of the dispatch.
    """
    if facts.kind == "cluster":  # of which its scheduler is a part
        return too_small_for_cluster(facts) if facts.part is None else None
    if facts.kind == "main" or not facts.workers or not facts.did_all:
        return None
    if _failed(facts):
        return None
    done = sum(len(worker.lane) for worker in facts.workers)
    start = sum(end - begin for begin, end in _starts(facts)) / done / NS
    gap = (yield from _dispatch(facts)) / NS if done >= MANY else 0.0
    work = facts.worked / done / NS
    # Start-up and gaps are long, too, where the tasks of others compute: that time is theirs.
    if min(start + gap, facts.free / done / NS) <= work:
        return None
    if not facts.weighs((start + gap) * done * NS / len(facts.workers)):
        return None
    if facts.part is not None and gap <= work and (facts.crowded or facts.tasks < SEVERAL):
        return None
    evidence: Evidence = {
        "task_mean_s": work,
        "dispatch_mean_s": gap,
        "startup_per_task_s": start,
        "tasks": facts.tasks,
    }
    if gap > min(work, start):
        more = "raise chunksize" if facts.kind == "process" else "put more work into a task"
        took = duration(gap)
        if gap <= work:
            took = f"{duration(start + gap)} with the start of the {facts.workers_word}"
        elif start > gap:
            more += f". Starting the {facts.workers_word} took another {duration(start)} a task"
        return Finding(
            "short-tasks",
            "Tasks too small to hand out",
            f"The tasks are shorter ({duration(work)}) than their dispatch ({took}): {more}.",
            evidence,
        )
    if facts.shared:
        what, less = f"the {facts.workers_word}", "use fewer workers, or more work per task"
    else:
        what, less = f"a {facts.kind} for each task", "use a pool, or more work per task"
    what += " and handing out the tasks" if gap else ""
    return Finding(
        "start-up",
        "Starting took longer than the work",
        f"Starting {what} takes longer ({duration(start + gap)} a task) than the work of a task "
        f"({duration(work)}): {less}.{_of_arguments(facts, evidence)}",
        evidence,
    )


def _failed(facts: Facts) -> bool:
    """Whether half of the tasks did: what they took until then is not the work."""
    return 2 * facts.run.count(Outcome.FAILED) >= facts.tasks > 0


@rule(140, Of.PLAN, of_dispatch=True)
def start_up(facts: Facts) -> Finding | None:
    """Processes that take long to be there: the time until the first task, and of later workers.

    What counts is the part of the makespan in which a worker was starting and no task ran.
    """
    if facts.kind not in ("process", "interpreter") or _failed(facts):
        return None
    starts = _starts(facts)
    first_task = min((worker.lane.starts[0] for worker in facts.workers), default=0)
    spent = _covered([(begin, min(end, first_task)) for begin, end in starts])
    # Later workers start while the first ones work: theirs is lost to themselves alone.
    own = [(end - begin) / facts.makespan for begin, end in starts]
    share = max(spent / facts.makespan, sum(own) / len(own)) if own else 0.0
    if share < START_UP:
        return None
    pool = "fewer workers" if facts.shared else "a pool"
    evidence: Evidence = {
        "startup_share": share,
        "startup_mean_s": sum(own) / len(own) * facts.makespan / NS,
        "makespan_s": facts.makespan / NS,
        "workers": len(starts),
    }
    return Finding(
        "start-up",
        "Much of it was start-up",
        f"Start-up of the {facts.workers_word} is {percent(share)} of the makespan: use {pool}, or "
        f"more work per task.{_of_arguments(facts, evidence)}",
        evidence,
    )


def _of_arguments(facts: Facts, evidence: Evidence) -> str:
    """A sentence about what was pickled for the workers, if that is a good part of their start."""
    came = [worker.arguments for worker in facts.run.workers if worker.arguments is not None]
    took = sum(event.pickle_ns + event.unpickle_ns for event in came)
    start = sum(end - begin for begin, end in _starts(facts))
    if not came or took < ARGUMENTS * start:
        return ""
    each, mean = took / len(came) / NS, sum(event.size_bytes for event in came) // len(came)
    evidence |= {"arguments_share": took / start, "arguments_mean_bytes": mean}
    return (
        f" {percent(took / start)} of it went into the arguments of the tasks: {duration(each)} to "
        f"pickle and unpickle {size(mean)} for each."
    )


def _starts(facts: Facts) -> list[tuple[int, int]]:
    """From when to when each worker was starting."""
    return [
        (worker.starting, min([worker.started, *worker.lane.starts[:1]]))
        for worker in facts.run.workers
        if 0 <= worker.starting <= worker.started
    ]


def _dispatch(facts: Facts) -> Steps[float]:
    """What it takes to hand out a task, on average."""
    if facts.kind == "coroutine":
        # All slots share the loop's thread: what it computed beside the tasks.
        states = facts.workers[0].states
        computed = states.between(facts.run.started, facts.run.finished)[State.RUNNING]
        return max(0, computed - facts.spent[State.RUNNING]) / facts.tasks
    number = total = 0
    for worker in facts.workers:
        for some in pieces(len(worker.lane) - 1):
            gaps = _gaps(worker, some, facts)
            number, total = number + len(gaps), total + sum(gaps)
            yield
    return total / number if number else 0.0


def _gaps(worker: Worker, some: slice, facts: Facts) -> list[int]:
    """How long a worker was without a task after some of them, if there was a next one for it.

    Not after a task whose result took its time to be sent back.
    """
    lane, tasks = worker.lane, facts.run.tasks
    after = slice(some.start + 1, some.stop + 1)
    pairs = lane.tasks[some], lane.ends[some], lane.tasks[after], lane.starts[after]
    return [
        max(0, start - max(end, tasks.submitted[task]))
        for before, end, task, start in zip(*pairs, strict=True)
        if end != OPEN and before not in tasks.returned
    ]


def _covered(spans: list[tuple[int, int]]) -> int:
    """Length of the union."""
    total, reached = 0, 0
    for begin, end in sorted(spans):
        total += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return total
