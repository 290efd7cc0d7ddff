"""How often to run and how often to look: what the command and Python refuse, and the range."""

from __future__ import annotations

from concviz.analysis.comparison import Manner
from concviz.trace.plan import Problem

MOST_RUNS = 100
"""Runs of one plan."""
MOST_HZ = 1_000.0
"""More would measure the observer."""


def repetitions(repeat: int | None, warmup: int) -> list[Problem]:
    """What is wrong with these numbers of runs of each plan; empty when nothing is."""
    return [
        Problem(name, f"{name} is {number:,}: it must be from {least} to {MOST_RUNS}.")
        for name, number, least in (("repeat", repeat, 1), ("warmup", warmup, 0))
        if number is not None and not least <= number <= MOST_RUNS
    ]


def manner_of(repeat: int | None, warmup: int, order: str) -> Manner:
    """As somebody asked for it; None: as often as is usual, and once what waits exactly."""
    interleaved = order == "interleaved"
    if repeat is None:
        return Manner(warmup=warmup, interleaved=interleaved, exact_once=True)
    return Manner(repeat, warmup, interleaved)


def sampling(hz: float, name: str = "sample_hz") -> list[Problem]:
    """What is wrong with looking so often a second; empty when nothing is."""
    if hz == 0 or 1 <= hz <= MOST_HZ:  # never true of nan
        return []
    words = f"{name} is {hz:g}: it must be 0 (off), or from 1 to {MOST_HZ:,.0f}."
    return [Problem("sample_hz", words)]
