"""Which runs of a plan are kept: those that may yet turn out to be the typical one.

A run holds all of its tasks, so it is kept only as long as it may have to be shown. Of so many runs
the typical one has the middle rank; each run that is still to come moves the rank of an earlier one
by one at most. So whatever cannot reach the middle any more is let go, and in the end one is left.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

MOST_TASKS = 200_000
"""Tasks of all runs that are kept of a plan."""
MOST_RUNS = 8
LEAST_RUNS = 2
"""However many tasks they have: enough for the usual three runs."""


def most(tasks: int) -> int:
    """How many runs of so many tasks are kept at once."""
    return min(MOST_RUNS, max(LEAST_RUNS, MOST_TASKS // tasks))


def middle(number: int) -> int:
    """The rank of the typical one of so many runs: of an even number, the faster in the middle."""
    return (number - 1) // 2


def ranked(took: Sequence[float]) -> list[int]:
    """Indices of the runs, the fastest first."""
    return sorted(range(len(took)), key=lambda index: took[index])


def worth(took: Sequence[float], kept: Collection[int], left: int, room: int) -> list[int]:
    """Indices of the runs to keep on, of those that are ``kept``, when ``left`` more are to come.

    ``took`` are the times of all runs so far. As long as there is room the typical one is always
    among them. Without, those nearest to the middle are kept, and one at least.
    """
    order = ranked(took)
    rank = {index: at for at, index in enumerate(order)}
    nearest = sorted(kept, key=lambda index: abs(2 * rank[index] - (len(took) - 1) + 0.5))
    goal = middle(len(took) + left)
    able = [index for index in nearest if goal - left <= rank[index] <= goal]
    return (able or nearest[:1])[:room]
