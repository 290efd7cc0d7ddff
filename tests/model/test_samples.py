"""A thread's states over time: nothing measured is lost, and nothing is made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.samples import MOST, Room, States, as_of
from concviz.trace.states import State, dominant, nothing, total


def spent(**times: int) -> list[int]:
    made = nothing()
    for name, time in times.items():
        made[State[name.upper()]] = time
    return made


Sample = tuple[int, int, list[int], State]


@st.composite
def samples(draw: st.DrawFn) -> list[Sample]:
    """One after another, with gaps; often of one state only, as real ones are."""
    t = draw(st.integers(0, 10**15))
    made: list[Sample] = []
    for _ in range(draw(st.integers(1, 12))):
        since = t + draw(st.sampled_from([0, 0, 0, 7]))
        parts = [0] * len(State)
        for _ in range(draw(st.integers(1, 3))):
            parts[draw(st.sampled_from([0, 0, 2, 4, 7]))] += draw(st.integers(1, 30))
        t = since + sum(parts)
        seen = [state for state in State if parts[state]]
        made.append((since, t, parts, draw(st.sampled_from(seen))))
    return made


def taken(made: list[Sample]) -> States:
    states = States()
    for sample in made:
        assert states.add(*sample)
    return states


@given(samples())
def test_all_that_was_sampled_is_there(made: list[Sample]) -> None:
    states = taken(made)
    begin, end = made[0][0], made[-1][1]
    assert (states.begin, states.end) == (begin, end)
    whole = states.between(begin, end)
    gaps = end - begin - sum(sum(parts) for _, _, parts, _ in made)
    expected = total(parts for _, _, parts, _ in made)
    expected[State.UNKNOWN] += gaps
    assert whole == expected
    assert states.between(0, 2**62) == whole, "nothing outside"


@given(samples(), st.data())
def test_between_adds_up_and_splits_a_sample_evenly(
    made: list[Sample], data: st.DataObject
) -> None:
    states = taken(made)
    begin, end = made[0][0], made[-1][1]
    cuts = data.draw(st.lists(st.integers(begin - 5, end + 5), min_size=3, max_size=3).map(sorted))
    a, b, c = cuts
    assert total([states.between(a, b), states.between(b, c)]) == states.between(a, c)
    assert sum(states.between(a, c)) == pytest.approx(
        max(0, min(c, end) - max(a, begin)), abs=2 * len(State)
    )
    expected = [0.0] * len(State)
    last = begin
    for since, until, parts, _ in made:
        expected[State.UNKNOWN] += max(0, min(c, since) - max(a, last))
        share = max(0, min(c, until) - max(a, since)) / (until - since)
        expected = [e + part * share for e, part in zip(expected, parts, strict=True)]
        last = until
    assert states.between(a, c) == pytest.approx(expected, abs=2)
    assert states.most(a, c) is dominant(states.between(a, c))
    assert states.most(c, a) is dominant(states.between(c, a))


@given(samples())
def test_what_was_told_already_changes_nothing(made: list[Sample]) -> None:
    states = taken(made)
    before = states.between(0, 2**62), len(states), states.version
    assert not any(states.add(*sample) for sample in made)
    assert not states.add(states.end + 1, states.end + 1, nothing(), State.IO)
    assert before == (states.between(0, 2**62), len(states), states.version)


def test_no_samples_no_states() -> None:
    assert States().between(0, 100) == nothing()
    assert total([]) == nothing()


def test_a_thread_that_goes_on_needs_no_more_room() -> None:
    states = States()
    for k in range(1000):
        states.add(20 * k, 20 * k + 20, spent(sleep=20), State.SLEEP)
    assert len(states) <= 3
    assert states.between(5000, 6000) == spent(sleep=1000)


def test_of_very_many_samples_half_go_and_none_of_the_time() -> None:
    states = States()
    for k in range(MOST + 10):
        state = State.IO if k % 2 else State.RUNNING
        states.add(k, k + 1, spent(**{state.name: 1}), state)
    assert len(states) <= MOST
    assert len(states) > MOST // 2
    end = MOST + 10
    assert states.between(0, end) == spent(running=end // 2, io=end // 2)
    assert states.between(0, 1000) == spent(running=500, io=500)


def test_where_samples_are() -> None:
    states = States()
    for k in range(5):
        states.add(10 * k, 10 * k + 10, spent(running=5, io=5), State.IO)
    assert list(states.times) == [0, 10, 20, 30, 40, 50]
    assert [states.times[k] for k in states.inside(10, 30)] == [20, 30]
    assert list(states.inside(31, 39)) == []
    assert [states.nearest(t) for t in (0, 1, 10, 11, 50, 99)] == [1, 1, 1, 2, 5, 5]
    assert states.interval(2) == spent(running=5, io=5)


@given(samples(), st.data())
def test_as_of_a_time_are_those_that_were_taken_by_then(
    made: list[Sample], data: st.DataObject
) -> None:
    t = data.draw(st.integers(made[0][0] - 1, made[-1][1] + 1))
    then, expected = as_of(taken(made), t), taken([one for one in made if one[1] <= t])
    for name in ("times", "firsts", "seen", "ticks", "step", "sums"):
        assert getattr(then, name) == getattr(expected, name), name
    assert then.between(0, 2**62) == expected.between(0, 2**62)


def test_an_hour_of_two_thousand_threads_fits_into_the_room_that_they_share() -> None:
    room = Room(limit := 1 << 19)
    threads = [States(room) for _ in range(2_000)]
    turns = 180
    step = 3_600 // turns
    kinds = [spent(running=step - 1, io=1), spent(gil_wait=1, running=step - 1)]
    for turn in range(turns):
        for number, states in enumerate(threads):
            kind = kinds[(turn + number) % 2]
            states.add(turn * step, (turn + 1) * step, kind, State.RUNNING)
    assert room.taken == sum(states.words for states in threads)
    assert room.taken <= limit
    for states in threads:
        assert states.between(0, 3_600) == [
            turns // 2 * sum(both) for both in zip(*kinds, strict=True)
        ]
    assert min(map(len, threads)) > 10, "all are kept alike"


def test_who_has_most_gives_way_for_who_comes() -> None:
    room = Room(10_000)
    first, second = States(room), States(room)
    for states in (first, second):
        for k in range(1_500):
            kind = spent(io=1) if k % 2 else spent(running=1)
            states.add(k, k + 1, kind, State.IO if k % 2 else State.RUNNING)
    assert room.taken <= 10_000
    assert len(first) * 4 > len(second) > len(first) / 4
    assert first.between(0, 1_500) == spent(io=750, running=750)


def test_more_time_than_there_was_is_scaled_down() -> None:
    states = States()
    states.add(0, 10, spent(io=30, running=10), State.IO)
    assert states.between(0, 10) == spent(io=7, running=2)
