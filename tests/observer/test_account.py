"""Times from readings of the kernel's counts: exact in sum, whatever is late."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.observer.account import RECENT, UNSEEN_NS, Account
from concviz.trace.states import Spent, State, nothing, total

MS = 1_000_000
BLOCKED = [State.GIL_WAIT, State.LOCK, State.IO, State.SLEEP, State.OTHER, State.UNKNOWN]


def ms(spent: Spent) -> dict[str, float]:
    return {state.name.lower(): spent[state] / MS for state in State if spent[state]}


@st.composite
def readings(draw: st.DrawFn) -> list[tuple[int, int, int, State]]:
    """Time, run and wait, as counted with a delay, and how the thread was seen."""
    now, run, wait = draw(st.integers(0, 10**15)), draw(st.integers(0, 10**15)), 0
    owed_run = owed_wait = 0
    made = [(now, run, wait, State.UNKNOWN)]
    for _ in range(draw(st.integers(1, 12))):
        parts = [draw(st.integers(0, 20 * MS)) for _ in range(3)]
        now += sum(parts) + 1
        owed_run += parts[0]
        owed_wait += parts[1]
        told_run = owed_run if draw(st.booleans()) else draw(st.integers(0, owed_run))
        told_wait = owed_wait if draw(st.booleans()) else draw(st.integers(0, owed_wait))
        run, wait = run + told_run, wait + told_wait
        owed_run, owed_wait = owed_run - told_run, owed_wait - told_wait
        made.append((now, run, wait, draw(st.sampled_from([State.RUNNING, *BLOCKED]))))
    return made


@given(readings())
def test_nothing_is_lost_and_nothing_is_told_twice(made: list[tuple[int, int, int, State]]) -> None:
    (begin, run, wait, _), *later = made
    account = Account(begin, run, wait)
    told = [s for reading in later if (s := account.sample(*reading)) is not None]
    for since, until, spent, seen in told:
        assert until - since == sum(spent) > 0
        assert min(spent) >= 0
        assert isinstance(seen, State)
    assert all(a[1] == b[0] for a, b in pairwise(told)), "one after the other, without gaps"
    if told:
        assert told[0][0] == begin
        assert told[-1][1] <= later[-1][0]
        sums = total(spent for _, _, spent, _ in told)
        assert sums[State.RUNNING] <= later[-1][1] - run, "no more than was counted"
        assert sums[State.CORE_WAIT] <= later[-1][2] - wait


def test_counts_are_exact_and_the_rest_is_what_was_seen() -> None:
    account = Account(0, 5 * MS, 7 * MS)
    sample = account.sample(20 * MS, 11 * MS, 10 * MS, State.GIL_WAIT)
    assert sample is not None
    since, until, spent, seen = sample
    assert (since, until, seen) == (0, 20 * MS, State.GIL_WAIT)
    assert ms(spent) == {"running": 6, "core_wait": 3, "gil_wait": 11}


def test_what_is_counted_late_displaces_what_was_taken_for_blocked() -> None:
    account = Account(0, 0, 0)
    account.sample(20 * MS, 0, 0, State.GIL_WAIT)
    sample = account.sample(40 * MS, 30 * MS, 0, State.GIL_WAIT)
    assert sample is not None
    assert ms(sample[2]) == {"running": 20}
    sample = account.sample(60 * MS, 30 * MS, 0, State.GIL_WAIT)
    assert sample is not None
    assert ms(sample[2]) == {"running": 10, "gil_wait": 10}, "in all 30 ms, as was counted"


def test_a_thread_ready_to_run_that_was_not_counted_yet_is_told_of_later() -> None:
    account = Account(0, 0, 0)
    assert account.sample(20 * MS, 0, 0, State.RUNNING) is None
    sample = account.sample(40 * MS, 5 * MS, 35 * MS, State.RUNNING)
    assert sample is not None
    assert sample[:2] == (0, 40 * MS)
    assert ms(sample[2]) == {"running": 5, "core_wait": 35}
    assert sample[3] is State.CORE_WAIT


def test_between_two_looks_at_a_running_thread_it_was_blocked_as_it_was_lately() -> None:
    account = Account(0, 0, 0)
    account.sample(20 * MS, 0, 0, State.GIL_WAIT)
    sample = account.sample(40 * MS, 5 * MS, 0, State.RUNNING)
    assert sample is not None
    assert ms(sample[2]) == {"running": 5, "gil_wait": 15}
    for k in range(RECENT):
        sample = account.sample((60 + 20 * k) * MS, (25 + 20 * k) * MS, 0, State.RUNNING)
    sample = account.sample(1000 * MS, 200 * MS, 0, State.RUNNING)
    assert sample is not None
    assert set(ms(sample[2])) == {"running"}, "too long ago to be taken for granted"


@pytest.mark.parametrize("seen", [State.RUNNING, *BLOCKED])
def test_without_counts_only_what_is_seen_is_told(seen: State) -> None:
    account = Account(0, 5, 5)
    sample = account.sample(20 * MS, None, None, seen)
    assert sample is not None
    expected = State.UNKNOWN if seen is State.RUNNING else seen
    spent = nothing()
    spent[expected] = 20 * MS
    assert sample == (0, 20 * MS, spent, expected)


def test_a_thread_whose_beginning_was_not_counted() -> None:
    account = Account(0, None, None)
    sample = account.sample(20 * MS, 50 * MS, 50 * MS, State.IO)
    assert sample is not None
    assert ms(sample[2]) == {"io": 20}, "what it ran before is not known"
    sample = account.sample(40 * MS, 55 * MS, 50 * MS, State.IO)
    assert sample is not None
    assert ms(sample[2]) == {"running": 5, "io": 15}


def test_no_time_no_sample() -> None:
    account = Account(20, 0, 0)
    assert account.sample(20, 5, 5, State.IO) is None
    assert account.sample(10, 5, 5, State.IO) is None


@pytest.mark.parametrize("counted", [True, False])
def test_nobody_knows_how_a_thread_was_blocked_while_nobody_looked(counted: bool) -> None:
    count = 0 if counted else None
    account = Account(0, count, count)
    window = 20 * MS
    assert account.sample(window, count, count, State.SLEEP) is not None
    gap = UNSEEN_NS + MS
    told = account.sample(window + gap, count, count, State.SLEEP)
    assert told is not None
    assert told[2][State.SLEEP] == 0
    assert told[2][State.UNKNOWN] == gap
    told = account.sample(2 * window + gap, count, count, State.SLEEP)
    assert told is not None
    assert ms(told[2]) == {"sleep": 20}
    patient = Account(0, count, count, 2 * gap)
    told = patient.sample(gap, count, count, State.SLEEP)
    assert told is not None
    assert told[2][State.SLEEP] == gap, "who looks rarely wants to know what was seen"
