"""How soon something is there: the first frame, all panes, the first bar of a run.

From outside, in a real terminal, against an app of Textual that shows a header and a footer.
"""

from __future__ import annotations

import compileall
import time
from itertools import pairwise
from statistics import median

import pyte
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.figures import say
from tests.benchmarks.terminal import ROOT, pump, spawn

EMPTY = """
from textual.app import App
from textual.widgets import Footer, Header
class Empty(App):
    def compose(self):
        yield Header()
        yield Footer()
Empty().run()
"""
LAB = ("-m", "concviz", "--fresh")
ROWS, COLUMNS = 36, 120
FIRST, LAST = b"CPython", b"items"
"""What stands in the first frame; and in the pane that is filled last, the code."""
READY_S = 3.0
"""After so long a lab has done what it does beside the first pictures."""


def took(marker: bytes, *arguments: str) -> float:
    """Seconds until that is written, from the start of the process."""
    begin = time.perf_counter()
    child = spawn(*arguments, size=(ROWS, COLUMNS))
    child.expect_exact(marker)
    seconds = time.perf_counter() - begin
    child.close(force=True)
    return seconds


@pytest.mark.parametrize(
    ("what", "marker", "most"), [("first frame", FIRST, 1.3), ("all panes", LAST, 1.6)]
)
def test_against_an_empty_app(
    benchmark: BenchmarkFixture, what: str, marker: bytes, most: float
) -> None:
    compileall.compile_dir(ROOT / "concviz", quiet=2)  # as an installed package is
    pairs = [(took(marker, *LAB), took(b"Empty", "-c", EMPTY)) for _ in range(9)]
    ratio = median(ours / empty for ours, empty in pairs)
    empty = median(e for _, e in pairs)
    say(benchmark, f"{what}: {ratio:.2f}× an empty app ({empty * 1e3:.0f} ms), at most {most}")
    assert ratio <= most


def first_bar() -> float:
    """Seconds from the key that runs to a bar in the row of a worker."""
    plan = ("--strategy", "thread-pool", "--workload", "sleep", "--workers", "3", "--tasks", "5")
    child = spawn(*LAB, *plan, size=(ROWS, COLUMNS))
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    child.expect_exact(LAST)
    pump(child, READY_S, stream.feed)
    begin = time.perf_counter()
    child.send("r")
    told: list[tuple[float, bytes]] = []  # to be looked at later: a terminal takes its time
    pump(child, READY_S, lambda piece: told.append((time.perf_counter() - begin, piece)))
    child.close(force=True)
    for seconds, piece in told:
        stream.feed(piece)
        if shows_bar(screen.display):
            return seconds
    raise AssertionError("no bar was shown")


def shows_bar(rows: list[str]) -> bool:
    """Whether a worker's bar stands beside its name, or below where rows are high."""
    for row, below in pairwise(rows):
        before, named, _ = row.partition("thread 1")
        if named:
            left = len(before) + len(named)
            return any(cells[left:].strip(" │╵") for cells in (row, below))
    return False


def test_from_the_key_to_the_first_bar(benchmark: BenchmarkFixture) -> None:
    seconds = median(first_bar() for _ in range(7))
    say(benchmark, f"r to the first bar: {seconds * 1e3:.0f} ms, at most 100")
    assert seconds <= 0.100
