"""Runs the lab in this terminal, once through, and writes what its frames took as JSON to a file.

``python -m tests.benchmarks.lab_frames FILE STRATEGY WORKLOAD WORKERS TASKS DURATION``

``interval_s``: between the lab's frames, due every 1/30 s; ``key_s``: from a key press, posted every
quarter of a second while the run is under way, to the end of the refresh that follows it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from textual import events

from concviz.engine.environment import describe
from concviz.model.plan import Plan
from concviz.tui.app import ConcvizApp
from concviz.tui.screens.lab import LabScreen

file, strategy, workload, workers, tasks, duration = sys.argv[1:]
frames: list[float] = []
keys: list[float] = []
frame = LabScreen._frame


def timed_frame(lab: LabScreen) -> None:
    """A frame that notes when it began."""
    frames.append(time.perf_counter())
    frame(lab)


LabScreen._frame = timed_frame  # type: ignore[method-assign]
plan = Plan(
    strategy=strategy,
    workload=workload,
    workers=int(workers),
    tasks=int(tasks),
    duration_s=float(duration),
)
app = ConcvizApp(plan, describe(), run=True)


async def watch() -> None:
    """Press keys while the run is under way; leave when it is over."""
    lab = app.lab
    while lab.shown is None or not lab.shown.ended:
        await asyncio.sleep(0.25)
        pressed = time.perf_counter()
        drawn = asyncio.Event()
        app.post_message(events.Key("tab", None))
        app.call_after_refresh(drawn.set)
        await drawn.wait()
        keys.append(time.perf_counter() - pressed)
    await asyncio.sleep(0.5)
    app.exit()


app.call_later(lambda: asyncio.get_running_loop().create_task(watch()))
app.run()
app.lab.close_run()
intervals = [later - earlier for earlier, later in zip(frames, frames[1:], strict=False)]
Path(file).write_text(json.dumps({"interval_s": intervals, "key_s": keys}))
