"""Rows of cells against a slow model that looks at every span for every cell."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.view.segment import MANY, Segment
from concviz.view.segments import queue_depths, task_row, worker_row
from concviz.view.signs import Kind, Shown
from concviz.view.viewport import Viewport
from tests.builders import History, histories, shuffled

BARS = {Outcome.FAILED: Kind.FAILED, Outcome.LOST: Kind.LOST, Outcome.STOPPED: Kind.LOST}


class Picture(NamedTuple):
    """A run at some time, seen through a viewport."""

    run: Run
    view: Viewport
    now: int


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    history: History = draw(histories())
    random: Random = draw(st.randoms(use_true_random=False))
    order = shuffled(history, random) if draw(st.booleans()) else history.told
    seen = draw(st.integers(0, len(order)))
    run = Run(history.plan)
    run.apply(order[:seen])
    if draw(st.booleans()):
        run.apply([*order[seen:], history.exit])
    view = Viewport(draw(st.integers(1, 25)), draw(st.integers(1, 60)), draw(st.integers(0, 12)))
    now = max(run.latest, run.started, 0) + draw(st.integers(0, 50))
    return Picture(run, view, now)


def cells(segments: list[Segment], width: int) -> list[tuple[Shown, int] | None]:
    row: list[tuple[Shown, int] | None] = [None] * width
    for begin, end, kind, task in segments:
        row[begin:end] = [(kind, task)] * (end - begin)
    return row


def in_order(segments: list[Segment], first: int, last: int) -> bool:
    inside = all(first <= s.begin < s.end <= last for s in segments)
    return inside and all(a.end <= b.begin for a, b in pairwise(segments))


def slow_cell(picture: Picture, worker: Worker, cell: int) -> tuple[Shown, int] | None:
    """What one cell of a worker's row shows, after the words of ``concviz.view.segments``."""
    run, view, now = picture
    zero, lane = run.started, worker.lane
    limit = run.end_of(worker, now)
    following = [*lane.starts[1:], limit]  # ends a span whose own end was missed
    spans = [
        (start - zero, min(end, limit, after) - zero, task)
        for start, end, after, task in zip(
            lane.starts, lane.ends, following, lane.tasks, strict=len(lane) > 0
        )
    ]
    begin, behind = view.time(cell), view.time(cell + 1)
    over = [
        (task, end - start >= view.scale)
        for start, end, task in spans
        if view.edge(start) <= cell < view.edge(end)
    ]
    crowded = sum(view.cell(start) == cell for start, _, _ in spans) > 1
    if crowded and not any(long for _, long in over):
        busy = sum(max(0, min(end, behind) - max(start, begin)) for start, end, _ in spans)
        return Kind.BUSY if 2 * busy >= view.scale else Kind.PARTLY, MANY
    if over:
        return BARS.get(Outcome(run.tasks.outcome[over[0][0]]), Kind.BUSY), over[0][0]
    short = [
        task
        for start, end, task in spans
        if view.cell(start) == cell and not view.edge(start) < view.edge(end)
    ]
    if short:
        busy = sum(max(0, min(end, behind) - max(start, begin)) for start, end, _ in spans)
        kind = Kind.BUSY if 2 * busy >= view.scale else Kind.PARTLY
        return BARS.get(Outcome(run.tasks.outcome[short[0]]), kind), short[0]
    if worker.exitcode is not None:
        died = view.edge(worker.ended - zero)
        shared = any(view.cell(start) == died for start, _, _ in spans)
        if cell == died + shared:
            return Kind.DIED, MANY
    before = [(end, task) for start, end, task in spans if view.edge(start) <= cell]
    if before:
        end, task = before[-1]
        collected = run.tasks.collected[task]
        until = collected if collected != UNKNOWN else UNKNOWN if run.ended else now
        if run.tasks.finished[task] != UNKNOWN and view.edge(end) <= cell < view.edge(until - zero):
            return Kind.RETURNING, task
    if worker.starting != UNKNOWN:
        until = worker.started if worker.started != UNKNOWN else limit
        until = min([until - zero, *(start for start, _, _ in spans)])
        if view.edge(worker.starting - zero) <= cell < view.edge(until):
            return Kind.STARTING, MANY
    return None


@settings(max_examples=150)
@given(pictures())
def test_worker_row_shows_what_every_span_asks_for(picture: Picture) -> None:
    run, view, now = picture
    for worker in run.workers:
        row = worker_row(run, worker, view, now)
        if run.started == UNKNOWN:
            assert row == []
            continue
        assert in_order(row, 0, view.width)
        shown = cells(row, view.width)
        assert shown == [slow_cell(picture, worker, cell) for cell in range(view.width)]


