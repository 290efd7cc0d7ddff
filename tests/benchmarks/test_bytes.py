"""How many bytes the lab writes to a terminal of 120×36.

``pytest tests/benchmarks/test_bytes.py --benchmark-only -s`` prints the figures. From outside: a
terminal, keys, and what arrives. On a line of 20 kB/s (a bad Wi-Fi and a long way), a thousand
bytes are a frame of 50 ms.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pexpect
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.figures import say

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "concviz")
PLAN = ("--strategy", "thread-pool", "--workload", "sleep", "--workers", "8")
SIZE = (36, 120)
PATIENCE_S = 30.0
BLINK = 120
"""Bytes a second that a blinking cursor may take, where a field has the focus."""


class Line:
    """What goes from a lab to its terminal."""

    def __init__(self, *arguments: str, state: Path) -> None:
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "XDG_STATE_HOME": str(state),
        }
        environment.pop("NO_COLOR", None)
        self._child = pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], *arguments],
            dimensions=SIZE,
            env=environment,
            cwd=str(ROOT),
            timeout=PATIENCE_S,
        )

    def press(self, keys: str) -> int:
        """Bytes that follow, until what they change is drawn."""
        self._child.send(keys)
        return self.settle()

    def send(self, keys: str) -> None:
        """Press keys and read nothing yet."""
        self._child.send(keys)

    def settle(self, still_s: float = 1.0) -> int:
        """Bytes until no more come for so long."""
        written = self._read(PATIENCE_S)
        while more := self.within(still_s):
            if more <= BLINK * still_s:
                break
            written += more
        return written

    def within(self, seconds: float) -> int:
        """Bytes that come in that time."""
        end, written = time.monotonic() + seconds, 0
        while (left := end - time.monotonic()) > 0:
            written += self._read(left)
        return written

    def a_second(self, seconds: float) -> float:
        """Bytes a second, for so long."""
        begin = time.monotonic()
        return self.within(seconds) / (time.monotonic() - begin)

    def close(self) -> None:
        """Hang up."""
        self._child.close(force=True)

    def _read(self, patience_s: float) -> int:
        try:
            return len(self._child.read_nonblocking(1 << 16, timeout=patience_s))
        except pexpect.TIMEOUT:
            return 0


@contextmanager
def line(*arguments: str, state: Path) -> Iterator[Line]:
    it = Line(*arguments, state=state)
    try:
        yield it
    finally:
        it.close()


def kilo(number: float) -> str:
    return f"{number / 1e3:.1f} kB"


def test_bytes_of_keys(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    with line("--fresh", *PLAN, state=tmp_path) as it:
        first = it.settle(still_s=3.0)
        idle = it.within(3.0)
        tabs = [it.press("\t") for _ in range(9)]
        pairs = [(it.press("?"), it.press("\x1b")) for _ in range(3)]
    opened, closed = (median(each) for each in zip(*pairs, strict=True))
    tab = median(tabs)
    say(
        benchmark,
        f"first screen {kilo(first)}, at most 20; a Tab {kilo(tab)}, at most 2.5 "
        f"({', '.join(map(str, tabs))}); help opens {kilo(opened)}, closes {kilo(closed)}, "
        f"at most 12 each; idle {idle} bytes in 3 s",
    )
    assert first <= 20_000
    assert tab <= 2_500
    assert opened <= 12_000
    assert closed <= 12_000
    assert idle == 0


def test_bytes_of_a_run(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    with line("--fresh", *PLAN, "--tasks", "40", state=tmp_path) as it:
        it.settle(still_s=3.0)
        it.send("r")
        running = it.a_second(5.2)
        it.settle(still_s=2.0)
        over = it.within(3.0)
    say(
        benchmark,
        f"8 workers running: {kilo(running)}/s, at most 4.5; when over, {over} bytes in 3 s",
    )
    assert running <= 4_500
    assert over == 0


def test_bytes_of_a_comparison(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    plan = (*PLAN, "--tasks", "16", "--duration", "0.25")
    with line("--fresh", *plan, state=tmp_path) as it:
        it.settle(still_s=3.0)
        it.press("c")
        it.send("r")
        comparing = it.a_second(10)
    say(benchmark, f"a comparison under way: {kilo(comparing)}/s, at most 10")
    assert comparing <= 10_000


def test_bytes_of_a_replay(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    recording = tmp_path / "recording.jsonl"
    run = ("run", *PLAN, "--tasks", "24", "--record", str(recording))
    subprocess.run([*COMMAND, *run], check=True, capture_output=True, cwd=ROOT)
    with line("replay", str(recording), "--loop", state=tmp_path) as it:
        it.within(4.0)  # it begins
        playing = it.a_second(6)
    say(benchmark, f"a replay, again and again: {kilo(playing)}/s, at most 10")
    assert playing <= 10_000
