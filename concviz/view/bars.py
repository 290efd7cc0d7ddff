"""A row's bars at exact times, for pictures that are not made of cells.

The rules are those of ``segments`` and ``state_segments``, with ``least`` nanoseconds in place of a
cell: what is at least half so long is drawn from its start to its end, and what is shorter is drawn
together with whatever else starts in the same ``least`` nanoseconds. Times count from the run's
start.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from concviz.model.entities import Worker
from concviz.model.lanes import OPEN, Lane
from concviz.model.others import Others
from concviz.model.run import Run
from concviz.model.samples import States
from concviz.model.tasks import UNKNOWN
from concviz.trace.worker_kind import WorkerKind
from concviz.view.segment import BARS, MANY
from concviz.view.signs import Kind, Shown
from concviz.view.state_segments import cell_at


class Piece(NamedTuple):
    """From when to when something is shown."""

    begin: int
    end: int
    shown: Shown


class Bar(NamedTuple):
    """What is drawn of a task, or of several that are too short to be told apart."""

    begin: int
    end: int
    kind: Kind
    task: int = MANY
    tasks: int = 1
    """How many it stands for."""
    pieces: tuple[Piece, ...] = ()
    """By state, all of it; none where nothing was observed, or it is only partly busy."""


def bars(run: Run, worker: Worker, least: int, now: int) -> list[Bar]:
    """A worker's bars in order of their starts. ``now`` is monotonic."""
    if run.started == UNKNOWN:
        return []
    found: list[Bar] = []
    for bar in _whole(run, worker, max(1, least), run.end_of(worker, now)):
        before = found[-1] if found else None
        if before is not None and bar.task == MANY == before.task and _go_on(before, bar):
            found[-1] = before._replace(end=bar.end, tasks=before.tasks + bar.tasks)
        else:
            found.append(bar)
    if not worker.observed:
        return found
    return [
        bar if bar.kind is Kind.PARTLY else bar._replace(pieces=_by_state(run, worker, bar, least))
        for bar in found
    ]


def _go_on(before: Bar, bar: Bar) -> bool:
    return before.end == bar.begin and before.kind is bar.kind


def _whole(run: Run, worker: Worker, least: int, limit: int) -> Iterator[Bar]:
    """The same, not yet cut into states, and nothing put together but what must be."""
    lane, zero = worker.lane, run.started
    starts, tasks = lane.starts, lane.tasks
    here = reached = 0
    while here < len(starts):
        first = zero + (starts[here] - zero) // least * least
        behind = bisect_left(starts, first + least, here)
        # The one that lasts longer is the last that starts there, unless others lie within it.
        able = range(here, behind) if lane.nested else range(behind - 1, behind)
        whole = [k for k in able if 2 * (_end(lane, k, limit) - starts[k]) >= least]
        crowd = behind - here - len(whole)
        following = starts[behind] if behind < len(starts) else OPEN
        if crowd:
            until = starts[whole[0]] if whole and not lane.nested else following
            if crowd == 1:
                k = next(k for k in range(here, behind) if k not in whole)
                yield _alone(run, worker, k, least, until, limit)
            else:
                begin, end = first, first + least
                if not lane.nested:
                    begin, end = max(first, reached), max(starts[here], min(end, until))
                yield _crowd(run, lane, begin, max(end, begin + 1), crowd)
        for k in whole:
            kind, reached = BARS[run.tasks.outcome[tasks[k]]], _end(lane, k, limit)
            yield Bar(starts[k] - zero, reached - zero, kind, tasks[k])
        here = behind


def _end(lane: Lane, index: int, limit: int) -> int:
    """Where a span ends as far as that is known."""
    return max(lane.starts[index], min(lane.end(index), limit))


def _alone(run: Run, worker: Worker, k: int, least: int, until: int, limit: int) -> Bar:
    """One that is too short to be seen, drawn as long as must be, if there is room."""
    lane, zero = worker.lane, run.started
    start, task = lane.starts[k], lane.tasks[k]
    end = max(_end(lane, k, limit), min(start + least, until))
    kind = BARS[run.tasks.outcome[task]]
    return Bar(start - zero, end - zero, Kind.PARTLY if kind is Kind.BUSY else kind, task)