@given(pictures(), st.integers(0, 25), st.integers(0, 25))
def test_part_of_a_row_is_that_part_of_the_whole(picture: Picture, a: int, b: int) -> None:
    run, view, now = picture
    first, last = sorted((min(a, view.width), min(b, view.width)))
    for worker in run.workers:
        part = worker_row(run, worker, view, now, first, last)
        assert in_order(part, first, last)
        whole = worker_row(run, worker, view, now)
        cropped = [
            Segment(max(begin, first), min(end, last), kind, task)
            for begin, end, kind, task in whole
            if max(begin, first) < min(end, last)
        ]
        assert part == cropped


@given(pictures())
def test_bars_begin_and_end_at_the_nearest_edges(picture: Picture) -> None:
    run, view, now = picture
    if run.started == UNKNOWN or not run.ended:
        return
    for worker in run.workers:
        row = cells(worker_row(run, worker, view, now), view.width)
        lane = worker.lane
        for start, end, task in zip(lane.starts, lane.ends, lane.tasks, strict=True):
            if end - start < view.scale:
                continue  # its cell may be a crowded one
            begin, behind = view.edge(start - run.started), view.edge(end - run.started)
            kind = BARS.get(Outcome(run.tasks.outcome[task]), Kind.BUSY)
            for cell in range(max(begin, 0), min(behind, view.width)):
                assert row[cell] == (kind, task)


def dense(spans: list[tuple[int, int]], dies: int | None = None) -> tuple[Run, Worker]:
    """One worker with these spans, in a run that has ended."""
    run = Run(Plan(tasks=max(1, len(spans))))
    run.apply([events.RunStarted(0), events.WorkerStarted(0, "w", 1, 1)])
    for task, (start, end) in enumerate(spans):
        run.apply([events.TaskStarted(start, task, "w"), events.TaskFinished(end, task, 0, None)])
        run.apply([events.TaskCollected(end, task)])
    if dies is not None:
        run.apply([events.WorkerDied(dies, "w", -9)])
    end = max([end for _, end in spans], default=0) + 1000
    run.apply([events.RunFinished(end, None), events.RunnerExited(end, 0)])
    return run, run.workers[0]


def test_dense_cells_are_busy_when_half_of_their_time_was() -> None:
    # cells of 100: busy for 60, 50, 49 and (one task) 20
    spans = [(0, 30), (60, 90), (100, 125), (155, 180), (200, 224), (255, 280), (310, 330)]
    run, worker = dense(spans)
    row = worker_row(run, worker, Viewport(6, 100), 0)
    assert row == [
        Segment(0, 2, Kind.BUSY, MANY),
        Segment(2, 3, Kind.PARTLY, MANY),
        Segment(3, 4, Kind.PARTLY, 6),
    ]


def test_death_is_shown_behind_the_last_task() -> None:
    run, worker = dense([(0, 300)], dies=310)
    row = worker_row(run, worker, Viewport(6, 100), 0)
    assert row == [Segment(0, 3, Kind.BUSY, 0), Segment(3, 4, Kind.DIED)]
    run, worker = dense([(0, 300), (305, 315)], dies=320)
    row = worker_row(run, worker, Viewport(6, 100), 0)
    assert row == [
        Segment(0, 3, Kind.BUSY, 0),
        Segment(3, 4, Kind.PARTLY, 1),
        Segment(4, 5, Kind.DIED),
    ]


def test_many_spans_make_no_more_segments_than_there_are_cells() -> None:
    run, worker = dense([(n * 10, n * 10 + n % 9) for n in range(20_000)])
    for view in (Viewport.fit(200_000, 100), Viewport(100, 100, 7), Viewport(100, 25, 40)):
        row = worker_row(run, worker, view, 0)
        assert 0 < len(row) <= view.width
        assert in_order(row, 0, view.width)


def test_cost_of_a_row_does_not_grow_with_the_spans() -> None:
    """A span looked at is a look into the lane's ends: as many for 20,000 as for 1,000."""

    def looks(number: int) -> int:
        run, worker = dense([(n * 10, n * 10 + 5) for n in range(number)])
        counted = CountedEnds(worker.lane.ends.tolist())
        worker.lane.ends = counted  # type: ignore[assignment]
        worker_row(run, worker, Viewport.fit(number * 10, 50), 0)
        return counted.looks

    assert 0 < looks(20_000) <= looks(1_000) + 50


