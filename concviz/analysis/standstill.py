"""Threads that wait for locks which nobody seems to be left to release: what a deadlock looks like.

That a lock is held, and by whom, cannot be seen from outside; but who waits where, for how long,
and that nobody else in its reach does anything meanwhile. Times are monotonic nanoseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.samples import States
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind

LASTS_NS = 1_000_000_000
"""Waits that are shorter may be for somebody who is slow."""
ALONE_NS = 500_000_000
"""The same where nobody else is in the process: who could be slow there?"""
APART_NS = 60_000_000
"""Waits of a thread for a lock that are no further apart are one, which a sample missed."""
WENT_ON = Outcome.FINISHED, Outcome.FAILED, Outcome.CANCELLED
WAITING = 0.95
"""Of a sample, from which the thread did nothing else."""


class Wait(NamedTuple):
    """A long wait of a thread for a lock."""

    worker: Worker
    lock: str
    begin: int
    end: int

    @property
    def private(self) -> bool:
        """Whether only threads of the same process can have the lock."""
        return self.lock.startswith(f"{self.worker.pid}:")


class Standstill(NamedTuple):
    """Nothing moves: some wait for locks, and whoever could release them waits, too."""

    since: int
    until: int
    waits: list[Wait]
    """The longest first."""
    alone: bool
    """Whether there is no other thread in the process of the one that waits."""
    forked: bool
    """Whether that process is a copy of another one, made by a fork."""
    to_the_end: bool
    """Whether it lasted as long as the process."""

    @property
    def lasted(self) -> int:
        """How long it has been so."""
        return self.until - self.since


def standstills(run: Run, now: int) -> list[Standstill]:
    """Those of a run, as far as is known by then; of each process the longest."""
    waits = list(_long_waits(run))
    found: dict[int | None, Standstill] = {}
    for wait in waits:
        stood = _alone(run, wait, now) or _together(run, wait, waits, now)
        if stood is not None:
            key = wait.worker.pid
            if key not in found or found[key].lasted < stood.lasted:
                found[key] = stood
    return sorted(found.values(), key=lambda stood: -stood.lasted)


def threads(run: Run) -> list[Worker]:
    """The lanes that are threads of their own."""
    return [worker for worker in run.workers if worker.kind is not WorkerKind.COROUTINE]


def quiet_since(states: States, begin: int, end: int, also: Iterable[State] = ()) -> int:
    """Since when, at the earliest ``begin``, a thread has only waited for others, until then.

    Or was in one of those states.
    """
    since, quiet = end, (State.LOCK, State.THREAD_WAIT, *also)
    last_one = min(states.nearest(end), len(states) - 1)  # none, where nothing was seen of it
    for k in range(last_one, 0, -1):
        first, last = states.times[k - 1], states.times[k]
        if first >= end - APART_NS:  # it tells of what came then
            continue
        spent = states.interval(k)
        if sum(spent[state] for state in quiet) < WAITING * (last - first):
            return since
        since = max(begin, first)
        if first <= begin:
            return begin
    return since


def _long_waits(run: Run) -> Iterator[Wait]:
    for lock, waits in run.locks.waits.items():
        for index, each in waits.items():
            spans: list[list[int]] = []
            for begin, end in zip(each.begins, each.ends, strict=True):
                if spans and begin - spans[-1][1] <= APART_NS:
                    spans[-1][1] = end
                else:
                    spans.append([begin, end])
            for begin, end in spans:
                worker = run.workers[index]
                if end - begin >= ALONE_NS and not idle(worker, (begin + end) // 2):
                    yield Wait(worker, lock, begin, end)


def _alone(run: Run, wait: Wait, now: int) -> Standstill | None:
    """A thread that waits for a lock in a process without any other thread."""
    if not wait.private:
        return None
    for other in threads(run):
        own = other.pid == wait.worker.pid and other is not wait.worker
        if own and not other.helper and _overlaps(run, other, wait.begin, wait.end, now):
            return None
    made = {p.pid: p.made for p in run.surroundings.processes.values()}.get(wait.worker.pid or 0)
    lasts = _to_the_end(run, wait, now)
    forked = made in ("fork", "forkserver")
    return Standstill(wait.begin, wait.end, [wait], True, forked, lasts)


def _together(run: Run, wait: Wait, waits: list[Wait], now: int) -> Standstill | None:
    """Several that wait for each other's locks, as it seems."""
    reach = [
        other
        for other in threads(run)
        if (other.pid == wait.worker.pid or not wait.private) and not other.helper
    ]
    beside = [
        each
        for each in waits
        if each.worker in reach
        and min(each.end, wait.end) - max(each.begin, wait.begin) >= LASTS_NS
    ]
    several = len({each.lock for each in beside}) > 1 and len({e.worker.index for e in beside}) > 1
    since = max(each.begin for each in beside) if beside else wait.begin
    if several and all(_to_the_end(run, each, now) for each in beside):
        until = min(each.end for each in beside)
        return _stood(since, until, beside, to_the_end=True)
    since = wait.begin
    # Who waits for something else than a lock may wait for any process that does something.
    for other in reach if several else threads(run):
        if other is wait.worker or other.helper or idle(other, (wait.begin + wait.end) // 2):
            continue
        if _overlaps(run, other, wait.begin, wait.end, now):
            ended = other.ended if other.ended != UNKNOWN else wait.end
            since = max(since, quiet_since(other.states, wait.begin, min(ended, wait.end)))
            if ended < wait.end:
                since = max(since, ended)
    if wait.end - since < LASTS_NS:
        return None
    stuck = [each for each in waits if each.worker in reach and each.end - since >= LASTS_NS]
    if not several and not _to_the_end(run, wait, now):
        return None
    return _stood(since, wait.end, stuck, to_the_end=_to_the_end(run, wait, now))


def _stood(since: int, until: int, waits: Iterable[Wait], *, to_the_end: bool) -> Standstill | None:
    found = sorted(waits, key=lambda each: each.begin - each.end)
    if until - since < LASTS_NS:
        return None
    return Standstill(since, until, found, False, False, to_the_end)


def idle(worker: Worker, t_ns: int) -> bool:
    """Whether it is one of a pool that has no task then: it holds nothing that others wait for."""
    lane = worker.lane
    if worker.group is None:
        return False
    return not len(lane) or lane.busy(t_ns - 1, t_ns) == 0


def _overlaps(run: Run, worker: Worker, begin: int, end: int, now: int) -> bool:
    begins = worker.begins
    return begins != UNKNOWN and begins < end and run.end_of(worker, now) > begin


def _to_the_end(run: Run, wait: Wait, now: int) -> bool:
    """Whether the thread never went on: neither it nor what it had to do came to an end."""
    worker, surroundings = wait.worker, run.surroundings
    exits = {end.pid for end in surroundings.exits.values()}
    if worker.tid == worker.pid and worker.pid in exits:
        return False
    lane = worker.lane
    if len(lane) and run.tasks.outcome[lane.tasks[-1]] in WENT_ON:
        return False
    ends = {end.pid: end.t_ns for end in surroundings.ends.values()}
    end = ends.get(worker.pid or 0, run.finished if run.ended else now)
    if worker.ended != UNKNOWN and worker.ended < end - APART_NS / 2:
        return False
    return end - wait.end <= 2 * APART_NS
