"""Runs that are interrupted, and what a terminal sees while a run is under way."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from rich.text import Text

from concviz.cli.watching import status_line
from tests.cli.command_line import COMMAND, PATIENCE_S, concviz, environment, wait_for

LONG = ("run", "--duration", "600")


def start(path: Path, *arguments: str) -> subprocess.Popen[str]:
    """A long run, of which the first three tasks are under way."""
    process = subprocess.Popen(
        [*COMMAND, *LONG, "--record", str(path), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
    )
    wait_for(path, b'["output"')
    return process


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_stops_the_run_and_shows_what_was_done(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    with start(tmp_path / "run.jsonl", "--json") as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == status
    assert err == ""
    found = json.loads(out)
    assert out.count("\n") == 1
    assert found["phase"] == "stopped"
    assert found["counts"]["stopped"] >= 1
    assert found["counts"]["stopped"] + found["counts"]["not_started"] == 5


def test_the_picture_of_an_interrupted_run(tmp_path: Path) -> None:
    with start(tmp_path / "run.jsonl") as process:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert err == ""
    assert "stopped after" in out
    assert "▒ lost or stopped" in out


def test_the_second_signal_ends_it_at_once_and_the_first_one_counts(tmp_path: Path) -> None:
    with start(tmp_path / "run.jsonl", "--json") as process:
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode in (130, 143), "both may be pending when the first is handled"
    assert json.loads(out)["phase"] == "stopped"


def test_what_is_ignored_stays_ignored(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    line = 'trap "" HUP; exec "$@"'  # as nohup does
    with subprocess.Popen(
        ["sh", "-c", line, "sh", *COMMAND, *LONG, "--record", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        wait_for(path, b'["output"')
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 143, "the hang-up did not count"


def test_nothing_of_an_interrupted_run_is_left(tmp_path: Path) -> None:
    import psutil

    with start(tmp_path / "run.jsonl", "--strategy", "processes") as process:
        process_itself = psutil.Process(process.pid)
        while len(family := process_itself.children(recursive=True)) < 5 + 2:
            assert process.poll() is None, "five tasks, the runner and who watches over it"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
    assert not [child for child in family if child.is_running()]


def spawn(*arguments: str, **changes: str) -> pexpect.spawn[str]:
    """In a terminal of 80 columns."""
    return pexpect.spawn(
        sys.executable,
        ["-m", "concviz", *arguments],
        env=environment(**changes),
        dimensions=(40, 80),
        encoding="utf-8",
        timeout=PATIENCE_S,
    )


def test_a_terminal_sees_progress_and_ctrl_c_stops() -> None:
    terminal = spawn(*LONG, NO_COLOR="1")
    terminal.expect_exact("running")
    terminal.expect_exact("━" * 20)
    terminal.expect_exact("  0/5 tasks · 3 running")
    terminal.expect_exact("Ctrl-C stops")
    terminal.sendintr()
    terminal.expect_exact("\r\x1b[K")
    terminal.expect_exact("5 × sleep 600 s, thread-pool")
    terminal.expect_exact("stopped after")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130


def test_in_a_terminal_json_is_still_one_object() -> None:
    terminal = spawn("run", "--duration", "0", "--json", TERM="dumb")
    terminal.expect(pexpect.EOF)
    assert terminal.before is not None
    assert json.loads(terminal.before)["counts"]["finished"] == 5
    assert "\r\n  " in terminal.before, "indented for a person"


def test_a_terminal_that_goes_away_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [*COMMAND, *LONG, "--record", str(path)], environment())
    try:
        wait_for(path, b'["output"')
    finally:
        os.close(terminal)  # which hangs up
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 129
    assert b'["runner-exited"' in path.read_bytes()


def fill(terminal: int) -> None:
    """Write to a terminal that nobody reads, until it takes no more."""
    own = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(own, b"x" * 100)
    os.close(own)


def test_a_terminal_that_stopped_reading_keeps_no_signal_from_ending_the_run(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.jsonl"
    arguments = ("run", "--tasks", "5000", "--duration", "0.2", "--record", str(path))
    child, terminal = pty.fork()
    if child == 0:
        fill(2)
        os.execve(sys.executable, [*COMMAND, *arguments], environment())
    try:
        wait_for(path, b'["finished"')  # by then a line would have been shown twice
        os.kill(child, signal.SIGTERM)
        wait_for(path, b'["runner-exited"')
        # What was done until then is for the terminal, if it ever reads again; or for nobody.
        deadline = time.monotonic() + PATIENCE_S
        while child and time.monotonic() < deadline:
            os.kill(child, signal.SIGTERM)
            time.sleep(0.05)
            if os.waitpid(child, os.WNOHANG)[0]:
                child = 0
        assert not child
    finally:
        if child:
            os.kill(child, signal.SIGKILL)
        os.close(terminal)


def test_progress_is_shown_in_a_terminal_that_cannot_be_opened_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def of_somebody_else(fd: int) -> str:
        raise PermissionError(fd)

    ours, theirs = pty.openpty()
    monkeypatch.setattr(os, "ttyname", of_somebody_else)
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with status_line(lambda: Text("so far …")) as show:
            show()
            assert "so far …" in os.read(ours, 4096).decode()
    os.close(ours)


def test_without_a_terminal_nothing_is_shown_meanwhile() -> None:
    assert concviz("run", "--duration", "0").stderr == ""
