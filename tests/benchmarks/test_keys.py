"""What a key costs the processor, and a lab at rest: seen from outside, in a real terminal.

CPU time is the sum of all threads of the lab's process, as the kernel counts it.
``CONCVIZ_TREE=FOLDER pytest tests/benchmarks/test_keys.py --benchmark-only -s`` measures the lab of
another source tree.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pexpect
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.figures import say

TREE = os.environ.get("CONCVIZ_TREE", str(Path(__file__).parents[2]))
SIZE = (36, 120)
PLAN = ("--strategy", "thread-pool", "--workload", "number", "--tasks", "5", "--duration", "0.1")
QUIET_S = 0.4
"""A key has been dealt with when nothing has been written for so long."""
REST_S = 20.0
TAB, DOWN, UP, ESCAPE = "\t", "\x1b[B", "\x1b[A", "\x1b"


class Lab:
    """A lab with a finished run, of which the processor time is known."""

    def __init__(self, child: pexpect.spawn[bytes]) -> None:
        self._child = child

    def cpu_ms(self) -> float:
        """Of all its threads, until now."""
        total_ns = 0
        for thread in Path(f"/proc/{self._child.pid}/task").iterdir():
            total_ns += int((thread / "schedstat").read_text().split()[0])
        return total_ns / 1e6

    def read(self, quiet_s: float = QUIET_S, most_s: float = 30.0) -> int:
        """Read until nothing comes any more; the number of bytes."""
        end, read = time.monotonic() + most_s, 0
        while time.monotonic() < end:
            try:
                read += len(self._child.read_nonblocking(1 << 16, timeout=quiet_s))
            except pexpect.TIMEOUT:
                break
        return read

    def press(self, key: str) -> tuple[float, int]:
        """Press a key: CPU, in ms, and bytes until all is still again."""
        before = self.cpu_ms()
        self._child.send(key)
        read = self.read()
        return self.cpu_ms() - before, read

    def idle(self) -> float:
        """Share of a core, in percent, while nobody does anything."""
        self.read(2)
        before = self.cpu_ms()
        self.read(REST_S, REST_S)
        return (self.cpu_ms() - before) / REST_S / 10


@contextmanager
def lab() -> Iterator[Lab]:
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": TREE,
    }
    child: pexpect.spawn[bytes] = pexpect.spawn(
        sys.executable,
        ["-m", "concviz", "--fresh", *PLAN],
        dimensions=SIZE,
        env=environment,
        cwd=TREE,
        timeout=60,
    )
    try:
        child.expect_exact(b"Palette")
        it = Lab(child)
        it.read(2)
        it.press("r")
        it.read(2)
        yield it
    finally:
        child.close(force=True)


def told(costs: list[tuple[float, int]]) -> str:
    times = [ms for ms, _ in costs]
    sent = median(read for _, read in costs)
    return f"median {median(times):.1f} ms, most {max(times):.1f} ms, {sent:,.0f} bytes"


def test_moving_the_focus(benchmark: BenchmarkFixture) -> None:
    with lab() as it:
        costs = [it.press(TAB) for _ in range(36)][4:]
    say(benchmark, f"CPU of a Tab: {told(costs)}; at most 25 ms")
    assert median(ms for ms, _ in costs) <= 25


def test_opening_and_closing_help(benchmark: BenchmarkFixture) -> None:
    with lab() as it:
        opened, closed = [], []
        for _ in range(12):
            opened.append(it.press("?"))
            closed.append(it.press(ESCAPE))
    say(
        benchmark,
        f"CPU of opening help: {told(opened)}, the first {opened[0][0]:.1f} ms; of closing it: "
        f"{told(closed)}; at most 60 ms each",
    )
    assert median(ms for ms, _ in opened) <= 60
    assert median(ms for ms, _ in closed) <= 60


def test_arrows_in_a_list(benchmark: BenchmarkFixture) -> None:
    with lab() as it:
        it.press("1")
        costs = [it.press(key) for _ in range(16) for key in (DOWN, UP)][4:]
    say(benchmark, f"CPU of an arrow in the strategies: {told(costs)}; at most 20 ms")
    assert median(ms for ms, _ in costs) <= 20


def test_a_lab_at_rest(benchmark: BenchmarkFixture) -> None:
    with lab() as it:
        places = {"a list": "1", "a number": "3", "the timeline": "4"}
        idle = {}
        for place, key in places.items():
            it.press(key)
            idle[place] = it.idle()
        it.press("c")
        it.press("r")
        it.read(4, 60)
        idle["a finished comparison"] = it.idle()
    shares = ", ".join(f"{share:.3f} % in {place}" for place, share in idle.items())
    say(benchmark, f"CPU of a lab at rest: {shares}; at most 0.05 %")
    assert max(idle.values()) <= 0.05
