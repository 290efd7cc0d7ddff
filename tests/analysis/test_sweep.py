"""Sweeps: points, and how many workers are recommended."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.measurement import Case
from concviz.analysis.standing import LEAST, ONCE
from concviz.analysis.sweep import Sweep
from concviz.view import tables
from tests.builders import SLEEPS, around, case, timed


def sweep(strategy: str, makespans: Mapping[int, tuple[float, ...]], *more: Case) -> Sweep:
    cases = [timed(strategy, runs, workers=n, tasks=48) for n, runs in makespans.items()]
    return Sweep(timed("sequential", around(2.0), tasks=48), [*cases, *more])


def test_the_fewest_that_are_as_good_as_the_best() -> None:
    found = sweep(
        "process-pool", {1: around(2.02), 2: around(1.03), 3: around(1.01), 4: around(1.0)}
    ).recommendation()
    assert (found.recommended, found.workers) == ("process-pool", 2)
    assert found.sentence.startswith(
        "2 workers: 1.94× as fast as sequential (1.89 to 1.99), in a tie with the best, 4 "
        "workers; more, up to 4, gain at most 3 %."
    )


def test_the_most_if_they_are_the_best_by_far() -> None:
    stairs = {n: around(16 / (16 // -(-16 // n)) / 8) for n in (1, 2, 4, 8, 16)}
    found = sweep("thread-pool", stairs).recommendation()
    assert found.workers == 16
    assert "more were not measured" in found.sentence


def test_one_worker_if_more_gain_nothing() -> None:
    found = sweep("thread-pool", {1: around(2.0), 2: around(2.05), 4: around(2.2)})
    advice = found.recommendation()
    assert advice.workers == 1
    assert advice.sentence.startswith("1 worker: more gain nothing (at best 1.00×).")


def test_one_bad_run_does_not_make_fewer_workers_good_enough() -> None:
    found = sweep("process-pool", {1: around(2.0), 2: (1.0, 1.0, 2.5)}).recommendation()
    assert found.workers == 2


def test_fewer_workers_that_cannot_be_told_apart_are_named() -> None:
    found = sweep("process-pool", {1: around(2.0), 2: (1.0, 1.0, 2.5), 4: around(2.1)})
    assert "gain nothing, and 1 worker cannot be told from this." in found.recommendation().sentence


def test_of_strategies_that_are_as_good_the_lighter_is_taken() -> None:
    threads = [case("thread-pool", *around(1.02), workers=4, tasks=48)]
    found = sweep("process-pool", {2: around(1.0)}, *threads).recommendation()
    assert (found.recommended, found.workers) == ("thread-pool", 4)
    assert found.sentence.startswith("Thread pool with 4 workers: ")


def test_a_fit_that_is_poor_is_not_asked() -> None:
    runs = {n: around(2.0 / (16 / -(-16 // n))) for n in range(1, 17)}
    found = sweep("thread-pool", runs)
    assert all(fit.poor for fit in found.fits("thread-pool"))
    assert "No law fits" in found.recommendation().sentence
    assert "from the measurements alone" in found.recommendation().sentence


def test_too_few_points_for_a_law_says_so() -> None:
    found = sweep("thread-pool", {1: around(2.0), 2: around(1.0)})
    assert found.fits("thread-pool") == []
    assert "Too few points" in found.recommendation().sentence


def usl(n: int) -> float:
    """With its knee at 6.9 workers."""
    return 2.0 * (1 + 0.05 * (n - 1) + 0.02 * n * (n - 1)) / n


def test_a_law_that_says_the_same_is_told() -> None:
    found = sweep("process-pool", {n: around(usl(n)) for n in (1, 2, 4, 6, 8)}).recommendation()
    assert found.workers == 6
    assert "; more, up to 8, gain nothing. The Universal Scalability Law says the same: 5 % is" in (
        found.sentence
    )
    assert "knee" not in found.sentence, "that is for beyond what was measured"


def test_beyond_what_was_measured_a_law_says_what_it_expects() -> None:
    found = sweep("process-pool", {n: around(usl(n)) for n in (1, 2, 3, 4)})
    advice = found.recommendation()
    assert advice.workers == 4
    assert "; more were not measured. The Universal Scalability Law says the same: 5 % is" in (
        advice.sentence
    )
    assert "beyond what was measured it expects the best at 7 workers." in advice.sentence
    assert tables.laws(found)[1].startswith("USL: ")
    assert "knee expected at 6.9 workers" in tables.laws(found)[1]


@given(
    st.dictionaries(
        st.sampled_from([1, 2, 3, 4, 6, 8, 12, 16]), st.floats(0.1, 4), min_size=1, max_size=8
    )
)
def test_words_about_numbers_of_workers_never_contradict_one_another(
    runs: dict[int, float],
) -> None:
    found = sweep("process-pool", {n: around(took) for n, took in sorted(runs.items())})
    advice, most = found.recommendation(), max(runs)
    assert advice.workers is not None
    for knee in re.findall(r"expects the best at (\d+) workers", advice.sentence):
        assert int(knee) >= most == advice.workers
    for words in tables.laws(found):
        for knee in re.findall(r"knee expected at ([\d.]+)", words):
            assert float(knee) >= most
    more = [took for n, took in runs.items() if n > advice.workers]
    if more and "gain" in advice.sentence and advice.workers > 1:
        gain = runs[advice.workers] / min(more) - 1
        said = "gain nothing" if gain < 0.005 else f"gain at most {gain * 100:.0f} %"
        assert said in advice.sentence
        assert "expects" not in advice.sentence
    if "says the same" in advice.sentence:
        fit = min(found.fits("process-pool"), key=lambda fit: fit.residual)
        assert fit.fewest(list(runs), LEAST) == advice.workers


def test_what_is_far_beyond_the_measurements_is_not_told() -> None:
    found = sweep("thread-pool", {n: around(2.0 * (0.999 / n + 0.001)) for n in (1, 2, 4)})
    assert "no limit is in sight" in found.recommendation().sentence


def test_points_are_against_the_measured_sequential_run() -> None:
    found = sweep("process-pool", {2: (1.0, 0.98, 1.02), 4: (1.0,)})
    point, once = found.points()
    assert point.speedup == pytest.approx(2.0)
    assert point.speedup_low is not None
    assert point.speedup_high is not None
    assert 1.89 < point.speedup_low < 2 < point.speedup_high < 2.11
    assert (once.speedup_low, once.speedup_high) == (None, None), "it ran once"
    assert point.efficiency == pytest.approx(1.0)
    baseline, *_ = found.everything()
    assert (baseline.strategy, baseline.workers, baseline.speedup) == ("sequential", 1, 1)


def test_without_a_sequential_run_there_is_no_speedup() -> None:
    found = Sweep(case("sequential", 1.0, error="ValueError: no"), [case("thread-pool", 1.0)])
    assert found.points()[0].speedup is None
    assert found.recommendation().workers is None
    assert "no speedup is known" in found.recommendation().sentence


def test_nothing_measured_recommends_nothing() -> None:
    found = Sweep(case("sequential", 1.0), [case("thread-pool", 1.0, error="ValueError: no")])
    assert found.recommendation().workers is None
    assert found.recommendation().sentence.startswith("Only the sequential run came to its end")
    assert not found.empty


@given(
    st.dictionaries(
        st.integers(1, 32), st.lists(st.floats(0.1, 10), min_size=1, max_size=4), min_size=1
    )
)
def test_what_is_recommended_was_measured_and_is_not_much_slower_than_the_best(
    runs: dict[int, list[float]],
) -> None:
    cases = [case("thread-pool", *t, workers=n, tasks=32, states=SLEEPS) for n, t in runs.items()]
    found = Sweep(case("sequential", 5.0, tasks=32), cases).recommendation()
    assert found.workers in runs
    chosen = next(c for c in cases if c.workers == found.workers)
    best = min(cases, key=lambda c: c.median_s)
    assert chosen.median_s <= best.median_s * (1 + ONCE) * (1 + 1e-9)
    assert "nan" not in found.sentence
