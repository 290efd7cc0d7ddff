"""Which lines of a scene's code run at the moment, as its run's events tell."""

from __future__ import annotations

from collections.abc import Iterable

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.tour.scene import Line, When

SEEN_NS = 350_000_000
"""To hand out a task takes microseconds, and so does its end: the lines of that stay lit for so
long, or nobody would see it."""


def now_done(run: Run, now: int) -> frozenset[When]:
    """What is being done in a run under way, as of that time of its clock."""
    if run.started == UNKNOWN or run.ended:
        return frozenset()
    done = set()
    handed_out = run.submits
    if handed_out and now - handed_out[-1] <= SEEN_NS:
        done.add(When.HANDING_OUT)
    if run.count(Outcome.RUNNING):
        done.add(When.WORKING)
    if any(0 <= now - end <= SEEN_NS for end in run.log.ends.all[-1:]):
        done.add(When.ENDING)
    if any(worker.died != UNKNOWN and now - worker.died <= SEEN_NS for worker in run.workers):
        done.add(When.DYING)
    expected = run.expected_tasks
    if expected is not None and len(handed_out) >= expected and run.finished == UNKNOWN:
        done.add(When.COLLECTING)
    return frozenset(done)


def lit(lines: Iterable[Line], done: frozenset[When]) -> tuple[str, ...]:
    """The pieces of those lines that run then."""
    return tuple(line.code for line in lines if line.when in done)
