"""A program in the lab: what it prints is shown, and it ends when it is stopped or left."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.lab import lab

PROGRAM = """
import signal, sys, threading, time
print("terminal", sys.stdout.isatty(), "read", repr(sys.stdin.read()))
thread = threading.Thread(target=time.sleep, args=(1_000,), name="sleeper", daemon=True)
thread.start()
def stay(number, frame):
    print("it is asked to end")
signal.signal(signal.SIGTERM, stay)
while True:
    time.sleep(0.1)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "stays.py"
    path.write_text(PROGRAM)
    return path


def test_a_program_that_stays_is_stopped(program: Path, tmp_path: Path) -> None:
    with lab("watch", str(program), size=(120, 40), folder=tmp_path) as it:
        it.sees("terminal True read ''")
        it.sees("sleeper")
        it.send("x")
        it.sees("it is asked to end")
        it.sees("killed by SIGKILL")
        it.send("q")
        assert it.end() == 0
        it.until(lambda: not it.processes(), "all of it has ended")


def test_leaving_ends_it_and_what_is_piped_in_is_its_own(program: Path, tmp_path: Path) -> None:
    arguments = ("watch", "--stdin", str(program))
    with lab(*arguments, size=(120, 40), folder=tmp_path, before="echo piped") as it:
        it.sees("read 'piped\\n'")
        it.send("q")
        assert it.end() == 0
        it.until(lambda: not it.processes(), "all of it has ended")
