"""A program in which nothing moves: each of its threads only waits for another one.

That may be a program that idles, or one that will never go on. Times are monotonic nanoseconds.
"""

from __future__ import annotations

from typing import NamedTuple

from concviz.analysis.standstill import idle, quiet_since, threads
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State

RESTS_NS = 2_000_000_000
"""For less a program may stand still that goes on by itself."""
REACH_NS = 250_000_000
"""After the last look at a thread it is not known for longer what it does."""
NAMED = 3
"""Threads that are named; there may be a thousand."""


class Rest(NamedTuple):
    """Nothing moves."""

    since: int
    until: int
    waiting: list[Worker]
    """Who waits, the main thread first."""

    @property
    def where(self) -> str:
        """For example "main waits in Thread.join, called by load; Thread-1 in Condition.wait"."""
        said = [_where(worker) for worker in self.waiting[:NAMED]]
        more = len(self.waiting) - len(said)
        said += [f"{more:,} more"] if more > 0 else []
        return "; ".join(said)


def _where(worker: Worker) -> str:
    name = sanitize(worker.label or worker.key)
    if worker.seen_in is None or not worker.seen_in.function:
        return name
    caller = f", called by {sanitize(worker.seen_in.caller)}" if worker.seen_in.caller else ""
    return f"{name} in {sanitize(worker.seen_in.function)}{caller}"


def at_rest(run: Run, until: int) -> Rest | None:
    """Whether nothing moves at that time, and since when; None where that is not known."""
    since = max([run.started, *run.submits[-1:], *run.starts[-1:]])
    waiting = []
    for worker in threads(run):
        if worker.helper or worker.begins == UNKNOWN or worker.begins > until:
            continue
        if worker.ended != UNKNOWN and worker.ended < until:
            since = max(since, worker.ended)
            continue
        if idle(worker, until):
            continue
        states = worker.states
        if not len(states) or states.end < until - REACH_NS:
            return None
        also = () if worker.pid == run.pid or len(worker.lane) else (State.IO,)
        since = max(since, quiet_since(states, run.started, min(until, states.end), also))
        if not also:
            waiting.append(worker)
    if not waiting or until - since < RESTS_NS:
        return None
    return Rest(since, until, waiting)
