"""The laws of scaling, fitted to measured speedups by least squares.

Amdahl's law (G. Amdahl, "Validity of the single processor approach to achieving large scale
computing capabilities", AFIPS 1967): with a serial fraction s, n workers give a speedup of
``n / (1 + s (n - 1))``, at most ``1 / s``.

The Universal Scalability Law (N. J. Gunther, "A General Theory of Computational Scalability Based
on Rational Functions", arXiv:0808.1431, 2008): with contention s and coherency k, the cost of
keeping workers in step, ``n / (1 + s (n - 1) + k n (n - 1))``, which is greatest at
``n = sqrt((1 - s) / k)``, the knee, and falls beyond. Amdahl's law is the case k = 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

POOR = 0.1
"""A residual from which a law does not describe what was measured."""
FAR = 2
"""A law is not asked about more than so many times the most workers that were measured."""
ROUNDS = 100
SINGULAR = 1e-12

Points = Sequence[tuple[int, float]]
"""(number of workers, speedup)."""


@dataclass(frozen=True)
class Fit:
    """A law with the coefficients that suit the points best."""

    law: str
    """"amdahl" or "usl"."""
    contention: float
    """Serial fraction: the share of the work that only one worker can do at a time; 0 to 1."""
    coherency: float
    """Cost of keeping each pair of workers in step, as a share of the work; 0 for Amdahl's law."""
    residual: float
    """Root of the mean squared difference to the points, as a share of their mean speedup."""

    @property
    def coefficients(self) -> dict[str, float]:
        """By the names that they have in that law."""
        if self.law == "amdahl":
            return {"serial_fraction": self.contention}
        return {"contention": self.contention, "coherency": self.coherency}

    def speedup(self, workers: float) -> float:
        """What the law says of so many workers."""
        return _speedup(workers, self.contention, self.coherency)

    @property
    def poor(self) -> bool:
        """Whether the law does not describe the points."""
        return self.residual > POOR

    @property
    def knee(self) -> float | None:
        """The number of workers beyond which more are slower; None where there is none."""
        if self.coherency <= 0:
            return None
        return math.sqrt(max(0.0, 1 - self.contention) / self.coherency)

    @property
    def limit(self) -> float | None:
        """The greatest speedup that the law allows; None where it has no limit."""
        if self.knee is not None:
            return self.speedup(max(1.0, self.knee))
        return 1 / self.contention if self.contention > 0 else None

    def fewest(self, workers: Sequence[int], share: float) -> int:
        """Of these numbers of workers the fewest that are slower than the best by no more."""
        best = max(map(self.speedup, workers))
        return min(n for n in workers if best <= self.speedup(n) * (1 + share))

    def expected_knee(self, most: int) -> float | None:
        """The knee, if it is beyond the most workers that were measured, but not far; else None."""
        knee = None if self.poor else self.knee
        return knee if knee is not None and most < knee <= FAR * most else None


def amdahl(points: Points) -> Fit | None:
    """Amdahl's law. None for fewer than two numbers of workers besides 1."""
    return _fit("amdahl", points, 2, _one)


def usl(points: Points) -> Fit | None:
    """The Universal Scalability Law. None for fewer than three numbers of workers besides 1."""
    return _fit("usl", points, 3, _two)


Term = tuple[float, float, float]
"""Of a point, weighted: n - 1, n (n - 1), and what they should add up to with s and k."""
Solve = Callable[[Sequence[Term]], tuple[float, float]]


def _fit(law: str, points: Points, least: int, solve: Solve) -> Fit | None:
    """Least squares of the speedup, by Gauss and Newton's steps as long as they lead downwards.

    They begin where linear least squares lead, since both laws are linear in their coefficients
    once they are written as ``n / speedup - 1``.
    """
    # With one worker both laws say 1, whatever their coefficients.
    used = [(n, speedup) for n, speedup in points if n > 1 and speedup > 0]
    if len({n for n, _ in used}) < least:
        return None
    s, k = solve([_term(n, measured * measured / n, n / measured - 1) for n, measured in used])
    residual = _residual(points, s, k)
    for _ in range(ROUNDS):
        terms = []
        for n, measured in used:
            said = _speedup(n, s, k)
            weight = said * said / n
            terms.append(
                _term(n, weight, s * (n - 1) + k * n * (n - 1) + (said - measured) / weight)
            )
        next_s, next_k = solve(terms)
        lower = _residual(points, next_s, next_k)
        if lower >= residual:
            break
        s, k, residual = next_s, next_k, lower
    return Fit(law, s, k, residual)


def _speedup(n: float, s: float, k: float) -> float:
    return n / (1 + s * (n - 1) + k * n * (n - 1))


def _term(n: int, weight: float, wanted: float) -> Term:
    return weight * (n - 1), weight * n * (n - 1), weight * wanted


def _one(terms: Sequence[Term]) -> tuple[float, float]:
    """The best contention alone, from 0 to 1."""
    best = sum(a * y for a, _, y in terms) / sum(a * a for a, _, _ in terms)
    return min(1.0, max(0.0, best)), 0.0


def _two(terms: Sequence[Term]) -> tuple[float, float]:
    """The best of both. Where one would be out of its range, it is at the edge of it."""
    aa, bb = sum(a * a for a, _, _ in terms), sum(b * b for _, b, _ in terms)
    ab = sum(a * b for a, b, _ in terms)
    ay, by = sum(a * y for a, _, y in terms), sum(b * y for _, b, y in terms)
    determinant = aa * bb - ab * ab
    if determinant <= SINGULAR * aa * bb:  # one point outweighs all others
        return _one(terms)
    s, k = (ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant
    if k < 0:
        return _one(terms)
    if not 0 <= s <= 1:
        s = 0.0 if s < 0 else 1.0
        k = max(0.0, (by - s * ab) / bb)
    return s, k


def _residual(points: Points, s: float, k: float) -> float:
    off = [(measured - _speedup(n, s, k)) ** 2 for n, measured in points]
    mean = sum(measured for _, measured in points) / len(points)
    return math.sqrt(sum(off) / len(off)) / mean
