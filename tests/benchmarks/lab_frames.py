"""Runs the lab in this terminal, once through, and writes what its frames took as JSON to a file.

``python -m tests.benchmarks.lab_frames FILE STRATEGY WORKLOAD WORKERS TASKS DURATION``

``interval_s``: between the lab's frames, due every 1/30 s. ``key_s``: of several keys, pressed by
turns while the run is under way, from the press until what it did was drawn. ``stall_s``: for how
long at most nothing else could happen, from the run's start until a second after its end.
``cpu_s``: CPU time of the lab's process in that time. ``key_cpu_s`` and ``stall_cpu_s`` are the
same in CPU time of the thread that draws, which a busy machine changes little.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import cycle, pairwise
from pathlib import Path

from textual import events

from concviz.runner.environment import describe
from concviz.trace.plan import Plan
from concviz.tui.app import ConcvizApp, _until_left
from concviz.tui.screens.frame_loop import FrameLoop
from concviz.tui.widgets.timeline import Timeline

KEYS = ("tab", None), ("right", None), ("v", "v"), ("plus", "+"), ("0", "0")
"""Focus, cursor, another picture, another scale, the first scale."""
PAUSE_S = 0.15
"""Between two of them."""
LOOK_S = 0.002
"""Every so often something looks whether the loop still turns."""

file, strategy, workload, workers, tasks, duration = sys.argv[1:]
frames: list[float] = []
Clocks = tuple[float, float]
keys: list[Clocks] = []
turns: list[Clocks] = []
frame = FrameLoop._turn
action = ConcvizApp.run_action
acted = asyncio.Event()


def clocks() -> Clocks:
    """The time, and this thread's CPU time."""
    return time.perf_counter(), time.thread_time()


def between(earlier: Clocks, later: Clocks) -> Clocks:
    """How much passed of both."""
    return later[0] - earlier[0], later[1] - earlier[1]


async def timed_frame(loop: FrameLoop) -> None:
    """A frame that notes when it began."""
    frames.append(time.perf_counter())
    await frame(loop)


async def watched_action(app, *given, **named) -> bool:  # type: ignore[no-untyped-def]
    """An action that says when it is over."""
    done = await action(app, *given, **named)
    acted.set()
    return bool(done)


FrameLoop._turn = timed_frame  # type: ignore[method-assign, assignment]
ConcvizApp.run_action = watched_action  # type: ignore[method-assign, assignment]
plan = Plan(
    strategy=strategy,
    workload=workload,
    workers=int(workers),
    tasks=int(tasks),
    duration_s=float(duration),
)
app = ConcvizApp(plan, describe(), run=True)


async def press(key: str, character: str | None) -> None:
    """And wait until it is on the screen."""
    acted.clear()
    pressed = clocks()
    app.post_message(events.Key(key, character))
    await acted.wait()
    drawn = asyncio.Event()
    app.lab.call_after_refresh(drawn.set)
    await drawn.wait()
    keys.append(between(pressed, clocks()))


async def turn() -> None:
    """Note when the loop turns."""
    while True:
        turns.append(clocks())
        await asyncio.sleep(LOOK_S)


async def watch() -> None:
    """Press keys while the run is under way; leave when it is over."""
    lab = app.lab
    while lab.shown is None:
        await asyncio.sleep(0.01)
    begin, looking = time.process_time(), asyncio.create_task(turn())
    for key, character in cycle(KEYS):
        await asyncio.sleep(PAUSE_S)
        if lab.shown.ended:
            break
        if key != "tab":
            lab.query_one(Timeline).focus()
            await asyncio.sleep(PAUSE_S)
        await press(key, character)
    await asyncio.sleep(1)
    looking.cancel()
    cpu.append(time.process_time() - begin)
    app.exit()


async def begin() -> None:
    """Start watching, beside the app: it waits for what a callback returns."""
    watching.append(asyncio.create_task(watch()))


watching: list[asyncio.Task[None]] = []
cpu: list[float] = []
app.call_later(begin)
_until_left(app, lambda: None)
passed = [between(*pair) for pair in pairwise(turns)]
figures = {
    "interval_s": [later - earlier for earlier, later in pairwise(frames)],
    "key_s": [wall for wall, _ in keys],
    "key_cpu_s": [used for _, used in keys],
    "stall_s": max(wall for wall, _ in passed),
    "stall_cpu_s": max(used for _, used in passed),
    "cpu_s": cpu[0],
}
Path(file).write_text(json.dumps(figures))
