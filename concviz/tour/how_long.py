"""The question how long a run will take, asked of its plan and answered by what it took."""

from __future__ import annotations

from concviz.analysis.wording import count, duration
from concviz.tour.measured import took, whole
from concviz.tour.scene import Plans, Prediction, Question, Remark, Runs
from concviz.trace.plan import Plan

EARLY, LATE = 0.98, 1.45
"""A run took as long as an answer says if it took so many times that. On a busy machine it takes
longer; yet tasks that were not done one after the other as often as that never make it right."""


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
    in_a_row = max(len(worker.lane) for worker in run.workers)
    answers, expected = seconds(run.plan), in_a_row * run.plan.duration_s
    if expected not in answers or not EARLY * expected <= took(run) <= LATE * expected:
        return None
    return answers.index(expected)


def _alone(runs: Runs) -> str | None:
    run = whole(runs)
    if run is None or len(run.tasks) > 1:
        return None
    return f"It took {duration(took(run))}: with one task alone there is nothing to gain."


HOW_LONG = Prediction(_ask, _right)
ALONE = Remark(_alone)
"""Of a run of one task."""
