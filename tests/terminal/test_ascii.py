"""The lab in a terminal that cannot draw Unicode: in ASCII, and as readable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.lab import Lab, assert_restored, lab

PLAN = ("--fresh", "--strategy", "thread-pool", "--workload", "number", "--duration", "0.3")
ASCII_ONLY = [
    {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


def assert_readable(it: Lab) -> None:
    assert it.display.isascii()
    assert "??" not in it.display
    assert "\\u2" not in it.display


@pytest.mark.parametrize("environment", ASCII_ONLY, ids=["encoding", "locale"])
def test_a_run(environment: dict[str, str], tmp_path: Path) -> None:
    with lab(*PLAN, size=(120, 36), folder=tmp_path, environment=environment) as it:
        it.sees("Strategy", "Timeline", "Press r to run")
        it.send("r")
        it.sees("5 finished", "thread 3", "speedup")
        assert_readable(it)
        rows = it.display.splitlines()
        assert any(row.lstrip().startswith("+-") and row.rstrip().endswith("-+") for row in rows)
        it.sees("-- sleep", "[ start of a task")
        it.until(
            lambda: any("thread 1" in row and "[task " in row for row in it.display.splitlines())
        )
        it.until(lambda: "[------" in it.display, "as the legend says")
        it.send("q")
        assert it.end() == 0
        assert_restored(it)
        assert it.written.isascii()


SCREENS = {
    "c": "+- Comparison of",
    "s": "+- Sweep of",
    "?": "Escape closes",
    "\x10": "which one, and why (c)",  # the palette
}


def test_every_screen(tmp_path: Path) -> None:
    with lab(*PLAN, size=(120, 36), folder=tmp_path, environment=ASCII_ONLY[0]) as it:
        it.sees("Press r to run")
        for key, words in SCREENS.items():
            it.send(key)
            it.sees(words)
            assert_readable(it)
            it.send("\x1b")
            it.until(lambda words=words: words not in it.display, "it is closed")  # type: ignore[misc]
        it.sees("Press r to run")
        it.send("\x03")
        assert it.end() == 0
        assert it.written.isascii()
