"""Scenes that are not in the tour: two short ones, the second of two parts."""

from __future__ import annotations

from concviz.analysis.statistics import makespan
from concviz.tour.scene import (
    Line,
    Part,
    Plans,
    Prediction,
    Question,
    Remark,
    Runs,
    Scene,
    Spot,
    When,
)
from concviz.trace.plan import Plan

SHORT_S = 0.08


def _ask(plans: Plans) -> Question:
    answers = (f"{plans[0].tasks} s", "for ever", "nobody knows")
    return Question(f"How long do {plans[0].tasks} tasks take?", answers)


def _said(runs: Runs) -> str | None:
    return f"{len(runs)} ran, with {len(runs[0].tasks)} tasks." if runs else None


def _began(runs: Runs) -> Spot | None:
    tasks = runs[-1].tasks if runs else ()
    return Spot(0, runs[-1].tasks.started[0], len(runs) - 1) if len(tasks) else None


LOOP = Scene(
    name="loop",
    title="One after the other",
    text="Words of the [b]first[/b] scene.",
    parts=(
        Part(
            Plan(strategy="sequential", workload="number", tasks=2, duration_s=SHORT_S),
            "A loop",
            (Line("call(item)", When.WORKING), Line("for item in items", When.HANDING_OUT)),
        ),
    ),
    prediction=Prediction(_ask, lambda runs: 0 if makespan(runs[0]) is not None else None),
    remarks=(
        Remark(lambda runs: None),
        Remark(_said, _began),
        Remark(lambda runs: "Nowhere to be seen."),
    ),
    change=frozenset(("tasks",)),
)
TWO = Scene(
    name="two",
    title="Threads and a pool",
    text="Words of the second scene.",
    parts=(
        Part(
            Plan(strategy="threads", workload="number", tasks=2, duration_s=SHORT_S),
            "Threads",
            (Line("thread.join()", When.COLLECTING),),
        ),
        Part(
            Plan(strategy="thread-pool", workload="number", tasks=2, duration_s=SHORT_S, workers=2),
            "A pool",
        ),
    ),
    prediction=Prediction(_ask, lambda runs: None),
    remarks=(Remark(_said, _began),),
    change=frozenset(("tasks", "workers")),
)
SCENES = (LOOP, TWO)
