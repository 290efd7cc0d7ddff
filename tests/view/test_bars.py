"""Bars at exact times: every task is in one, where it was, and as its states were measured."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace import events
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing
from concviz.view.bars import Bar, Piece, bars, others_pieces, phases
from concviz.view.segment import MANY
from concviz.view.signs import Kind
from tests.builders import MS, Told, at, finished, histories, observed, samples, submitted, task

LEASTS = st.integers(1, 80)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Any run, observed or not, up to its end or to some time."""
    history = draw(histories())
    random = draw(st.randoms(use_true_random=False))
    told = list(history.told)
    if draw(st.booleans()):
        told += samples(history, random)
        told.sort(key=lambda event: event.t_ns)
    run = Run(history.plan)
    run.apply(told[: draw(st.integers(0, len(told)))] if draw(st.booleans()) else told)
    if draw(st.booleans()):
        run.apply([history.exit])
    return run


def now_of(run: Run) -> int:
    return max(run.latest, run.started, 0) + 10


@given(runs(), LEASTS)
def test_every_task_that_started_is_in_one_bar(run: Run, least: int) -> None:
    now = now_of(run)
    for worker in run.workers:
        drawn = bars(run, worker, least, now)
        started = run.started != UNKNOWN
        assert sum(bar.tasks for bar in drawn) == (len(worker.lane) if started else 0)
        assert all(bar.begin < bar.end or bar.kind is not Kind.PARTLY for bar in drawn)
        assert all(a.end <= b.begin for a, b in pairwise(drawn)), "none covers another"


@given(runs(), LEASTS)
def test_what_is_long_enough_has_its_own_times_and_what_is_not_is_where_it_was(
    run: Run, least: int
) -> None:
    now = now_of(run)
    for worker in run.workers if run.started != UNKNOWN else []:
        lane, limit = worker.lane, run.end_of(worker, now)
        spans = {
            number: (
                lane.starts[i] - run.started,
                max(lane.starts[i], min(lane.end(i), limit)) - run.started,
            )
            for i, number in enumerate(lane.tasks)
        }
        drawn = bars(run, worker, least, now)
        alone = {bar.task: bar for bar in drawn if bar.task != MANY}
        for number, (begin, end) in spans.items():
            if 2 * (end - begin) >= least:
                assert (alone[number].begin, alone[number].end) == (begin, end)
            elif number in alone:
                assert alone[number].begin == begin
                assert alone[number].end <= max(end, begin + least), "just wide enough"
            else:
                (crowd,) = (b for b in drawn if b.task == MANY and b.begin <= begin <= b.end)
                assert crowd.tasks > 1


@given(runs(), LEASTS)
def test_the_states_fill_the_bar(run: Run, least: int) -> None:
    for worker in run.workers:
        for bar in bars(run, worker, least, now_of(run)):
            if not worker.observed or bar.kind is Kind.PARTLY or bar.begin == bar.end:
                assert bar.pieces == ()
                continue
            assert bar.pieces[0].begin == bar.begin
            assert bar.pieces[-1].end == bar.end
            for one, other in pairwise(bar.pieces):
                assert one.end == other.begin
                assert one.shown is not other.shown


def test_states_change_where_they_were_sampled_and_the_largest_share_stands_for_many() -> None:
    run = observed()
    (first, _) = run.workers
    (bar,) = bars(run, first, MS, run.finished)
    assert [(p.begin, p.end, p.shown) for p in bar.pieces] == [
        (20 * k * MS, 20 * (k + 1) * MS, State.GIL_WAIT if k % 2 else State.RUNNING)
        for k in range(5)
    ]
    (bar,) = bars(run, first, 100 * MS, run.finished)
    assert bar.pieces == (Piece(0, 100 * MS, State.RUNNING),), "of 60 and 40 %"


def crowded(each_us: int) -> Run:
    """A hundred tasks in 100 ms that take so long each, and one of 50 ms."""
    tasks = [task(n, "w", n, n + each_us / 1000) for n in range(100)]
    return finished(160, submitted(101), *tasks, task(100, "w", 110, 160))


def test_many_short_ones_are_one_bar_that_says_how_many() -> None:
    run = crowded(800)
    whole, last = bars(run, run.workers[0], 10 * MS, run.finished)
    assert whole == Bar(0, 100 * MS, Kind.BUSY, MANY, 100)
    assert (last.begin, last.end, last.task) == (110 * MS, 160 * MS, 100)
    run = crowded(300)
    assert bars(run, run.workers[0], 10 * MS, run.finished)[0].kind is Kind.PARTLY


def test_a_failed_one_is_seen_however_short_it_was() -> None:
    told: Told = [events.TaskStarted(at(5), 0, "w"), events.TaskFailed(at(5), 0, 0, "E", "")]
    run = finished(100, submitted(1), told)
    assert bars(run, run.workers[0], MS, run.finished) == [Bar(5 * MS, 6 * MS, Kind.FAILED, 0)]


@given(runs(), LEASTS)
def test_starting_up_and_returning_last_as_long_as_they_did(run: Run, least: int) -> None:
    now = now_of(run)
    for worker in run.workers:
        for piece in phases(run, worker, least, now):
            assert 2 * (piece.end - piece.begin) >= least
            begin = piece.begin + run.started
            if piece.shown is Kind.STARTING:
                assert begin == worker.starting
                continue
            (number,) = (t for t in worker.lane.tasks if run.tasks.finished[t] == begin)
            collected = run.tasks.collected[number]
            assert piece.end + run.started <= (collected if collected != UNKNOWN else now)


@given(st.integers(1, 40), st.randoms(use_true_random=False))
def test_what_tasks_started_is_drawn_while_it_was_there(least: int, random: Random) -> None:
    told: Told = []
    since = 0
    for _ in range(random.randint(0, 8)):
        since += random.choice((0, 0, 5))
        spent = nothing()
        spent[random.choice((State.RUNNING, State.IO))] = 10 * MS
        told.append(
            events.OthersSampled(at(since + 10), 7, at(since), sparse(spent), 0, 1, 1, 1, 0)
        )
        since += 10
    run = finished(200, submitted(1), task(0, "w", 0, 200), told)
    pieces = [p for others in run.others.values() for p in others_pieces(run, others, least * MS)]
    assert sum(piece.end - piece.begin for piece in pieces) == len(told) * 10 * MS
    assert all(one.end <= other.begin for one, other in pairwise(pieces))
