"""How the clocks of a cluster's machines are made the stream's one."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.cluster.clocks import DRIFT, Bounds, Clocks, Exchange, bounds_of
from concviz.cluster.machine import Machine
from concviz.trace import events

HERE = Machine("boot-a", "time:[1]", "pid:[1]", "alpha")
THERE = Machine("boot-b", "time:[1]", "pid:[1]", "beta")
HUB = Machine("boot-c", "time:[1]", "pid:[1]", "hub")
SECOND = 1_000_000_000
MS = 1_000_000


class Trip(NamedTuple):
    """A question to the scheduler: when it was asked (true time), and how long each way took."""

    at: int
    there: int
    back: int

    def exchange(self, asker: int, scheduler: int) -> Exchange:
        """As clocks tell of it that are so far ahead of the true time."""
        arrived = self.at + self.there
        return Exchange(self.at + asker, arrived + scheduler, arrived + self.back + asker)


delays = st.integers(0, 50 * MS)
ahead = st.integers(-(10**15), 10**15)
trips = st.lists(
    st.builds(Trip, st.integers(10**16, 10**16 + 5 * SECOND), delays, delays), min_size=1
)


@given(trips, ahead, ahead)
def test_the_truth_is_within_the_bounds_whatever_took_the_time(
    asked: list[Trip], asker: int, scheduler: int
) -> None:
    exchanges = [trip.exchange(asker, scheduler) for trip in asked]
    bounds = bounds_of(exchanges)
    assert bounds is not None
    assert bounds.low <= asker - scheduler <= bounds.high


@given(trips)
def test_they_are_no_wider_than_the_fastest_answer_took_but_for_drift(asked: list[Trip]) -> None:
    bounds = bounds_of([trip.exchange(0, 0) for trip in asked])
    assert bounds is not None
    fastest = min(trip.there + trip.back for trip in asked)
    assert bounds.high - bounds.low <= fastest + 2 * (5 * SECOND * DRIFT + len(asked) + MS // 10)


@given(st.integers(-1, 1), st.integers(0, 3600), delays, delays)
def test_they_hold_for_clocks_that_run_apart(way: int, later: int, there: int, back: int) -> None:
    """As fast as is allowed for, and for an hour after the only answer."""
    before = bounds_of([Trip(10**16, there, back).exchange(5, 0)])
    assert before is not None
    after = before.later(before.at + later * SECOND)
    assert after.low <= 5 + way * int(later * SECOND * DRIFT) <= after.high


def test_a_clock_that_stood_still_is_known_by_newer_answers_alone() -> None:
    old, new = Bounds(0, 10, 0), Bounds(10 * SECOND, 10 * SECOND + 5, SECOND)
    assert old.within(new) == new


def test_nothing_is_known_of_a_host_that_has_not_asked() -> None:
    clocks = Clocks(HERE, HUB)
    clocks.met("beta", THERE, 0)
    clocks.asked_here([Exchange(0, 5, 1)], 1)
    assert clocks.to_stream("beta", 7) is None
    assert clocks.error_ns("beta") is None
    assert clocks.take() == []


@pytest.mark.parametrize("scheduler", [HERE, THERE])
def test_the_same_start_of_the_same_kernel_is_the_same_clock(scheduler: Machine) -> None:
    """With times of its own it is another one; so is one of which nothing is told."""
    clocks = Clocks(HERE, scheduler)
    clocks.met("container", HERE._replace(pid_space="pid:[2]"), 0)
    clocks.met("other times", HERE._replace(time_space="time:[2]"), 0)
    clocks.met("silent", HERE._replace(boot=""), 0)
    assert clocks.to_stream("container", 123) == 123
    assert clocks.take() == [events.Host(0, "container", 0, 0)]
    assert clocks.to_stream("other times", 123) is None
    assert clocks.to_stream("silent", 123) is None


@given(trips, trips, ahead, ahead, ahead)
def test_what_is_told_of_a_host_is_right_within_its_error(
    ours: list[Trip], theirs: list[Trip], here: int, there: int, hub: int
) -> None:
    clocks = Clocks(HERE, HUB)
    clocks.met("beta", THERE, 0)
    clocks.asked_here([trip.exchange(here, hub) for trip in ours], 10**16 + here)
    clocks.asked_there("beta", [trip.exchange(there, hub) for trip in theirs], 10**16 + here)
    *_, told = clocks.take()
    assert abs(told.offset_ns - (there - here)) <= told.error_ns
    t_ns = 10**16
    shown = clocks.to_stream("beta", t_ns + there)
    assert shown is not None
    assert abs(shown - (t_ns + here)) <= told.error_ns


spans = st.lists(st.tuples(st.booleans(), st.integers(1, 20 * MS), st.integers(0, 5 * MS)))


@given(trips, spans, ahead)
def test_spans_of_a_chain_overlap_by_no_more_than_the_error(
    theirs: list[Trip], chain: list[tuple[bool, int, int]], there: int
) -> None:
    """Each begins after the one before has ended, here or there."""
    clocks = Clocks(HERE, HERE)
    clocks.met("beta", THERE, 0)
    clocks.asked_there("beta", [trip.exchange(there, 0) for trip in theirs], 10**16)
    error = clocks.error_ns("beta")
    assert error is not None
    now, ended = 10**16, 0
    for remote, lasts, pause in chain:
        host, its = ("beta", now + there) if remote else ("", now)
        begins, ends = clocks.to_stream(host, its), clocks.to_stream(host, its + lasts)
        assert begins is not None
        assert ends is not None
        assert begins >= ended - error
        assert ends - begins == lasts
        now, ended = now + lasts + pause, ends


steps = st.lists(
    st.one_of(
        st.builds(Trip, st.just(0), delays, delays),
        st.integers(0, 500 * MS),  # somebody asks what an older time is
        st.tuples(st.integers(-(10**10), 10**10)),  # a machine slept
    ),
    max_size=30,
)


@given(steps, st.integers(1, 5 * SECOND))
def test_the_times_of_a_host_stay_in_order_when_its_clock_is_set_right(
    steps: list[Trip | int | tuple[int]], pause: int
) -> None:
    clocks = Clocks(HERE, HERE)
    clocks.met("beta", THERE, 0)
    now, there = 10**16, 10**15
    asked: dict[int, int] = {}
    clocks.asked_there("beta", [Trip(now, 10 * MS, 10 * MS).exchange(there, 0)], now)
    for step in steps:
        now += pause
        if isinstance(step, Trip):
            exchange = step._replace(at=now).exchange(there, 0)
            clocks.asked_there("beta", [exchange], now)
        elif isinstance(step, tuple):
            there += step[0]
        else:
            its = now + there - step
            shown = clocks.to_stream("beta", its)
            assert shown is not None
            assert asked.setdefault(its, shown) <= shown
            asked[its] = shown
    in_order = [shown for _, shown in sorted(asked.items())]
    assert in_order == sorted(in_order)


def test_a_clock_is_told_again_only_where_that_says_more() -> None:
    clocks = Clocks(HERE, HERE)
    clocks.met("beta", THERE, 0)
    for k in range(20):
        at = 10**12 + k * 2 * SECOND
        clocks.asked_there("beta", [Trip(at, 2 * MS, 2 * MS).exchange(77, 0)], at)
    assert len(clocks.take()) == 1
    at = 10**12 + 50 * SECOND
    clocks.asked_there("beta", [Trip(at, 0, 0).exchange(77, 0)], at)
    (better,) = clocks.take()
    assert better.offset_ns == 77


def test_a_clock_that_drifts_is_followed() -> None:
    clocks = Clocks(HERE, HERE)
    clocks.met("beta", THERE, 0)
    told: events.Host | None = None
    for k in range(600):
        at = 10**12 + k * 2 * SECOND
        drift = int(k * 2 * SECOND * DRIFT / 2)
        clocks.asked_there("beta", [Trip(at, MS // 5, MS // 10).exchange(drift, 0)], at)
        if new := clocks.take():
            told = new[-1]
        assert told is not None
        assert abs(told.offset_ns - drift) <= told.error_ns < 2 * MS
        shown = clocks.to_stream("beta", at + drift)
        assert shown is not None
        assert abs(shown - at) <= told.error_ns
