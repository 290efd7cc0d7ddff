"""Workloads for benchmarks: nothing at all, and about half a millisecond of arithmetic."""

from concviz.workloads import Workload


def nothing(i: int, seconds: float) -> None:
    """No work: what is left is the strategy and the observing."""


def half_a_millisecond(i: int, seconds: float) -> int:
    """A fixed amount of arithmetic, about 0.5 ms."""
    total = 0
    for n in range(9_000):
        total += n * n % 7
    return total


NOTHING = Workload(summary="Nothing.", function=nothing)
HALF = Workload(summary="About 0.5 ms of arithmetic.", function=half_a_millisecond)

ENTRY_POINTS = """\
[concviz.workloads]
bench-nothing = tests.benchmarks.work:NOTHING
bench-half = tests.benchmarks.work:HALF
"""
