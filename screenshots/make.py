"""Draws the pictures of the README from recordings: never by hand, always the same.

``python screenshots/make.py`` writes ``*.svg`` beside it; a test compares them. The recordings were
made with ``concviz run … --record FILE``; paths of the machine in them have been shortened.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

from concviz.model import events
from concviz.model.recording import Header
from concviz.model.run import Run
from concviz.tui.app import ConcvizApp

HERE = Path(__file__).parent


class Picture(NamedTuple):
    """What is to be seen: a recording in a terminal of a size."""

    name: str
    recording: str
    size: tuple[int, int]
    theme: str = "textual-dark"
    keys: tuple[str, ...] = ()
    until_s: float | None = None
    """Seconds after the start at which the run is shown, still under way; None for its end."""


PICTURES = [
    Picture("lab-120x36", "thread-pool", (120, 36)),
    Picture("lab-80x24", "thread-pool", (80, 24)),
    Picture("lab-200x60", "thread-pool", (200, 60), keys=("4", "right", "right")),
    Picture("lab-light", "process-pool", (120, 36), theme="textual-light"),
    Picture("running", "cpu-threads", (120, 36), until_s=1.3),
    Picture("gil", "gil-fence", (120, 36), keys=("4", "right")),
    Picture("cores", "cpu-processes", (120, 36), keys=("4", "right")),
    Picture("lock", "lock", (120, 36), keys=("4", "right")),
    Picture("event-loop", "asyncio-mixed", (120, 36), keys=("4", "right")),
    Picture("mixed", "mixed-pool", (80, 24), keys=("4", "right")),
    Picture("crash", "crash", (120, 36), keys=("4", "right", "down", "down")),
    Picture("by-task", "asyncio-uneven", (120, 36), keys=("4", "b")),
    Picture("sequential", "sequential", (80, 24)),
    Picture("threads", "threads", (80, 24)),
    Picture("processes", "processes", (80, 24)),
    Picture("process-pool", "process-pool", (80, 24)),
    Picture("help", "thread-pool", (120, 36), keys=("4", "question_mark")),
]


def replay(recording: str, until_s: float | None = None) -> tuple[Header, Run, int | None]:
    """A recorded run, up to a time since its start (then also that time on its clock)."""
    path = HERE / "recordings" / f"{recording}.jsonl"
    first, *lines = path.read_bytes().splitlines()
    header = Header.decode(first)
    run = Run(header.plan)
    told = [events.decode(line) for line in lines if line]
    if until_s is None:
        run.apply([header, *told])
        return header, run, None
    start = next(event.t_ns for event in told if isinstance(event, events.RunStarted))
    now = start + round(until_s * 1e9)
    run.apply([header, *(event for event in told if event.t_ns <= now)])
    return header, run, now


async def draw(picture: Picture) -> str:
    """The picture as SVG."""
    header, run, now = replay(picture.recording, picture.until_s)
    app = ConcvizApp(header.plan, header.environment, theme=picture.theme)
    async with app.run_test(size=picture.size) as pilot:
        await pilot.pause()
        app.lab.show_run(run, now)
        await pilot.pause()
        await pilot.press(*picture.keys)
        await pilot.pause()
        return app.export_screenshot(title="concviz", simplify=True)


def main() -> None:
    """Draw them all."""
    for picture in PICTURES:
        path = HERE / f"{picture.name}.svg"
        path.write_text(asyncio.run(draw(picture)) + "\n")
        print(path.name)


if __name__ == "__main__":
    main()
