"""Which cases are as good as the fastest: what is a difference, and what is noise.

One case is clearly slower than another if it is so by more than a person would change a program
for, and the interval of how much excludes that it is not slower at all. What is not clearly slower
than the fastest is in a tie with it, and with nobody else: two that are in a tie with the fastest
may well be apart from each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev

from concviz.analysis.interval import Interval, interval
from concviz.analysis.measurement import Case
from concviz.analysis.wording import capital, percent

LEAST = 0.05
"""A shorter lead is none, however often it is measured."""
ONCE = 0.15
"""A shorter lead is none where nothing ran twice; with a longer one nobody is as good, though it be
by chance. Runs that were as long as their waits are no chance: for two such cases LEAST holds."""


def ratio(slow: Case, fast: Case, interleaved: bool) -> Interval | None:
    """The interval of how many times as long one takes; None where either ran only once."""
    whole = slow.reason is None and fast.reason is None  # else rounds have no longer an index
    return interval(slow.runs_s, fast.runs_s, paired=interleaved and whole)


def lead(slow: Case, fast: Case) -> float:
    """How much longer one takes than the other, as a share."""
    return slow.median_s / fast.median_s - 1


def clearly_slower(slow: Case, fast: Case, interleaved: bool) -> bool:
    """Whether one takes longer than the other, by more than what does not matter, and surely."""
    if lead(slow, fast) <= LEAST:
        return False
    if slow.exact and fast.exact:
        return True
    sure = ratio(slow, fast, interleaved)
    return lead(slow, fast) > ONCE if sure is None else sure.low > 1


def variation(cases: Iterable[Case]) -> float | None:
    """The standard deviation of the runs of one case, as a share of their mean.

    The median over the cases: one that varies a lot does not stand for all. None where nothing ran
    twice.
    """
    times = [case.runs_s for case in cases if len(case.trials) > 1]
    return median(stdev(runs) / fmean(runs) for runs in times) if times else None


def sureness(cases: Sequence[Case], noise: float | None, ranges: bool) -> str:
    """How much runs of one case vary, what the ``ranges`` are, if any, what ran once and why."""
    exact = [case for case in cases if case.exact]
    if len(exact) == len(cases):
        return "1 run each: waits are exact."
    once = f"{len(exact)} of {len(cases)} ran once, because their waits are exact." if exact else ""
    if noise is None:
        return once or "Not sure: each ran once."
    little = percent(noise, 1) if 0.0005 <= noise < 0.0095 else percent(noise)
    varies = f"runs of the same kind vary by {little} (standard deviation)."
    said = f"Ranges are 97 % intervals; {varies}" if ranges or not exact else capital(varies)
    return f"{said} {once}".rstrip()


@dataclass(frozen=True)
class Standing:
    """Of cases that were measured, of which there must be one."""

    best: Case
    """The one with the shortest median."""
    good: list[Case]
    """As good as the best: in a tie with it, at most ONCE slower, and nobody is clearly faster."""
    unsure: list[Case]
    """Others in a tie with the best, the fastest first."""
    rest: list[Case]
    """Clearly slower than the best, the fastest first."""

    @classmethod
    def of(cls, measured: Sequence[Case], interleaved: bool) -> Standing:
        """``interleaved``: runs of the same number were made one after the other."""
        ordered = sorted(measured, key=lambda case: case.median_s)
        best = ordered[0]
        rest = [case for case in ordered if clearly_slower(case, best, interleaved)]
        tied = [case for case in ordered if case not in rest]
        good = [
            case
            for case in tied
            if lead(case, best) <= ONCE
            and not any(clearly_slower(case, other, interleaved) for other in ordered)
        ]
        return cls(best, good, [case for case in tied if case not in good], rest)
