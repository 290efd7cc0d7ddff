"""The laws of scaling: known coefficients are found again, noise does not fool them much."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from concviz.analysis.scaling_laws import POOR, Fit, amdahl, usl

NUMBERS = st.lists(st.integers(2, 64), min_size=4, max_size=12, unique=True).map(sorted)
FRACTIONS = st.floats(0.001, 0.9)
COSTS = st.floats(0.0001, 0.05)


def points(numbers: list[int], s: float, k: float) -> list[tuple[int, float]]:
    """As the law has it, one worker included."""
    return [(n, n / (1 + s * (n - 1) + k * n * (n - 1))) for n in [1, *numbers]]


@given(numbers=NUMBERS, s=FRACTIONS)
def test_amdahls_serial_fraction_is_found_within_one_per_cent(numbers: list[int], s: float) -> None:
    fit = amdahl(points(numbers, s, 0.0))
    assert fit is not None
    assert fit.contention == pytest.approx(s, rel=0.01)
    assert fit.residual < 1e-6
    assert fit.limit == pytest.approx(1 / s, rel=0.01)
    assert fit.knee is None


@given(numbers=NUMBERS, s=FRACTIONS, k=COSTS)
def test_both_coefficients_of_the_usl_are_found_within_one_per_cent(
    numbers: list[int], s: float, k: float
) -> None:
    fit = usl(points(numbers, s, k))
    assert fit is not None
    assert fit.contention == pytest.approx(s, rel=0.01)
    assert fit.coherency == pytest.approx(k, rel=0.01)
    assert fit.knee == pytest.approx(math.sqrt((1 - s) / k), rel=0.02)
    assert fit.residual < 1e-6


@given(
    numbers=NUMBERS,
    s=FRACTIONS,
    k=COSTS,
    errors=st.lists(st.floats(-0.05, 0.05), min_size=13, max_size=13),
)
def test_no_coefficients_near_by_fit_noisy_points_better(
    numbers: list[int], s: float, k: float, errors: list[float]
) -> None:
    noisy = [(n, y * (1 + e)) for (n, y), e in zip(points(numbers, s, k), errors, strict=False)]
    fit = usl(noisy)
    assert fit is not None
    assert 0 <= fit.contention <= 1
    assert fit.coherency >= 0
    least = squares(noisy, fit)
    # the residual is what it says
    mean = sum(y for _, y in noisy) / len(noisy)
    assert fit.residual == pytest.approx(math.sqrt(least / len(noisy)) / mean)
    for step in (0.99, 1.01):
        for other in (
            Fit("usl", min(1, fit.contention * step), fit.coherency, 0),
            Fit("usl", fit.contention, fit.coherency * step, 0),
        ):
            assert squares(noisy, other) >= least * (1 - 1e-3) - 1e-9


def squares(noisy: list[tuple[int, float]], fit: Fit) -> float:
    return sum((y - fit.speedup(n)) ** 2 for n, y in noisy)


def test_with_little_noise_the_coefficients_are_near() -> None:
    wobble = [1.01, 0.99, 1.0, 1.01, 0.99, 1.0]
    exact = points([2, 4, 8, 16, 32], 0.05, 0.001)
    fit = usl([(n, y * w) for (n, y), w in zip(exact, wobble, strict=True)])
    assert fit is not None
    assert fit.contention == pytest.approx(0.05, abs=0.01)
    assert fit.coherency == pytest.approx(0.001, abs=0.0005)
    assert not fit.poor


@example([(13, 0.01), (55, 0.03125), (57, 68.0)])
@given(st.lists(st.tuples(st.integers(1, 100), st.floats(0.01, 200)), max_size=12))
def test_any_points_have_a_fit_in_range_or_none(measured: list[tuple[int, float]]) -> None:
    beyond = {n for n, _ in measured if n > 1}
    for law, least in ((amdahl, 2), (usl, 3)):
        fit = law(measured)
        assert (fit is None) == (len(beyond) < least)
        if fit is not None:
            assert 0 <= fit.contention <= 1
            assert fit.coherency >= 0
            assert math.isfinite(fit.residual)
            assert fit.speedup(1) == 1


@given(numbers=NUMBERS, s=FRACTIONS, k=COSTS)
def test_beyond_the_knee_more_workers_are_slower(numbers: list[int], s: float, k: float) -> None:
    fit = usl(points(numbers, s, k))
    assert fit is not None
    assert fit.knee is not None
    assume(fit.knee > 1)
    assert fit.limit == pytest.approx(fit.speedup(fit.knee))
    assert fit.speedup(fit.knee * 1.5) < fit.speedup(fit.knee)
    assert fit.speedup(fit.knee / 1.5) < fit.speedup(fit.knee)


def test_steps_are_no_law() -> None:
    stairs = [(n, 16 / math.ceil(16 / n)) for n in range(1, 17)]
    for law in (amdahl, usl):
        fit = law(stairs)
        assert fit is not None
        assert fit.residual > POOR
        assert fit.poor


def test_perfect_scaling_has_no_limit() -> None:
    fit = usl([(n, float(n)) for n in (1, 2, 4, 8)])
    assert fit is not None
    assert (fit.contention, fit.coherency, fit.knee, fit.limit) == (0, 0, None, None)


def test_more_than_perfect_scaling_is_not_negative() -> None:
    fit = usl([(n, n * 1.2) for n in (1, 2, 4, 8)])
    assert fit is not None
    assert fit.contention == 0
    assert fit.coherency == 0
