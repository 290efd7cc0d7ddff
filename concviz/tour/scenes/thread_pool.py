"""Three threads for five tasks."""

from __future__ import annotations

from concviz.tour.how_long import HOW_LONG
from concviz.tour.pools import REMARKS
from concviz.tour.scene import Line, Part, Scene, When
from concviz.trace.plan import Plan

SCENE = Scene(
    name="thread-pool",
    title="A pool of threads",
    text=(
        "A thread for each of ten thousand tasks would be too much. A ThreadPoolExecutor has at "
        "most max_workers threads; whoever is free takes the next task from a queue. map() gives "
        "the results in the order of the tasks, whichever ends first."
    ),
    parts=(
        Part(
            Plan(strategy="thread-pool", workload="number", workers=3, tasks=5, duration_s=1.0),
            "A pool of threads",
            (
                Line("ThreadPoolExecutor(max_workers=workers)", When.HANDING_OUT),
                Line("executor.map(call, items)", When.COLLECTING),
                Line("time.sleep(seconds)", When.WORKING),
                Line('return f"Number: {i}"', When.ENDING),
            ),
        ),
    ),
    prediction=HOW_LONG,
    remarks=REMARKS,
    change=frozenset(("workers", "tasks")),
)
