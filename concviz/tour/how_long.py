"""The question how long a run will take, asked of its plan and answered by what it took."""

from __future__ import annotations

from concviz.analysis.wording import count
from concviz.tour.measured import took, whole
from concviz.tour.scene import Plans, Prediction, Question, Runs
from concviz.trace.plan import Plan

EARLY, LATE = 0.98, 1.45
"""A run took so long if it took these times as long. On a busy machine it takes longer, and no two
answers are nearer to each other than 1.5 times."""


def seconds(plan: Plan) -> list[float]:
    """The answers: all tasks at once, some at a time, one after the other."""
    rounds = -(-plan.tasks // max(1, plan.workers))
    found = sorted({1, rounds, plan.tasks})
    return [plan.duration_s * n for n in (found if len(found) > 1 else (1, 2))]


def _ask(plans: Plans) -> Question:
    plan = plans[0]
    each = f"{plan.duration_s:g} s"
    what = f"{count(plan.tasks, 'task')} of {each}" + (" each" if plan.tasks > 1 else "")
    answers = tuple(f"{answer:g} s" for answer in seconds(plan))
    return Question(f"How long will {what} take in all?", answers)


def _right(runs: Runs) -> int | None:
    run = whole(runs)
    if run is None or run.plan is None:
        return None
    for index, answer in enumerate(seconds(run.plan)):
        if EARLY * answer <= took(run) <= LATE * answer:
            return index
    return None


HOW_LONG = Prediction(_ask, _right)
