"""How long ``concviz watch --headless`` takes as a whole, paired with the same program bare.

From the command's start to its end: what is loaded before the program starts, what is put into it,
what looks at it beside it, and what is worked out and written after it.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.figures import say
from tests.benchmarks.terminal import ROOT

PAIRS = 9
MOST = 1.15
WAITS = """
import threading, time
threads = [threading.Thread(target=time.sleep, args=(1,)) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
COMPUTES = """
from concurrent.futures import ProcessPoolExecutor

def work(n):
    return sum(range(n))

if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        for _ in pool.map(work, [4_000_000] * 16): pass
"""
MANY = """
from concurrent.futures import ProcessPoolExecutor

if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        for _ in pool.map(abs, range(5_000)): pass
"""
PROGRAMS = {"waits for 1 s": WAITS, "two processes compute": COMPUTES, "5,000 tasks": MANY}


def took(command: list[str], folder: Path) -> float:
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    seconds = time.perf_counter() - begin
    assert done.returncode == 0, done.stderr
    return seconds


@pytest.mark.parametrize("name", PROGRAMS)
def test_whole_command_against_bare(benchmark: BenchmarkFixture, tmp_path: Path, name: str) -> None:
    compileall.compile_dir(ROOT / "concviz", quiet=2)  # as an installed package is
    (tmp_path / "jobs.py").write_text(PROGRAMS[name])
    watch = ["-m", "concviz", "watch", "--headless", "--explain", "--force", "--json", "o.json"]
    pairs = [
        (took(["jobs.py"], tmp_path), took([*watch, "jobs.py"], tmp_path)) for _ in range(PAIRS)
    ]
    ratio = median(watched / bare for bare, watched in pairs)
    more = median(watched - bare for bare, watched in pairs)
    bare = median(bare for bare, _ in pairs)
    say(benchmark, f"{name} ({bare:.2f} s): {ratio:.3f}×, {more * 1e3:+.0f} ms, at most {MOST}×")
    assert ratio <= MOST
