"""Runs the lab in this terminal, once through, and writes what its frames took as JSON to a file.

``python -m tests.benchmarks.lab_frames FILE STRATEGY WORKLOAD WORKERS TASKS DURATION``

``interval_s``: between the lab's frames, due every 1/30 s; ``key_s``: from a key press (Tab, every
quarter of a second while the run is under way) until the screen, with the focus moved, was drawn.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import pairwise
from pathlib import Path

from textual import events

from concviz.runner.environment import describe
from concviz.trace.plan import Plan
from concviz.tui.app import ConcvizApp
from concviz.tui.screens.frame_loop import FrameLoop

file, strategy, workload, workers, tasks, duration = sys.argv[1:]
frames: list[float] = []
keys: list[float] = []
frame = FrameLoop.frame


def timed_frame(loop: FrameLoop) -> None:
    """A frame that notes when it began."""
    frames.append(time.perf_counter())
    frame(loop)


FrameLoop.frame = timed_frame  # type: ignore[method-assign, assignment]
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
    while lab.shown is None:
        await asyncio.sleep(0.05)
    while not lab.shown.ended:
        await asyncio.sleep(0.25)
        pressed, focused = time.perf_counter(), lab.focused
        app.post_message(events.Key("tab", None))
        while lab.focused is focused:
            await asyncio.sleep(0.001)
        drawn = asyncio.Event()
        lab.call_after_refresh(drawn.set)
        await drawn.wait()
        keys.append(time.perf_counter() - pressed)
    await asyncio.sleep(0.5)
    app.exit()


async def begin() -> None:
    """Start watching, beside the app: it waits for what a callback returns."""
    watching.append(asyncio.create_task(watch()))


watching: list[asyncio.Task[None]] = []
app.call_later(begin)
app.run()
app.lab.close_run()
intervals = [later - earlier for earlier, later in pairwise(frames)]
Path(file).write_text(json.dumps({"interval_s": intervals, "key_s": keys}))
