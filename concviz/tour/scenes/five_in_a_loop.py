"""Five tasks, one after the other."""

from concviz.analysis.statistics import makespan
from concviz.analysis.wording import duration
from concviz.tour.scene import Line, Part, Prediction, Remark, Runs, Scene, Spot, When
from concviz.trace.plan import Plan


def _right(runs: Runs) -> int | None:
    took = makespan(runs[0]) if runs else None
    if took is None or not runs[0].ended:
        return None
    return min(range(3), key=lambda at: abs((1, 2, 5)[at] - took))


def _took(runs: Runs) -> str | None:
    took = makespan(runs[0]) if runs else None
    if took is None:
        return None
    return f"It took {duration(took)}: every task waited for the one before it."


def _second(runs: Runs) -> Spot | None:
    if not runs or len(runs[0].tasks) < 2 or (start := runs[0].tasks.started[1]) < 0:
        return None
    return Spot(runs[0].tasks.worker[1], start)


SCENE = Scene(
    name="loop",
    title="Five tasks in a loop",
    text=(
        "Each task waits one second, as for an answer from the network. A loop does one task, "
        "then the next, all in one thread. While it waits, nothing else is done."
    ),
    parts=(
        Part(
            Plan(strategy="sequential", workload="sleep", tasks=5, duration_s=1.0),
            "A loop, one thread",
            (
                Line("for item in items:", When.HANDING_OUT),
                Line("call(item)", When.WORKING),
                Line("time.sleep(seconds)", When.WORKING),
            ),
        ),
    ),
    prediction=Prediction("How long will it take?", ("1 s", "2 s", "5 s"), _right),
    remarks=(Remark(_took, _second),),
    change=frozenset(("tasks",)),
)
