"""Ctrl-Z and Ctrl-C at the keyboard of a terminal that a shell shares with the lab."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.terminal.gate import GATED, Gate
from tests.terminal.lab import ASKS, LEAVING, lab

RUN = ("--fresh", "--run", "--strategy", "thread-pool", "--workload", "sleep", "--tasks", "3")

MODES = ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h"))
"""Screen and cursor: how they are while the lab is there, and while it is not."""


def has_stopped(pid: int) -> bool:
    """Whether all of its threads have: the first of them stops before the last is told to."""
    tasks = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(task.read_text().rpartition(") ")[2][0] == "T" for task in tasks)


def test_a_suspended_lab_comes_back_as_it_was_and_its_run_went_on(
    gate: Gate, tmp_path: Path
) -> None:
    with lab(
        *("--fresh", "--run", *GATED, "--tasks", "3"),
        size=(120, 36),
        folder=tmp_path,
        environment=gate.environment,
        shell=True,
        answers=True,
    ) as it:
        it.sees("3 running")
        it.send("\x1a")
        it.until(lambda: it.prompted, "the shell's prompt")
        for on, off in MODES:
            assert it.written.rindex(off) > it.written.rindex(on)
        it.send("clear; stty | cat; jobs\n")  # the terminal's flags that are not as usual
        it.sees("speed", "Stopped")
        assert "-echo" not in it.display
        gate.open()
        it.until(lambda: gate.passed == 3, "its run goes on")
        it.send("fg\n")
        it.sees("Timeline", "Strategy", "Workers", "Summary", "3 finished")
        it.send("\x1a")
        it.until(lambda: it.prompted, "again")
        it.send("bg\n")
        it.sees("Stopped", "bg")
        it.send("fg\n")
        it.sees("Timeline", "3 finished")
        it.send("?")
        it.sees("Escape closes")
        it.send("\x1b")
        it.until(lambda: "Escape closes" not in it.display, "help closed")
        it.send("q")
        it.until(lambda: it.prompted, "the prompt after the end")
        it.send("exit\n")
        assert it.end() == 0
        assert ASKS in it.written
        for away in it.written.split(LEAVING)[1:]:
            left = away.partition(MODES[0][0])[0]
            assert ASKS not in left, "the shell would have the answer"
        assert it.leftovers() == []


def test_a_lab_that_was_stopped_and_continued_from_outside_goes_on_and_ends(tmp_path: Path) -> None:
    with lab("--fresh", folder=tmp_path) as it:
        it.sees("Press r to run")
        for _ in range(2):
            os.kill(it.pid, signal.SIGSTOP)
            it.disturb("\x1b[Hsomething else")
            os.kill(it.pid, signal.SIGCONT)
            it.until(lambda: "something else" not in it.display, "drawn again")
        it.send("?")
        it.sees("Escape closes")
        it.send("\x1b")
        it.until(lambda: "Escape closes" not in it.display, "help closed")
        it.send("q")
        assert it.end() == 0


def test_a_lab_that_somebody_stops_comes_back_when_its_shell_lets_it(tmp_path: Path) -> None:
    with lab("--fresh", folder=tmp_path, shell=True) as it:
        it.sees("Press r to run")
        screen = os.tcgetpgrp(it.child.child_fd)
        os.kill(screen, signal.SIGSTOP)
        it.until(lambda: it.prompted, "the shell's prompt")
        os.kill(screen, signal.SIGCONT)  # in the background, where it is of no use
        it.until(lambda: has_stopped(screen), "it stops again")
        # The shell lets it go on only if it knows of that stop, of which it is told last.
        it.send('until [ "$(jobs -s)" ]; do :; done; clear; fg\n')
        it.until(lambda: it.written.count(MODES[0][0]) > 1, "the lab's screen again")
        it.sees("Timeline", "Press r to run")
        it.send("q")
        it.until(lambda: it.prompted, "the prompt after the end")
        it.send("clear; stty | cat\n")
        it.sees("speed")
        assert "-echo" not in it.display
        it.send("exit\n")
        assert it.end() == 0
        assert it.leftovers() == []


def test_without_a_shell_to_come_back_from_it_is_not_suspended(tmp_path: Path) -> None:
    with lab("--fresh", folder=tmp_path) as it:
        it.sees("Press r to run")
        it.send("\x1a")
        it.says("No shell waits for the lab")
        it.send("q")
        assert it.end() == 0


def test_ctrl_c_stops_the_run_and_then_quits(tmp_path: Path) -> None:
    with lab(*RUN, "--duration", "60", folder=tmp_path) as it:
        it.sees("3 running")
        it.send("\x03")
        it.sees("stopped after")
        assert it.child.isalive()
        it.send("\x03")
        assert it.end() == 0
        assert it.processes() == []
    with lab(*RUN, "--duration", "60", folder=tmp_path) as it:
        it.sees("3 running")
        it.send("\x03\x03")
        assert it.end() == 0
        assert it.processes() == []
        assert it.leftovers() == []
