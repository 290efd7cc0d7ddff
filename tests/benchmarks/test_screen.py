"""How fast the screen is, and how little it writes: in a real terminal.

``pytest tests/benchmarks --benchmark-only -s`` prints the figures.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pexpect
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from concviz.model.run import Run
from concviz.runner.environment import describe
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.tui.app import ConcvizApp
from concviz.tui.widgets.timeline import Timeline
from tests.benchmarks.figures import say

ROOT = Path(__file__).parents[2]
EMPTY = """
from textual.app import App
from textual.widgets import Footer, Header
class Empty(App):
    def compose(self):
        yield Header()
        yield Footer()
Empty().run()
"""


def spawn(*arguments: str, size: tuple[int, int] = (30, 120)) -> pexpect.spawn[bytes]:
    """Python in a terminal of that many rows and columns."""
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return pexpect.spawn(
        sys.executable,
        list(arguments),
        dimensions=size,
        env=environment,
        cwd=str(ROOT),
        timeout=60,
    )


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def test_first_frame_against_an_empty_app(benchmark: BenchmarkFixture) -> None:
    def first_frame(marker: bytes, *arguments: str) -> float:
        begin = time.perf_counter()
        child = spawn(*arguments)
        child.expect_exact(marker)
        took = time.perf_counter() - begin
        child.close(force=True)
        return took

    pairs = [
        (first_frame(b"CPython", "-m", "concviz", "--fresh"), first_frame(b"Empty", "-c", EMPTY))
        for _ in range(7)
    ]
    ratio = median(ours / empty for ours, empty in pairs)
    empty = median(e for _, e in pairs)
    say(benchmark, f"first frame: {ratio:.2f}× an empty app ({empty:.2f} s), at most 2")
    assert ratio <= 2


def test_version_against_python_pass(benchmark: BenchmarkFixture) -> None:
    def took(*arguments: str) -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return time.perf_counter() - begin

    pairs = [(took("-m", "concviz", "--version"), took("-c", "pass")) for _ in range(21)]
    ratio = median(ours / bare for ours, bare in pairs)
    say(benchmark, f"concviz --version: {ratio:.2f}× python -c pass, at most 5")
    assert ratio <= 5


@pytest.mark.parametrize(
    ("strategy", "workload", "workers", "tasks", "duration"),
    [("threads", "cpu", 8, 8, 1.0), ("thread-pool", "number", 8, 100_000, 0.0)],
)
def test_frames_while_a_run_is_under_way(
    benchmark: BenchmarkFixture,
    tmp_path: Path,
    strategy: str,
    workload: str,
    workers: int,
    tasks: int,
    duration: float,
) -> None:
    file = tmp_path / "frames.json"
    plan = (strategy, workload, str(workers), str(tasks), str(duration))
    child = spawn("-m", "tests.benchmarks.lab_frames", str(file), *plan, size=(36, 120))
    child.expect(pexpect.EOF)
    child.close()
    figures = json.loads(file.read_text())
    intervals, keys = figures["interval_s"], figures["key_s"]
    say(
        benchmark,
        f"{tasks:,} × {workload} on {strategy}: frames p95 {p95(intervals) * 1e3:.0f} ms, "
        f"longest {max(intervals) * 1e3:.0f} ms; keys p95 {p95(keys) * 1e3:.0f} ms, "
        f"longest {max(keys) * 1e3:.0f} ms",
    )
    if tasks < 1000:
        assert p95(intervals) <= 0.050
        assert p95(keys) <= 0.100
    else:
        assert max(intervals) <= 0.033 + 0.100


def many(tasks: int, workers: int = 8) -> Run:
    """A run of five seconds on workers that are always busy."""
    run = Run(Plan(tasks=tasks))
    told: list[events.AnyEvent] = [events.RunStarted(0)]
    told += [events.WorkerStarted(0, f"w{w}", 1, w) for w in range(workers)]
    length = 5_000_000_000 // tasks * workers
    for task in range(tasks):
        start = task // workers * length
        told.append(events.TaskSubmitted(0, task))
        told.append(events.TaskStarted(start, task, f"w{task % workers}"))
        told.append(events.TaskFinished(start + length - 10, task, 10, None))
        told.append(events.TaskCollected(start + length - 10, task))
    run.apply([*told, events.RunFinished(5_000_000_000, None), events.RunnerExited(0, 0)])
    return run


@pytest.mark.parametrize("zoom", [0, 3, 8])
async def test_frame_cost_of_many_tasks(benchmark: BenchmarkFixture, zoom: int) -> None:
    runs = {tasks: many(tasks) for tasks in (100, 100_000)}
    best = dict.fromkeys(runs, float("inf"))
    app = ConcvizApp(Plan(), describe())
    async with app.run_test(size=(160, 48)) as pilot:
        while not app.lab.ready:
            await pilot.pause(0.01)
        timeline = app.lab.query_one(Timeline)
        for _ in range(10):
            for tasks, run in runs.items():
                timeline.follow_run(run, 5, run.latest)
                for _ in range(zoom):
                    timeline.action_zoom(2)
                await pilot.pause()
                begin = time.perf_counter()
                timeline.action_pan(1)  # every cell anew, and the screen with them
                app.lab._on_timer_update()
                best[tasks] = min(best[tasks], time.perf_counter() - begin)
    ratio = best[100_000] / best[100]
    few = best[100] * 1e3
    say(benchmark, f"frame of 100,000 tasks: {ratio:.2f}× one of 100 ({few:.1f} ms), at most 1.5")
    assert ratio <= 1.5