def _crowd(run: Run, lane: Lane, begin: int, end: int, tasks: int) -> Bar:
    """Several: busy for at least half of that time, or for less."""
    kind = Kind.BUSY if 2 * lane.busy(begin, end) >= end - begin else Kind.PARTLY
    return Bar(begin - run.started, end - run.started, kind, MANY, tasks)


def _by_state(run: Run, worker: Worker, bar: Bar, least: int) -> tuple[Piece, ...]:
    zero = run.started
    first, last = zero + bar.begin, zero + bar.end
    if bar.task != MANY:
        lane = worker.lane
        first = run.tasks.started[bar.task]
        last = max(first, lane.ends[lane.find(bar.task, first)])
    pieces: list[Piece] = []
    time, end = zero + bar.begin, zero + bar.end
    while time < end:
        shown, until = cell_at(run, worker, bar.task, time, least, first, last)
        until = min(max(until, time + 1), end)
        if pieces and pieces[-1].shown is shown:
            pieces[-1] = pieces[-1]._replace(end=until - zero)
        else:
            pieces.append(Piece(time - zero, until - zero, shown))
        time = until
    return tuple(pieces)


def phases(run: Run, worker: Worker, least: int, now: int) -> list[Piece]:
    """When the worker started up, and when data and results were on their way, where to be seen."""
    zero, lane, tasks = run.started, worker.lane, run.tasks
    if zero == UNKNOWN:
        return []
    limit = run.end_of(worker, now)
    found: list[Piece] = []
    if worker.starting != UNKNOWN:
        until = min([worker.started if worker.started != UNKNOWN else limit, *lane.starts[:1]])
        found.append(Piece(worker.starting - zero, until - zero, Kind.STARTING))
    reached = zero
    for k, task in enumerate(lane.tasks):
        if (way := run.cluster.fetching(task)) is not None:
            begin, until = max(way[0], reached), min(way[1], lane.starts[k])
            found.append(Piece(begin - zero, max(begin, until) - zero, Kind.TRANSFER))
        reached = max(reached, _end(lane, k, limit))
        finished, collected = tasks.finished[task], tasks.in_hand(task)
        if finished == UNKNOWN or task in tasks.lost or (collected == UNKNOWN and run.ended):
            continue
        until = collected if collected != UNKNOWN else now
        until = min([until, *lane.starts[k + 1 : k + 2]])
        found.append(Piece(finished - zero, until - zero, Kind.RETURNING))
    return [piece for piece in found if 2 * (piece.end - piece.begin) >= least]


def others_pieces(run: Run, others: Others, least: int) -> list[Piece]:
    """What tasks have started: the state that took most of each ``least`` nanoseconds."""
    spans = zip(others.begins, others.ends, strict=True)
    return _most_of_each(run, others.states, spans, least)


def outside_pieces(run: Run, worker: Worker, least: int, now: int) -> list[Piece]:
    """The same of what a thread of a program did while no task ran on it."""
    if run.program is None or worker.kind is WorkerKind.COROUTINE or not len(worker.states):
        return []
    return _most_of_each(run, worker.states, _gaps(run, worker, least, now), least)


def _gaps(run: Run, worker: Worker, least: int, now: int) -> Iterator[tuple[int, int]]:
    """From when to when it was seen and no task ran on it, where that is to be seen."""
    lane, states = worker.lane, worker.states
    limit = min(run.end_of(worker, now), states.end)
    reached = max(states.begin, worker.started)
    for k, start in enumerate(lane.starts):
        if 2 * (min(start, limit) - reached) >= least:
            yield reached, min(start, limit)
        reached = max(reached, _end(lane, k, limit))
    if reached < limit:
        yield reached, limit


def _most_of_each(
    run: Run, states: States, spans: Iterable[tuple[int, int]], least: int
) -> list[Piece]:
    if run.started == UNKNOWN:
        return []
    pieces: list[Piece] = []
    times = states.times
    for begin, end in spans:
        time = begin
        while time < end:
            k = bisect_right(times, time)
            sample = times[k] if k < len(times) else end
            until = min(end, max(time + least, sample))
            shown = states.most(time, until)
            if pieces and pieces[-1].shown is shown and pieces[-1].end == time - run.started:
                pieces[-1] = pieces[-1]._replace(end=until - run.started)
            else:
                pieces.append(Piece(time - run.started, until - run.started, shown))
            time = until
    return pieces
