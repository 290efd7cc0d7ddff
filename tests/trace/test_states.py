"""A thread's states over time: nothing measured is lost, and nothing is made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.samples import MOST, States
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


def test_dominant() -> None:
    assert dominant(spent(running=2, io=3)) is State.IO
    assert dominant(spent(lock=3, io=3)) is State.LOCK, "of several the first"


def test_names_of_states() -> None:
    assert [state.key for state in State] == [
        *("running_s", "core_wait_s", "gil_wait_s", "lock_s", "thread_wait_s", "io_s", "sleep_s"),
        *("other_s", "unknown_s"),
        *("loop_wait_s", "task_wait_s", "executor_wait_s"),
    ]
    assert State.UNKNOWN.word == "blocked, not seen"
    assert len({state.word for state in State} | {state.short for state in State}) >= len(State)
