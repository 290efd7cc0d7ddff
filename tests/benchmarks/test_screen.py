"""How fast the screen is, and how little it writes: in a real terminal.

``pytest tests/benchmarks --benchmark-only -s`` prints the figures.
"""

from __future__ import annotations

import json
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
from concviz.tui.widgets.canvas import Canvas
from concviz.tui.widgets.timeline import Timeline
from tests.benchmarks.figures import say
from tests.benchmarks.terminal import spawn


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def test_version_against_python_pass(benchmark: BenchmarkFixture) -> None:
    def took(*arguments: str) -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return time.perf_counter() - begin

    pairs = [(took("-m", "concviz", "--version"), took("-c", "pass")) for _ in range(21)]
    ratio = median(ours / bare for ours, bare in pairs)
    say(benchmark, f"concviz --version: {ratio:.2f}× python -c pass, at most 5")
    assert ratio <= 5


FLOOD, CPU = ("number", 100_000, 0.0), ("cpu", 8, 1.0)


@pytest.mark.parametrize(
    ("strategy", "what", "key_s", "stall_s"),
    [("threads", CPU, 0.060, 0.080), ("thread-pool", FLOOD, 0.100, 0.080)],
    ids=["cpu", "flood"],
)
def test_keys_and_frames_while_a_run_is_under_way(
    benchmark: BenchmarkFixture,
    tmp_path: Path,
    strategy: str,
    what: tuple[str, int, float],
    key_s: float,
    stall_s: float,
) -> None:
    workload, tasks, duration = what
    rounds = []
    for n in range(3):
        file = tmp_path / f"frames{n}.json"
        plan = (strategy, workload, "8", str(tasks), str(duration))
        child = spawn("-m", "tests.benchmarks.lab_frames", str(file), *plan, size=(36, 120))
        child.expect(pexpect.EOF)
        child.close()
        rounds.append(json.loads(file.read_text()))
    frames, keys = (median(p95(each[what]) for each in rounds) for what in ("interval_s", "key_s"))
    stall = median(each["stall_s"] for each in rounds)
    used = median(p95(each["key_cpu_s"]) for each in rounds)
    say(
        benchmark,
        f"{tasks:,} × {workload} on 8 {strategy}: key to screen p95 {keys * 1e3:.0f} ms (CPU "
        f"{used * 1e3:.0f}), at most {key_s * 1e3:.0f}; frame to frame p95 {frames * 1e3:.0f} ms, "
        f"at most 50; longest stall, the end included, {stall * 1e3:.0f} ms, at most "
        f"{stall_s * 1e3:.0f}",
    )
    assert keys <= key_s
    assert stall <= stall_s
    assert frames <= 0.050


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


@pytest.mark.parametrize("zoom", [0, 2, 4, 6, 7, 8, 10, 12])
async def test_frame_cost_of_many_tasks(benchmark: BenchmarkFixture, zoom: int) -> None:
    """All cells anew: worked out, painted, and as the strips that the screen is made of."""
    runs = {tasks: many(tasks) for tasks in (100, 100_000)}
    best = dict.fromkeys(runs, float("inf"))
    app = ConcvizApp(Plan(), describe())
    async with app.run_test(size=(160, 48)) as pilot:
        while not app.lab.ready:
            await pilot.pause(0.01)
        timeline = app.lab.query_one(Timeline)
        cells = timeline.query_one(Canvas)
        for _ in range(10):
            for tasks, run in runs.items():
                timeline.follow_run(run, 5, run.latest)
                for _ in range(zoom):
                    timeline.action_zoom(2)
                await pilot.pause()
                cells.show([])  # so that no strip is kept
                begin = time.process_time()
                timeline.action_pan(1)
                for y in range(cells.size.height):
                    cells.render_line(y)
                best[tasks] = min(best[tasks], time.process_time() - begin)
    few, much = (best[tasks] * 1e3 for tasks in (100, 100_000))
    say(
        benchmark,
        f"frame of 100,000 tasks, {2**zoom}× zoomed: {much:.1f} ms of CPU, of 100 {few:.1f} ms; "
        "at most 1.5 times as much, or 4 ms",
    )
    assert much <= max(1.5 * few, 4)
