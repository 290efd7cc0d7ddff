"""Histories of figures against what was told by a time, gone through one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.times import NEAR, Amounts, Latest, Peaks, Times

TOLD = st.lists(st.tuples(st.integers(0, 20), st.integers(-9, 9)), max_size=30)


@given(TOLD, st.integers(-1, 21))
def test_as_of_any_time_in_whatever_order_it_was_told(told: list[tuple[int, int]], t: int) -> None:
    times, amounts, peaks = Times(), Amounts(), Peaks()
    latest: Latest[int | None] = Latest()
    for number, (time, value) in enumerate(told):
        times.add(time)
        amounts.add(time, value)
        latest.tell(time, value)
        peaks.tell(time, value)
        if number % 7 == 3:  # somebody asks meanwhile
            amounts.until(t)
            times.until(t)
    together = Times()
    together.add_all(time for time, _ in told)
    assert together.all == times.all
    before = [value for time, value in told if time <= t]
    assert list(times.all) == sorted(time for time, _ in told)
    assert times.until(t) == len(before)
    assert list(times.cut(t).all) == sorted(time for time, _ in told if time <= t)
    assert amounts.until(t) == (len(before), sum(before), max(before, default=0))
    assert latest.until(t, None) == (before[-1] if before else None)
    assert peaks.until(t, -99) == max(before, default=-99)


def test_what_comes_far_too_late_is_sorted_when_it_is_asked_for() -> None:
    times, number = Times(), 3 * NEAR
    for t in reversed(range(number)):
        times.add(t)
    assert list(times.all) == list(range(number))
    times.add(5)
    assert times.until(5) == 7


def test_amounts_that_make_no_sense_break_nothing() -> None:
    amounts = Amounts()
    for t in range(4):
        amounts.add(t, 1 << 70)
    assert amounts.until(9) == (4, (1 << 62) - 1, (1 << 62) - 1)
