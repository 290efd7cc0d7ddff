"""The question where the same tasks are done sooner: in threads or in processes."""

from __future__ import annotations

from collections.abc import Callable

from concviz.tour.measured import took
from concviz.tour.quiet import undisturbed
from concviz.tour.scene import Plans, Prediction, Question, Runs

ANSWERS = ("in threads", "in processes", "it takes as long in both")
ALIKE, SOONER = 1.15, 1.2
"""One took as long as the other within the first, and was sooner from the second on: of what is
between nothing is said."""


def ratio(runs: Runs) -> float | None:
    """How many times as long threads, the first part, took as processes, the second one."""
    threads, processes = undisturbed(runs, 0), undisturbed(runs, 1)
    if threads is None or processes is None or not took(threads) or not took(processes):
        return None
    return took(threads) / took(processes)


def _right(runs: Runs) -> int | None:
    found = ratio(runs)
    if found is None:
        return None
    if 1 / ALIKE <= found <= ALIKE:
        return 2
    if found >= SOONER:
        return 1
    return 0 if found <= 1 / SOONER else None


def sooner(what: Callable[[int], str]) -> Prediction:
    """The question of so many tasks, of which ``what`` is said."""

    def ask(plans: Plans) -> Question:
        return Question(f"{what(plans[0].tasks)} Where is it done sooner?", ANSWERS)

    return Prediction(ask, _right)
