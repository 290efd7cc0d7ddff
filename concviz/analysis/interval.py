"""How many times as long one plan takes as another, and how sure that is: an interval of 97 %.

The logarithms of the times are compared, so that a difference is a ratio, by Student's t interval:
Welch's for two plans with a noise of their own (B. L. Welch, "The generalization of Student's
problem when several different population variances are involved", Biometrika 34, 1947), the paired
one for rounds in which both ran one after the other, so that what slows down a whole round cancels
out. Of eight runs or more, one in eight is trimmed at either end, so that a run that something else
disturbed counts little (K. K. Yuen, "The two-sample trimmed t for unequal population variances",
Biometrika 61, 1974; the variance is then that of the winsorised times).

With more runs the interval becomes narrower. It is of the ratio that is shown, that of the medians:
where trimmed means say otherwise, as they may of skewed times, it is stretched to contain it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import fmean, median
from typing import NamedTuple

CONFIDENCE = 0.97
"""So sure that of two equals one seems faster, by whatever noise, in fewer than one comparison of
twenty: with 0.95 it would be just as many, and some more by the trimming, which is approximate."""
TRIMMED = 8
"""Of so many runs the fastest and the slowest one count as the ones next to them."""
ROUNDS = 6
"""From so many on runs are paired. Fewer pairs leave so few degrees of freedom that what is lost by
them is more than what is gained."""


class Interval(NamedTuple):
    """A ratio from ``low`` to ``high``."""

    low: float
    high: float


def interval(long: Sequence[float], short: Sequence[float], paired: bool) -> Interval | None:
    """Of the median of some times ÷ the median of others; None where either ran only once.

    ``paired``: the times of the same index belong to the same round. Times are greater than zero.
    """
    if min(len(long), len(short)) < 2:
        return None
    ours, theirs = [math.log(took) for took in long], [math.log(took) for took in short]
    if paired and min(len(ours), len(theirs)) >= ROUNDS:
        both = _Mean.of([a - b for a, b in zip(ours, theirs, strict=False)])
        centre, error, freedom = both.mean, both.squared_error, both.freedom
    else:
        one, other = _Mean.of(ours), _Mean.of(theirs)
        centre, error = one.mean - other.mean, one.squared_error + other.squared_error
        parts = (one.squared_error**2 / one.freedom, other.squared_error**2 / other.freedom)
        freedom = error**2 / sum(parts) if sum(parts) else 1.0
    half = _student(round(freedom, 1)) * math.sqrt(error)
    shown = median(long) / median(short)
    return Interval(min(shown, math.exp(centre - half)), max(shown, math.exp(centre + half)))


class _Mean(NamedTuple):
    """A trimmed mean, the square of its standard error, and the degrees of freedom of that."""

    mean: float
    squared_error: float
    freedom: float

    @classmethod
    def of(cls, values: Sequence[float]) -> _Mean:
        ordered, cut = sorted(values), len(values) // TRIMMED
        inner = ordered[cut : len(ordered) - cut]
        winsorised = [inner[0]] * cut + inner + [inner[-1]] * cut
        middle, count = fmean(winsorised), len(inner)
        squares = sum((value - middle) ** 2 for value in winsorised)
        return cls(fmean(inner), squares / (count * (count - 1)), count - 1.0)


@lru_cache(maxsize=1024)
def _student(freedom: float) -> float:
    """Between plus and minus so much lies the CONFIDENCE of Student's t distribution.

    With ``t = sqrt(freedom) tan(angle)`` its density is that of ``cos(angle) ** (freedom - 1)``.
    """
    gammas = math.lgamma(freedom / 2) - math.lgamma((freedom + 1) / 2)
    goal = CONFIDENCE * math.sqrt(math.pi) / 2 * math.exp(gammas)
    low, high = 0.0, math.pi / 2
    for _ in range(40):
        angle = (low + high) / 2
        low, high = (angle, high) if _area(angle, freedom - 1) < goal else (low, angle)
    return math.sqrt(freedom) * math.tan(low)


def _area(angle: float, power: float, steps: int = 100) -> float:
    """Of ``cos ** power`` from zero to an angle, by Simpson's rule."""
    step = angle / steps
    heights: list[float] = [max(0.0, math.cos(k * step)) ** power for k in range(steps + 1)]
    return step / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1::2]) + 2 * sum(heights[2:-1:2]))
