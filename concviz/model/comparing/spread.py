"""What is a difference and what is noise.

A difference counts when it is larger than the runs of the same plan differ among themselves. With a
handful of runs each, the plainest test is the safest: of two plans one is faster only if all of its
runs were faster than all of the other's (the most extreme outcome of a rank-sum test, which needs
no assumption of how times are distributed), and the medians are apart by more than what a person
would change a program for.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from concviz.model.comparing.cases import Case

LEAST = 0.05
"""A shorter lead is none, however often it is measured."""
ONCE = 0.15
"""A shorter lead is none where nothing ran twice, or where some runs contradict it."""
ENOUGH = 5
"""Runs of a plan."""
MOST = 0.3
"""A longer lead counts however noisy the machine is, if no run contradicts it."""


def noise(cases: Iterable[Case]) -> float | None:
    """How far runs of the same plan are apart here, as a share; None where nothing ran twice.

    The median over the plans: one bad run does not make everything noise.
    """
    found = [case.spread for case in cases if len(case.trials) > 1]
    return median(found) if found else None


def tolerance(cases: Iterable[Case]) -> float:
    """How much slower than the best still counts as good, as a share of the best's median.

    What runs of one plan differ by; twice that if there are few, which rarely show all of it.
    """
    measured = list(cases)
    found = noise(measured)
    if found is None:
        return ONCE
    few = min(len(case.trials) for case in measured) < ENOUGH
    return min(MOST, max(LEAST, found * (2 if few else 1)))


def as_good(case: Case, best: Case, share: float) -> bool:
    """Whether a case is as good as the best, where ``share`` is the tolerance.

    It is if its median is within that; or within ONCE, if not every run of it was slower.
    """
    slower = case.median_s / best.median_s - 1
    return slower <= share or (slower <= ONCE and not apart(best, case))


def apart(fast: Case, slow: Case) -> bool:
    """Whether every run of one was faster than every run of the other."""
    return max(fast.runs_s) < min(slow.runs_s)
