"""What watching a program costs it, paired with the same program bare, and what others cost it.

Each program measures itself, without its start: seconds, and CPU seconds of it and its children.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.figures import say

PAIRS = 9
PATIENCE_S = 300
MEASURED = """
import os, sys, time

def measured(work):
    before, begun = os.times(), time.perf_counter()
    work()
    took, after = time.perf_counter() - begun, os.times()
    print("measured", took, sum(after[:4]) - sum(before[:4]))
"""
THREADS = """
from concurrent.futures import ThreadPoolExecutor

def nothing(): pass

def work():
    with ThreadPoolExecutor(max_workers=2) as pool:
        for future in [pool.submit(nothing) for _ in range(20_000)]:
            future.result()
"""
PROCESSES = """
from concurrent.futures import ProcessPoolExecutor

def nothing(): pass

def work():
    with ProcessPoolExecutor(max_workers=2) as pool:
        for future in [pool.submit(nothing) for _ in range(4_000)]:
            future.result()
"""
SHORT = """
from concurrent.futures import ThreadPoolExecutor

def half_a_millisecond():
    for _ in range(12_000): pass

def work():
    with ThreadPoolExecutor(max_workers=1) as pool:
        for future in [pool.submit(half_a_millisecond) for _ in range(2_000)]:
            future.result()
"""
ALONE = """
def work():
    for i in range(20_000_000): i * i
"""
COROUTINES = """
import asyncio

async def task():
    for _ in range(3):
        await asyncio.sleep({seconds})

async def main():
    await asyncio.gather(*(task() for _ in range(10_000)))

def work():
    asyncio.run(main())
"""
PROGRAMS = {
    "a no-op on a thread pool": (THREADS, 1.4),
    "a no-op on a process pool": (PROCESSES, 1.2),
    "tasks of 0.5 ms": (SHORT, 1.05),
    "CPU-bound code without tasks": (ALONE, 1.02),
    "10,000 coroutines that give way three times": (COROUTINES.format(seconds=0), 1.3),
    "10,000 coroutines that sleep three times": (COROUTINES.format(seconds=0.01), 1.3),
}
"""What it may cost at most."""


WATCHED = (sys.executable, "-m", "concviz", "watch", "--headless")
OTHERS = {
    "VizTracer": ("viztracer", "-m", "viztracer", "--quiet", "-o", "trace.json"),
    "profiling.sampling": (
        "profiling.sampling",
        "-m",
        "profiling.sampling",
        "run",
        "-o",
        "samples",
    ),
}
"""The module that must be there, and the options of Python before the program."""


def measured(script: Path, *command: str) -> tuple[float, float]:
    """Seconds and CPU seconds of a program, run so."""
    done = subprocess.run(
        [*command, script.name],
        cwd=script.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("measured "))
    _, seconds, cpu = line.split()
    return float(seconds), float(cpu)


def paired(script: Path, *command: str, pairs: int = PAIRS) -> tuple[float, float]:
    """How many times the seconds, and the CPU seconds, of the program when it runs bare."""
    ratios = []
    for _ in range(pairs):
        bare, other = measured(script, sys.executable), measured(script, *command)
        ratios.append((other[0] / bare[0], other[1] / bare[1]))
    return median(seconds for seconds, _ in ratios), median(cpu for _, cpu in ratios)


@pytest.mark.parametrize("program", PROGRAMS)
def test_against_bare(benchmark: BenchmarkFixture, tmp_path: Path, program: str) -> None:
    source, most = PROGRAMS[program]
    script = tmp_path / "program.py"
    script.write_text(f"{MEASURED}{source}\nif __name__ == '__main__':\n    measured(work)\n")
    seconds, cpu = paired(script, *WATCHED)
    figures = [f"{program}: {seconds:.2f}× its time, {cpu:.2f}× its CPU time, at most {most}"]
    for name, (module, *options) in OTHERS.items():
        if _is_there(module):
            seconds_, cpu_ = paired(script, sys.executable, *options, pairs=PAIRS // 3)
            figures.append(f"{name} {seconds_:.2f}×, {cpu_:.2f}×")
    say(benchmark, "; ".join(figures))
    assert seconds <= most


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
