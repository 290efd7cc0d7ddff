"""How fast this machine does a workload's rounds."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, thread_time

BURST_S = 0.01
BURSTS = 9


def rounds_per_second(work: Callable[[int], object]) -> float:
    """Rounds a second of ``work(rounds)`` alone on a core: the best of several short bursts.

    The best, because whatever else the machine does can only make a burst slower. Work that waits
    (for a disk, say) is timed by the clock, work that computes by its own CPU time.
    """
    rounds, best = 1, 0.0
    while True:
        if _time(work, rounds)[1] >= BURST_S:
            break
        rounds *= 2
    for _ in range(BURSTS):
        cpu, wall = _time(work, rounds)
        waits = cpu < 0.5 * wall
        best = max(best, rounds / max(wall if waits else cpu, 1e-9))
    return best


def _time(work: Callable[[int], object], rounds: int) -> tuple[float, float]:
    cpu, wall = thread_time(), perf_counter()
    work(rounds)
    return thread_time() - cpu, perf_counter() - wall