class CountedEnds(list[int]):
    looks = 0

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        self.looks += 1
        return super().__getitem__(index)


class Stretch(NamedTuple):
    """A phase of a task in true time, since the start of the run."""

    kinds: tuple[Kind, ...]
    begin: int
    end: int


def stretches(picture: Picture, task: int) -> list[Stretch]:
    """The true phases of a task, one after the other."""
    run, _, now = picture
    tasks, zero = run.tasks, run.started
    end = run.finished if run.ended else now
    submitted, started = tasks.submitted[task], tasks.started[task]
    if started == UNKNOWN:
        if tasks.outcome[task] != Outcome.FAILED:
            return [Stretch((Kind.QUEUED,), submitted - zero, end - zero)]
        failed = tasks.finished[task] - zero
        waited = Stretch((Kind.QUEUED,), submitted - zero, failed)
        return [waited, Stretch((Kind.FAILED,), failed, failed)]
    found = [Stretch((Kind.QUEUED,), submitted - zero, started - zero)]
    worker = run.workers[tasks.worker[task]]
    if worker.starting != UNKNOWN and worker.lane.tasks[0] == task:
        begin = max(worker.starting, submitted)
        found = [
            Stretch((Kind.QUEUED,), submitted - zero, begin - zero),
            Stretch((Kind.STARTING,), begin - zero, started - zero),
        ]
    place = worker.lane.find(task, started)
    following = [*worker.lane.starts[place + 1 : place + 2], run.end_of(worker, now)][0]
    finished = tasks.finished[task] if tasks.finished[task] != UNKNOWN else following
    bar = BARS.get(Outcome(tasks.outcome[task]), Kind.BUSY)
    found.append(Stretch((bar, Kind.PARTLY), started - zero, finished - zero))
    if tasks.finished[task] != UNKNOWN:
        collected = tasks.collected[task]
        if collected != UNKNOWN or not run.ended:
            until = collected if collected != UNKNOWN else now
            found.append(Stretch((Kind.RETURNING,), finished - zero, until - zero))
    return found


@settings(max_examples=150)
@given(pictures())
def test_task_row_shows_its_phases_one_after_the_other(picture: Picture) -> None:
    run, view, now = picture
    for task in range(len(run.tasks)):
        row = task_row(run, task, view, now)
        if run.started == UNKNOWN or run.tasks.submitted[task] == UNKNOWN:
            assert row == []
            continue
        assert in_order(row, 0, view.width)
        assert all(a.end == b.begin for a, b in pairwise(row))
        assert all(segment.task == task for segment in row)
        left = iter(row)
        segment = next(left, None)
        for kinds, begin, end in stretches(picture, task):
            first, behind = max(0, view.edge(begin)), min(view.edge(end), view.width)
            if segment is not None and segment.kind in kinds:
                # True edges, but for a bar too short to be seen, which has a cell all the same.
                assert abs(segment.begin - first) <= 1
                assert abs(segment.end - behind) <= 1 or behind <= segment.begin
                segment = next(left, None)
            else:
                assert behind - first <= 1
        assert segment is None


@given(pictures())
def test_bar_of_a_task_is_seen_however_short(picture: Picture) -> None:
    run, view, now = picture
    for task in range(len(run.tasks)):
        started = run.tasks.started[task]
        if UNKNOWN in (run.started, started, run.tasks.submitted[task]):
            continue
        if 0 <= view.edge(started - run.started) < view.width:
            kinds = {segment.kind for segment in task_row(run, task, view, now)}
            assert kinds & {Kind.BUSY, Kind.PARTLY, Kind.FAILED, Kind.LOST}


@given(pictures())
def test_queue_depths_count_what_waits_at_the_end_of_each_cell(picture: Picture) -> None:
    run, view, now = picture
    depths = queue_depths(run, view, now)
    if run.started == UNKNOWN:
        assert depths == []
        return
    end = run.finished if run.ended else now
    for cell in range(view.width):
        time = run.started + view.time(cell)
        if time >= end:
            assert len(depths) == cell
            return
        time = min(time + view.scale, end)
        submitted = sum(t != UNKNOWN and t <= time for t in run.tasks.submitted)
        started = sum(t != UNKNOWN and t <= time for t in run.tasks.started)
        assert depths[cell] == max(0, submitted - started)
    assert len(depths) == view.width
