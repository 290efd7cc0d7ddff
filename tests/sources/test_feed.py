"""A feed: what is known of a run is shown up to a moment, and nothing beyond it."""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Iterator
from random import Random
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.sources.feed import Feed
from concviz.sources.inbox import Inbox
from concviz.sources.lateness import Lateness
from concviz.sources.local_run import LocalRun
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.view.phrases import left_out
from concviz.view.segments import queue_depths, task_row, worker_row
from concviz.view.viewport import Viewport
from tests.builders import History, batches, histories, samples
from tests.running import PATIENCE_S, SOON_S, wait_for

FLOOD = Plan(strategy="thread-pool", workload="number", workers=64, tasks=30_000, duration_s=0)


class Told:
    """A source that gives one batch after the other."""

    def __init__(self, plan: Plan, told: list[list[Message]], random: Random, clock: int) -> None:
        self.plan = plan
        self.lines = None
        self.clock = clock
        self.closed = False
        self._told = told
        self._random = random
        self.finished = False
        self.waiting = self.behind = False

    def give_room(self, messages: int | None) -> None:
        pass

    def now(self) -> int:
        return self.clock

    def late_ns(self, now: int) -> int:
        return now % 7

    def wait(self, timeout: float | None = None) -> bool:
        return self.finished

    def stop(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def drain(self, budget_s: float = 0, most: int = 0) -> list[Message]:
        given = self._told.pop(0) if self._told else []
        self.finished = not self._told
        self.behind = bool(self._told) and self._random.random() < 0.7
        return given


@given(histories(), st.randoms(use_true_random=False))
def test_nothing_is_drawn_beyond_the_moment_which_never_goes_back(
    history: History, random: Random
) -> None:
    told: list[Message] = [*history.told, *samples(history, random)]
    told.sort(key=lambda event: 0 if isinstance(event, bytes | Header) else event.t_ns)
    cut = batches([*told, history.exit], random)
    source = Told(history.plan, cut, random, history.told[0].t_ns)
    feed = Feed(source)
    before = 0
    while not feed.over:
        newest = [e.t_ns for e in cut[0] if not isinstance(e, bytes | Header)] if cut else []
        source.clock = max([source.clock + random.randint(0, 10), *newest])
        feed.advance(0.001)
        moment, run = feed.moment, feed.run
        assert not feed.run.ended or moment.time == run.finished
        if run.finished == UNKNOWN:
            assert moment.time >= before
            assert moment.time >= run.latest
            assert moment.time <= source.clock
            if source.behind:
                assert moment.time == max(before, run.latest)
            before = moment.time
        _check_drawn(run, moment.time)


def _check_drawn(run: Run, now: int) -> None:
    if run.started == UNKNOWN:
        return
    view = Viewport(400, 2)
    last = view.cell(now - run.started) + 1
    rows = [worker_row(run, worker, view, now) for worker in run.workers]
    rows += [task_row(run, task, view, now) for task in range(len(run.tasks))]
    for row in rows:
        for segment in row:
            assert segment.end <= last + 1, f"{segment} of {last}"
    depths = queue_depths(run, view, now)
    assert len(depths) <= last + 1
    if depths and not run.ended and last <= view.width:
        assert depths[-1] == len(run.submits) - len(run.starts), "the queue is the same everywhere"


def told() -> Told:
    """A source that tells of a run in three batches."""
    plan = Plan(tasks=1)
    batches: list[list[Message]] = [
        [events.RunStarted(10), events.TaskSubmitted(11, 0)],
        [events.TaskStarted(12, 0, "w"), events.TaskFinished(13, 0, None, None)],
        [events.RunFinished(14, None), events.RunnerExited(15, 0)],
    ]
    return Told(plan, batches, Random(0), 100)


def test_to_follow_is_to_take_in_all_of_it_look_now_and_then_and_close_it() -> None:
    source, looks = told(), itertools.count()
    feed = Feed(source)
    run = feed.follow(0.001, lambda: next(looks))
    assert run is feed.run
    assert run.phase is Phase.FINISHED
    assert run.count(Outcome.FINISHED) == 1
    assert next(looks) >= 2
    assert feed.over
    assert source.closed


def test_what_is_followed_is_closed_whoever_raises() -> None:
    source = told()

    def look() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Feed(source).follow(0.001, look)
    assert source.closed


def followed(feed: Feed) -> Iterator[float]:
    """Look at it as a screen does: now and then, with little time for each look."""
    begun = time.monotonic()
    while not feed.over:
        assert time.monotonic() - begun < PATIENCE_S
        feed.advance(0.008)
        yield time.monotonic() - begun
        time.sleep(1 / 30)


@pytest.mark.alone
def test_a_flood_is_shown_as_far_as_it_was_read_and_time_never_runs_backwards() -> None:
    feed = Feed(LocalRun(FLOOD))
    try:
        shown: list[int] = []
        lagged = False
        for _ in followed(feed):
            run, moment = feed.run, feed.moment
            if run.started == UNKNOWN or run.finished != UNKNOWN:
                continue
            if run.unread:
                lagged = True
                assert moment.time == max(run.latest, *shown[-1:]), "up to what was read"
            shown.append(moment.time)
        assert shown == sorted(shown)
        assert lagged, "this is a flood"
        run = feed.run
        assert shown[-1] <= run.finished
        assert run.count(Outcome.FINISHED) == FLOOD.tasks
        assert left_out(run) == []
    finally:
        feed.close()


@pytest.mark.alone
@pytest.mark.parametrize("strategy", ["thread-pool", "asyncio", "process-pool"])
def test_a_flood_stops_at_once_and_what_nobody_read_is_counted(strategy: str) -> None:
    record = io.BytesIO()
    plan = Plan(
        strategy=strategy,
        workload="number",
        workers=64 if strategy == "thread-pool" else 2,
        tasks=100_000,
        duration_s=0,
        chunksize=500,
    )
    feed = Feed(LocalRun(plan, record))
    try:
        stopped = 0.0
        for now in followed(feed):
            done = feed.run.count(Outcome.FINISHED)
            if not stopped and (done > 50_000 or (done > 2_000 and feed.run.unread)):
                feed.stop()
                assert feed.moment.stopping
                stopped = now
        assert now - stopped < SOON_S
    finally:
        feed.close()
    run = feed.run
    assert run.phase is Phase.STOPPED
    counted = run.counts.unread
    if counted:
        assert run.finished == run.latest, "nothing is shown after what is known"
        assert left_out(run) == [f"{counted:,} events dropped at the end"]
    again = read(record, plan)
    assert (again.counts, again.tally, again.finished) == (run.counts, run.tally, run.finished)


def read(record: BinaryIO, plan: Plan) -> Run:
    record.seek(0)
    header, *lines = record.read().splitlines()
    run = Run(plan)
    run.apply([Header.decode(header), *map(events.decode, lines)])
    return run


# -- room --


def test_who_has_little_time_is_given_no_more_than_fits_and_the_end_waits_for_nobody() -> None:
    run = LocalRun(Plan(strategy="sequential", workload="number", tasks=20_000, duration_s=0))
    run.give_room(1_000)
    try:
        taken = 0
        wait_for(lambda: run.behind and not run.wait(0.2), "something waits where it happens")
        while some := run.drain(most=500):
            taken += len(some)
            assert taken < 4_000, "room, and what was read"
        assert taken >= 1_000, "what had found room"
        begun = time.monotonic()
    finally:
        run.close()
    assert time.monotonic() - begun < SOON_S
    assert run.finished, "what is stopped is read to its end"


def test_an_inbox_is_full_until_some_are_taken_and_never_once_it_is_open() -> None:
    inbox: Inbox[int] = Inbox()
    inbox.room = 3
    inbox.put([1, 2, 3])
    assert not inbox.full
    inbox.put([4])
    assert inbox.full
    assert inbox.take(1, 2) == [1, 2]
    assert not inbox.full
    inbox.put([5, 6])
    assert inbox.full
    inbox.open()
    assert not inbox.full
    inbox.wait_for_room()


def test_without_a_limit_all_of_it_comes_although_nobody_drains() -> None:
    run = LocalRun(Plan(strategy="sequential", workload="number", tasks=20_000, duration_s=0))
    assert run.wait(PATIENCE_S)
    told = list(itertools.chain.from_iterable(iter(lambda: run.drain(most=999), [])))
    assert isinstance(told[-1], events.RunnerExited)
    run.close()


def test_what_came_late_is_waited_for_as_long_again_and_no_longer() -> None:
    """A lab that hung reads what is old by then; later it does not lag any more."""
    late, now = Lateness(), 10_000_000_000
    old = [events.TaskSubmitted(now - 3_000_000_000, 0)]
    late.note(old, now)
    assert late.at(now) == 3_000_000_000
    assert late.at(now + 2_900_000_000) == 3_000_000_000
    assert late.at(now + 4_000_000_000) == 0
    late.note([*old, events.Unread(now, 0)], now)
    assert late.at(now) == 0, "it waited in the runner, which is told"
