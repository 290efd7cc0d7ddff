"""A terminal behind a slow line is asked where it is; one of few glyphs has ASCII's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terminal.gate import GATED, Gate
from tests.terminal.lab import Lab, assert_restored, lab

QUESTION = re.compile(rb"\x1b\[6n")
PLAN = ("--fresh", "--strategy", "thread-pool", "--workload", "sleep", "--tasks", "4")


def elapsed(it: Lab) -> float | None:
    """What the run has taken so far, as is shown."""
    found = re.search(r"(\d+\.\d) s +\d+ of", it.display)
    return float(found[1]) if found else None


def test_a_line_that_takes_little_is_asked_and_shows_the_end(gate: Gate, tmp_path: Path) -> None:
    run, installed = ("--fresh", *GATED, "--tasks", "4"), gate.environment
    with lab(*run, size=(120, 36), folder=tmp_path, environment=installed, answers=True) as it:
        it.sees("Press r to run")
        assert len(QUESTION.findall(it.written)) > 0
        it.send("r")
        it.until(lambda: elapsed(it) is not None, "it is under way")
        before = len(it.written)
        it.read_slowly(5_000, 1.0)
        assert 0 < len(it.written) - before <= 5_000
        gate.open()
        it.sees("4 finished")
        it.settles()
        asked = len(QUESTION.findall(it.written))
        it.settles(1.0)
        assert len(QUESTION.findall(it.written)) == asked, "at rest nothing is asked"
        it.send("q")
        assert it.end() == 0
        assert_restored(it)


@pytest.mark.parametrize(
    ("term", "arguments"), [("linux", ()), ("vt100", ("--fps", "5")), ("xterm", ("--ascii",))]
)
def test_terminals_of_few_glyphs(term: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    environment = {"TERM": term, "COLORTERM": ""}
    with lab(*PLAN, *arguments, size=(80, 24), folder=tmp_path, environment=environment) as it:
        it.sees("Press r to run")
        assert it.display.isascii()
        if term == "vt100":
            assert not re.search(rb"\x1b\[[0-9;]*3[0-9](;|m)", it.written), "it has no colours"
        it.send("q")
        assert it.end() == 0
        assert_restored(it)
