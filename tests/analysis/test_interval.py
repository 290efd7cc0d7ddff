"""Intervals: what they are for times that are known, and how often they are right."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.interval import Interval, interval
from concviz.analysis.standing import ratio, variation
from tests.builders import timed

TIMES = st.lists(st.floats(0.001, 1000), min_size=2, max_size=30)


@given(TIMES, TIMES, st.booleans())
def test_it_contains_the_ratio_of_the_medians(
    long: list[float], short: list[float], paired: bool
) -> None:
    found = interval(long, short, paired)
    assert found is not None
    assert found.low <= median(long) / median(short) <= found.high


@given(TIMES, TIMES, st.booleans())
def test_it_turns_round_with_the_ratio(long: list[float], short: list[float], paired: bool) -> None:
    found, other = interval(long, short, paired), interval(short, long, paired)
    assert found is not None
    assert other is not None
    assert math.log(found.low) == pytest.approx(-math.log(other.high), abs=1e-9)
    assert math.log(found.high) == pytest.approx(-math.log(other.low), abs=1e-9)


@pytest.mark.parametrize("paired", [False, True])
def test_three_runs_each_are_as_in_the_tables(paired: bool) -> None:
    runs = [math.exp(0.01 * k) for k in (-1, 0, 1)]  # of a standard deviation of 0.01
    found = interval([2 * took for took in runs], runs, paired)
    assert found is not None
    half = 3.2976 * 0.01 * math.sqrt(2 / 3)  # with 4 degrees of freedom: three are not paired
    assert math.log(found.high / 2) == pytest.approx(half, rel=1e-4)
    assert math.log(found.low / 2) == pytest.approx(-half, rel=1e-4)


def test_six_rounds_are_paired_and_what_slows_down_a_round_cancels_out() -> None:
    slower = [1.0, 1.2, 1.5, 1.9, 2.4, 3.0]
    wobble = [1.01, 0.99, 1.0, 1.0, 0.99, 1.01]
    one = [2 * s * w for s, w in zip(slower, wobble, strict=True)]
    together, apart = interval(one, slower, paired=True), interval(one, slower, paired=False)
    assert together is not None
    assert apart is not None
    # Of pairs: 3.0029 with 5 degrees of freedom.
    assert math.log(together.high / 2) == pytest.approx(3.0029 * 0.00894 / 6**0.5, abs=1e-3)
    assert apart.low < 1.5 < 1.9 < together.low


def test_after_a_run_that_broke_rounds_are_no_longer_told_and_nothing_is_paired() -> None:
    slower = [1.0, 1.2, 1.5, 1.9, 2.4, 3.0]
    one, other = timed("sequential", [2 * s for s in slower]), timed("threads", slower)
    together = ratio(one, other, interleaved=True)
    other.reason = "run 3: ValueError: no"
    assert together == pytest.approx((2, 2))
    assert ratio(one, other, interleaved=True) == ratio(one, other, interleaved=False) != together


def test_one_run_of_eight_that_something_disturbed_counts_little() -> None:
    calm = [1.0, 1.01, 0.99, 1.0, 1.02, 0.98, 1.01]
    found = interval([2.0] * 8, [*calm, 9.0], paired=False)
    assert found is not None
    assert 1.9 < found.low < found.high < 2.1


def test_one_run_says_nothing_and_equal_ones_all() -> None:
    assert interval([1.0], [1.0, 2.0], paired=False) is None
    assert interval([2.0, 2.0], [1.0, 1.0], paired=True) == Interval(2.0, 2.0)


# -- how often it is right: seeded, so that it always says the same --

Draw = Callable[[random.Random, int, float], tuple[list[float], list[float]]]
TRIALS = 150


def alone(runs: int, lead: float, noise: float, drift: float = 0.0, rounds: bool = True) -> float:
    """The share of comparisons in which one of two wins alone, whose real times are so far apart.

    Each run has a noise of its own, and what each round has in common.
    """
    wins = 0
    for seed in range(TRIALS):
        chance = random.Random(f"{runs} {seed}")
        common = [math.exp(chance.gauss(0, drift)) for _ in range(runs)]
        first, second = (
            [took * slow * max(0.05, 1 + chance.gauss(0, noise)) for slow in common]
            for took in (1.0 + lead, 1.0)
        )
        cases = [timed("sequential", first), timed("process-pool", second)]
        found = Comparison(cases, Manner(runs, interleaved=rounds)).verdict()
        wins += found.winner is not None
    return wins / TRIALS


RUNS = (3, 5, 10, 30, 100)


@pytest.mark.parametrize("rounds", [True, False])
def test_more_runs_find_a_lead_more_often(rounds: bool) -> None:
    found = [alone(runs, 0.1, 0.03, rounds=rounds) for runs in RUNS]
    assert found == sorted(found), found
    assert found[0] >= 0.5
    assert found[2] >= 0.95
    assert found[-1] == 1


@pytest.mark.parametrize("rounds", [True, False])
@pytest.mark.parametrize("runs", [3, 6, 10, 30])
def test_of_two_equals_one_wins_by_chance_in_no_more_than_one_of_twenty(
    runs: int, rounds: bool
) -> None:
    for noise in (0.03, 0.3):
        assert alone(runs, 0.0, noise, rounds=rounds) <= 0.05, noise


def test_what_slows_down_a_whole_round_does_not_hide_a_lead() -> None:
    together, blocks = (
        alone(10, 0.1, 0.03, drift=0.1),
        alone(10, 0.1, 0.03, drift=0.1, rounds=False),
    )
    assert together > 0.9
    assert blocks < 0.7
    assert alone(10, 0.0, 0.03, drift=0.1) <= 0.05


def test_how_much_runs_vary_does_not_grow_with_their_number() -> None:
    def varies(runs: int) -> float:
        chance = random.Random(runs)
        times = [[1 + chance.gauss(0, 0.03) for _ in range(runs)] for _ in range(40)]
        found = variation(timed("threads", took) for took in times)
        assert found is not None
        return found

    assert [varies(runs) for runs in (5, 10, 30, 100)] == pytest.approx([0.03] * 4, rel=0.15)
    assert variation([timed("threads", [1.0])]) is None
