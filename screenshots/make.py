"""Draws the pictures of the README from recordings: never by hand, always the same.

``python screenshots/make.py`` writes ``*.svg`` beside it; a test compares them. The recordings were
made with ``concviz run … --record FILE``, those of programs (``five-scenes``, ``server``) with
``concviz watch --headless --record FILE``; paths of the machine in them have been shortened. Of the
two hosts of ``cluster`` one was a network and time namespace; a worker process there was killed.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from msgspec.structs import replace
from textual.pilot import Pilot

from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.measurement import Case
from concviz.analysis.sweep import Sweep
from concviz.experiments.compare import Compared
from concviz.experiments.sweep import Swept
from concviz.exporters import svg
from concviz.exporters.exporter import Look
from concviz.model.run import Run
from concviz.runner import catalogue
from concviz.strategies import interpreters
from concviz.tour.walk import find
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.tui.app import ConcvizApp
from concviz.tui.screens.experiment import ExperimentScreen

HERE = Path(__file__).parent
TURNS = 2
"""So many pictures alike: on a busy machine a layout may be late."""
REST_S = 0.1


class Picture(NamedTuple):
    """What is to be seen: a recording in a terminal of a size."""

    name: str
    recording: str
    size: tuple[int, int]
    theme: str = "textual-dark"
    keys: tuple[str, ...] = ()
    until_s: float | None = None
    """Seconds after the start at which the run is shown, still under way; None for its end."""
    kind: str = "run"
    """What the recording is of: a "run", or the runs of a "compare" or a "sweep"; "none": nothing
    has run yet; "tour": a run of the scene that has that name."""


GUESSES = ("down", "4", "down", "2", "down", "down", "2")
WRONG = ("1", "down", "2", "tab", "tab", "end", "backspace", "0", "tab")
PICTURES = [
    Picture("first-minute", "thread-pool", (120, 36), kind="none"),
    Picture("lab-120x36", "thread-pool", (120, 36)),
    Picture("lab-80x24", "thread-pool", (80, 24)),
    Picture("folded-80x24", "thread-pool", (80, 24), keys=("z",)),
    Picture("chosen", "thread-pool", (120, 36), keys=WRONG),
    Picture("zoomed", "cpu-threads", (120, 36), keys=("4", "end", *("+" * 6))),
    Picture("sixteen-colours", "gil-fence", (120, 36), theme="ansi-dark", keys=("4", "right")),
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
    Picture("replay", "cpu-threads", (120, 36), keys=("4", "(", *("}" * 9), "]")),
    Picture("replay-80x24", "mixed-pool", (80, 24), keys=("4", "(", *("}" * 7))),
    Picture("watch", "five-scenes", (120, 44), keys=("4", "down", "down")),
    Picture("watch-80x24", "five-scenes", (80, 24), until_s=7.2),
    Picture("watch-by-task", "five-scenes", (120, 44), theme="textual-light", keys=("4", "b")),
    Picture("watch-loop", "server", (120, 40), keys=("4", "down", "right")),
    Picture("cluster", "cluster", (120, 36), keys=("4", "right")),
    Picture("cluster-by-task", "cluster", (120, 44), theme="textual-light", keys=("4", "b")),
    Picture("help", "thread-pool", (120, 36), keys=("4", "question_mark")),
    Picture("help-80x24", "thread-pool", (80, 24), keys=("question_mark",)),
    Picture("tour", "thread-pool", (120, 36), kind="tour"),
    Picture("tour-80x24", "thread-pool", (80, 24), until_s=1.6, kind="tour"),
    Picture("compare-choose", "compare-cpu", (80, 24), keys=("n", *GUESSES), kind="compare"),
    Picture("compare", "compare-cpu", (120, 36), kind="compare"),
    Picture("compare-80x24", "compare-cpu", (80, 24), kind="compare"),
    Picture("compare-table", "compare-cpu", (80, 24), keys=("t",), kind="compare"),
    Picture("compare-zoomed", "compare-cpu", (120, 36), keys=("+", "+", "v"), kind="compare"),
    Picture("compare-opened", "compare-cpu", (120, 36), keys=("down", "enter"), kind="compare"),
    Picture("compare-200x60", "compare-cpu", (200, 60), kind="compare"),
    Picture("sweep", "sweep-cpu", (120, 36), kind="sweep"),
    Picture("sweep-80x24", "sweep-cpu", (80, 24), theme="textual-light", kind="sweep"),
]


class Exported(NamedTuple):
    """A recording as ``concviz export`` draws it."""

    name: str
    recording: str
    columns: int
    dark: bool = True
    kind: str = "run"


EXPORTED = [
    Exported("exported", "mixed-pool", 110),
    Exported("exported-watch", "five-scenes", 110),
    Exported("exported-compare", "compare-cpu", 110, dark=False, kind="compare"),
    Exported("exported-sweep", "sweep-cpu", 110, kind="sweep"),
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


def replay_series(recording: str) -> list[Case]:
    """The cases of recorded runs that follow each other in one file."""
    runs: dict[tuple[str, int], list[Run]] = {}
    traits = {entry.id: entry.traits for entry in catalogue.strategies()}
    for piece in split((HERE / "recordings" / f"{recording}.jsonl").read_bytes()):
        first, *lines = piece
        header = Header.decode(first)
        plan = replace(header.plan, rounds_per_s=None)
        run = Run(plan)
        run.apply([header, *(events.decode(line) for line in lines)])
        runs.setdefault((plan.strategy, plan.workers), []).append(run)
    cases = []
    for same in runs.values():
        case = Case(same[0].plan, traits[same[0].plan.strategy])
        for left, run in zip(reversed(range(len(same))), same, strict=True):
            case.add(run, left)
        cases.append(case)
    return cases


def experiment(recording: str, kind: str) -> Comparison | Sweep:
    """A comparison or a sweep of recorded runs."""
    cases = replay_series(recording)
    shown = cases[0].shown
    assert shown is not None
    environment, manner = shown.run.environment, Manner(repeat=len(cases[0].trials), warmup=0)
    if kind == "compare":
        return Comparison(cases, manner, environment)
    return Sweep(cases[0], cases[1:], manner, environment)


def split(recording: bytes) -> Iterator[list[bytes]]:
    """The lines of each run: a header is an object, every other line an array."""
    run: list[bytes] = []
    for line in recording.splitlines():
        if line.startswith(b"{") and run:
            yield run
            run = []
        run.append(line)
    yield run


async def draw(picture: Picture) -> str:
    """The picture as SVG: the same whichever Python draws it."""
    words = "needs Python 3.14 or later; this is 3.11"
    older = dataclasses.replace(interpreters.STRATEGY, unavailable=lambda: words)
    with patch.object(interpreters, "STRATEGY", older):
        if picture.kind == "tour":
            return await draw_tour(picture)
        of_a_run = picture.kind in ("run", "none")
        return await (draw_run(picture) if of_a_run else draw_series(picture))


async def draw_run(picture: Picture) -> str:
    """The picture of the lab as SVG."""
    header, run, now = replay(picture.recording, picture.until_s)
    app = ConcvizApp(header.plan or Plan(), header.environment, theme=picture.theme)
    async with app.run_test(size=picture.size) as pilot:
        await ready(app, pilot)
        if picture.kind == "run":
            app.lab.show_run(run, now)
        await pilot.pause()
        await pilot.press(*picture.keys)
        return await at_rest(pilot)


async def draw_tour(picture: Picture) -> str:
    """The picture of a scene of the tour as SVG: under way with a guess, or when it is over."""
    header, run, now = replay(picture.recording, picture.until_s)
    app = ConcvizApp(header.plan, header.environment, theme=picture.theme)
    async with app.run_test(size=picture.size) as pilot:
        await ready(app, pilot)
        app.lab.open_tour()
        await pilot.pause()
        tour = app.lab.tour
        assert tour is not None
        scene = find(tour.walk.scenes, picture.recording)
        walk = tour.walk.enter(scene).go_on().choose(1).began(run)
        tour.show(walk.ended() if now is None else walk, now)
        await pilot.pause()
        await pilot.press(*picture.keys)
        return await at_rest(pilot)


async def draw_series(picture: Picture) -> str:
    """The picture of a comparison or a sweep as SVG."""
    found = experiment(picture.recording, picture.kind)
    plan = found.cases[-1].plan
    app = ConcvizApp(plan, found.environment, theme=picture.theme)
    async with app.run_test(size=picture.size) as pilot:
        await ready(app, pilot)
        app.lab.action_experiment(picture.kind)
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ExperimentScreen)
        if isinstance(found, Comparison):
            guesses = {"threads": 4.0, "thread-pool": 2.0, "process-pool": 2.0}
            screen.show(Compared(found, guesses))
        else:
            screen.show(Swept(found))
        await pilot.pause()
        await pilot.press(*picture.keys)
        return await at_rest(pilot)


async def ready(app: ConcvizApp, pilot: Pilot[None]) -> None:
    """The panes are there and work: on a busy machine that takes some turns."""
    await pilot.pause()
    while not app.lab.ready:
        await pilot.pause(REST_S / 10)


async def at_rest(pilot: Pilot[None]) -> str:
    """The picture when nothing changes any more: layouts and drawing take some turns."""
    before, same = "", 0
    while same < TURNS:
        await pilot.pause(REST_S)
        now = pilot.app.export_screenshot(title="concviz", simplify=True)
        same = same + 1 if now == before else 0
        before = now
    return before


def export(picture: Exported) -> str:
    """The picture as the exporter writes it."""
    of_a_run = picture.kind == "run"
    found = (
        replay(picture.recording)[1] if of_a_run else experiment(picture.recording, picture.kind)
    )
    return svg.EXPORTER.write(found, Look(picture.columns, picture.dark)).decode()


def main() -> None:
    """Draw them all."""
    for each in EXPORTED:
        (HERE / f"{each.name}.svg").write_text(export(each))
        print(each.name)
    for picture in PICTURES:
        path = HERE / f"{picture.name}.svg"
        path.write_text(asyncio.run(draw(picture)) + "\n")
        print(path.name)


if __name__ == "__main__":
    main()
