"""A finding about what is cut off when a program ends."""

from __future__ import annotations

from concviz.analysis.findings.facts import Facts
from concviz.analysis.findings.finding import Finding
from concviz.analysis.findings.registry import Of, rule
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import MATTERS, WAITS
from concviz.analysis.wording import capital, count, shortened
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.states import State

LATELY_NS = 1_000_000_000
"""Before the end, within which a thread must have done something to be called at work."""
AWHILE_NS = 10_000_000_000
"""A thread that has slept for longer is one that looks in now and then, such as a heartbeat."""
BUSY_IO = 0.02
"""Running, beside I/O, from which that goes on: less is a wait for somebody who may never come."""
CUT = Outcome.LOST, Outcome.STOPPED


@rule(28, Of.PROGRAM)
def cut_off(facts: Facts) -> Finding | None:
    """A daemon thread that was at work when the main thread came to its end."""
    run = facts.run
    found = []
    for exit_ in run.surroundings.exits.values():
        for worker in run.workers:
            if worker.pid == exit_.pid and worker.daemon and not worker.helper:
                did = _did(run, worker, exit_.t_ns)
                if did:
                    found.append((worker, did))
    if not found:
        return None
    worker, did = found[0]
    task = worker.lane.tasks[-1]
    told = run.tasks.named.get(task)
    what = f", in {shortened(told.label)}," if told is not None and told.label else ""
    more = f" So {'was' if len(found) == 2 else 'were'} {count(len(found) - 1, 'other')}."
    return Finding(
        "cut-off",
        "A daemon thread was cut off",
        f"{capital(shortened(run.label(worker)))}{what} had not ended when the main thread did; it "
        f"was {did}. A daemon thread is stopped wherever it is then: join it, if what it does must "
        f"be whole.{more if len(found) > 1 else ''}",
        {
            "worker": run.label(worker),
            "task": task,
            "threads": len(found),
            "age_s": (run.finished - worker.begins) / NS,
        },
    )


def _did(run: Run, worker: Worker, end: int) -> str:
    """What a thread was at when its program ended; "" if it only waited for somebody."""
    lane = worker.lane
    if not len(lane) or run.tasks.outcome[lane.tasks[-1]] not in CUT or lane.starts[-1] >= end:
        return ""
    spent = worker.states.between(max(end - LATELY_NS, worker.begins), end)
    whole = sum(spent)
    if not whole:
        return ""
    computed = sum(spent[s] for s in (State.RUNNING, State.CORE_WAIT, State.GIL_WAIT)) / whole
    if computed >= MATTERS:
        return "computing"
    if spent[State.IO] >= WAITS * whole and computed >= BUSY_IO:
        return "at its I/O"
    if spent[State.SLEEP] >= WAITS * whole and end - worker.begins < AWHILE_NS:
        return "asleep, in between"
    return ""
