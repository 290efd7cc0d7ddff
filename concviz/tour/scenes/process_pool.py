"""Three processes for five tasks."""

from __future__ import annotations

from concviz.tour.how_long import HOW_LONG
from concviz.tour.pools import REMARKS
from concviz.tour.scene import Line, Part, Scene, When
from concviz.tour.start_method import QUICK
from concviz.trace.plan import Plan

SCENE = Scene(
    name="process-pool",
    title="A pool of processes",
    text=(
        "A ProcessPoolExecutor starts its processes once and hands them one task after the "
        "other. As they share no memory, what goes to a task and what it returns is copied from "
        "process to process. It is used as the pool of threads is, and keeps the same order."
    ),
    parts=(
        Part(
            Plan(
                strategy="process-pool",
                workload="square",
                workers=3,
                tasks=5,
                duration_s=1.0,
                start_method=QUICK,
            ),
            "A pool of processes",
            (
                Line("ProcessPoolExecutor(max_workers=workers", When.HANDING_OUT),
                Line("executor.map(call, items", When.COLLECTING),
                Line("time.sleep(seconds)", When.WORKING),
                Line('return f"Square: {i * i}"', When.ENDING),
            ),
        ),
    ),
    prediction=HOW_LONG,
    remarks=REMARKS,
    change=frozenset(("workers", "tasks")),
)
