"""The lab as a person meets it: in a terminal, from the first screen to the restored prompt."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from pathlib import Path

import pexpect
import pytest

from tests.terminal.gate import GATED, Gate
from tests.terminal.lab import PATIENCE_S, Lab, assert_restored, lab

PLAN = ("--fresh", "--strategy", "thread-pool", "--workload", "number", "--duration", "0.3")
LONG = ("--fresh", "--run", "--strategy", "process-pool", "--duration", "60")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
def test_first_screen_run_and_quit(size: tuple[int, int], tmp_path: Path) -> None:
    with lab(*PLAN, size=size, folder=tmp_path) as it:
        it.sees("Strategy", "Workload", "Workers", "Timeline", "Summary", "Press r to run")
        it.send("r")
        it.sees("5 finished", "thread 3", "2 rounds, the last not full")
        if size[0] >= 120:
            it.sees("Number: 4", "def thread_pool", "Select a task")
        it.send("q")
        assert it.end() == 0
        assert_restored(it)
        assert it.processes() == []
        assert it.leftovers() == []


def test_resize_in_the_middle_of_a_run(gate: Gate, tmp_path: Path) -> None:
    run, size, installed = ("--fresh", *GATED, "--run"), (120, 36), gate.environment
    with lab(*run, size=size, folder=tmp_path, environment=installed) as it:
        it.sees("3 running")
        it.resize(50, 12)
        it.sees("too small")
        it.resize(80, 24)
        it.sees("Summary  Output  Code  Task")
        it.resize(200, 60)
        it.sees("3 running")
        gate.open()
        it.sees("5 finished", "Number: 4")
        it.send("q")
        assert it.end() == 0
        assert_restored(it)


ENDS = {"q": 0, "\x03\x03": 0, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130}
"""What ends the lab, and with which status."""
ELSEWHERE = {(signal.SIGTERM, True), (signal.SIGHUP, True)}
"""In the middle of a run: ``tests.terminal.test_hangup`` checks the same, and how long it takes."""
WAYS_OUT = [
    (how, status, running)
    for how, status in ENDS.items()
    for running in (False, True)
    if (how, running) not in ELSEWHERE
]


@pytest.mark.parametrize(("how", "status", "running"), WAYS_OUT)
def test_every_way_out_restores_the_terminal_and_leaves_nothing(
    how: str | signal.Signals, status: int, running: bool, tmp_path: Path
) -> None:
    with lab(*(LONG if running else ("--fresh",)), folder=tmp_path) as it:
        it.sees("3 running" if running else "Press r to run")
        if isinstance(how, str):
            it.send(how)
        else:
            os.kill(it.pid, how)
        assert it.end() == status
        assert_restored(it)
        assert it.processes() == []
        assert it.leftovers() == []


@pytest.mark.parametrize(
    ("how", "status"),
    [("q", 0), ("\x03\x03", 0), (signal.SIGKILL, 137)],
    ids=["q", "ctrl-c-twice", "SIGKILL"],
)
def test_every_way_out_of_a_comparison_leaves_nothing(
    how: str | signal.Signals, status: int, tmp_path: Path
) -> None:
    """Others are in ``tests.terminal.test_hangup``."""
    plan = ("--fresh", "--workload", "sleep", "--strategy", "process-pool", "--duration", "60")
    with lab(*plan, size=(80, 24), folder=tmp_path) as it:
        it.sees("Press r to run")
        it.send("c")
        it.sees("Comparison of 5 × sleep 60 s", "[x] process-pool")
        it.send("r")
        it.sees(" runs", "sequential, 1 worker: ")
        it.until(lambda: len(it.processes()) > 1, "something runs")
        if isinstance(how, str):
            it.send(how)
        else:
            os.kill(it.pid, how)
        assert it.end() == status
        if how != signal.SIGKILL:
            assert_restored(it)
        it.is_gone()


def test_a_comparison_and_a_sweep_in_a_terminal(tmp_path: Path) -> None:
    plan = (*PLAN, "--tasks", "2", "--workers", "2", "--duration", "0.25")
    with lab(*plan, size=(80, 24), folder=tmp_path) as it:
        it.sees("Press r to run")
        it.send("c")
        it.sees("[x] threads")
        it.send("r")
        it.until(lambda: "run 2 of 3" in it.display, "the second round")
        it.resize(120, 36)
        it.sees("speedup", "start-up")
        it.resize(60, 16)
        it.resize(80, 24)
        it.send("x")
        it.says("Stopped before all runs were made.")
        it.sees("n New")
        it.send("\x1b")
        it.sees("Summary", "Strategy")
        it.send("s")
        it.sees("Sweep of 2 × number 0.25 s", "[x] thread-pool")
        it.send("\t\x7f1\r")
        it.says("× as fast as sequential")
        it.sees("n New", "● thread pool")
        it.send("q")
        assert it.end() == 0
        assert_restored(it)
        assert it.processes() == []
        assert it.leftovers() == []


@pytest.mark.parametrize(
    "environment",
    [{"NO_COLOR": "1"}, {"TERM": "screen-256color"}, {"TERM": "xterm-16color"}],
    ids=str,
)
def test_bars_are_glyphs_in_any_terminal(environment: dict[str, str], tmp_path: Path) -> None:
    with lab(*PLAN, "--run", folder=tmp_path, environment=environment) as it:
        it.sees("5 finished", "▌task 0", "▌──────", "── sleep ")
        it.send("v")
        it.sees("▌task 0███", "▌██████", "██ busy")
        it.send("q")
        assert it.end() == 0


def test_nothing_is_written_while_nothing_happens(tmp_path: Path) -> None:
    def quiet(it: Lab) -> bool:
        end = time.monotonic() + 1
        while time.monotonic() < end:
            if it.read(0.2):
                return False
        return True

    with lab(*PLAN, folder=tmp_path) as it:
        it.sees("Press r to run")
        it.until(lambda: quiet(it), "quiet before a run")
        it.send("r")
        it.sees("5 finished")
        it.until(lambda: quiet(it), "quiet after a run")


def test_choices_are_kept_unless_fresh(tmp_path: Path) -> None:
    with lab("--strategy", "threads", "--tasks", "7", folder=tmp_path) as it:
        it.sees("one per task")
        it.send("q")
        assert it.end() == 0
    with lab(folder=tmp_path) as it:
        it.sees("one per task")
        it.send("r")
        it.sees("7 × sleep 1 s on threads")
    with lab("--fresh", folder=tmp_path) as it:
        it.sees("Press r to run")
        assert "one per task" not in it.display


def test_it_draws_on_the_terminal_wherever_standard_error_goes(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = f"exec {shlex.quote(sys.executable)} -m concviz --fresh 2>{shlex.quote(str(log))}"
    child = pexpect.spawn("/bin/sh", ["-c", command], dimensions=(30, 100), timeout=PATIENCE_S)
    child.expect("Timeline")
    child.send("q")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0
    assert log.read_bytes() == b""
