"""What a thread did in a time, as pieces one after the other.

A sample tells how much of the time since the one before was spent in which state, not in which
order. Here they follow each other, so that the sum of each is what was measured: first the state
that was seen at the sample before, last that of the sample itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.sampled import sampled
from concviz.model.samples import States
from concviz.trace.states import STATES, Spent, State
from concviz.trace.worker_kind import WorkerKind

Piece = tuple[int, int, State]
"""From when to when, in nanoseconds of the run's clock."""


def of_task(run: Run, worker: Worker, task: int, begin: int, end: int) -> list[Piece]:
    """What a task of a worker did in that part of its time, as far as that is covered."""
    if not worker.observed or end <= begin:
        return []
    if worker.kind is WorkerKind.COROUTINE:
        return _of_coroutine(run, worker, task, begin, end)
    states = worker.states
    pieces: list[Piece] = []
    cuts = [begin, *_between(states, begin, end)]
    rest = sampled(run, worker, task, begin, end)
    for since, until in pairwise(cuts):
        mix = states.between(since, until)
        pieces += _laid_out(mix, since, until, *_seen(states, since, until))
        rest = [time - part for time, part in zip(rest, mix, strict=True)]
    pieces += _laid_out(rest, cuts[-1], end, *_seen(states, cuts[-1], end))
    return _joined(pieces)


def _of_coroutine(run: Run, worker: Worker, task: int, begin: int, end: int) -> list[Piece]:
    """As it told, and in its own steps as its thread was seen."""
    awaits, pieces = worker.awaits, list[Piece]()
    told, _ = run.tasks.told.get(task, (begin, State.RUNNING))
    cuts = sorted({begin, end, min(max(begin, told), end), *_between(awaits, begin, end)})
    for since, until in pairwise(cuts):
        mix = sampled(run, worker, task, since, until)
        first, _ = _seen(awaits, since, until)
        pieces += _laid_out(mix, since, until, first, None)
    return _joined(pieces)


def of_all(states: States, begin: int, end: int) -> list[Piece]:
    """What threads did together between two times."""
    pieces: list[Piece] = []
    for since, until in pairwise([begin, *_between(states, begin, end), end]):
        mix = states.between(since, until)
        pieces += _laid_out(mix, since, until, *_seen(states, since, until))
    return _joined(pieces)


def _between(states: States, begin: int, end: int) -> Sequence[int]:
    times = states.times
    return times[bisect_right(times, begin) : bisect_left(times, end)]


def _seen(states: States, since: int, until: int) -> tuple[State | None, State | None]:
    """The state at a sample that was taken then, if one was."""
    found: list[State | None] = []
    for time in since, until:
        k = bisect_left(states.times, time)
        there = k < len(states) and states.times[k] == time
        found.append(STATES[states.seen[k]] if there else None)
    return found[0], found[1]


def _laid_out(
    mix: Spent, begin: int, end: int, first: State | None, last: State | None
) -> Iterator[Piece]:
    """What took any time, within these times."""
    took = [state for state in STATES if mix[state] > 0]
    took.sort(key=lambda state: (state is last, state is not first) if first is not last else 0)
    for state in took:
        until = min(end, begin + mix[state])
        if until > begin:
            yield begin, until, state
        begin = until


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Those that go on are one."""
    found: list[Piece] = []
    for begin, end, state in pieces:
        if found and found[-1][1] == begin and found[-1][2] is state:
            found[-1] = found[-1][0], end, state
        else:
            found.append((begin, end, state))
    return found
