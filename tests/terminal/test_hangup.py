"""However the terminal or the system ends the lab, in two seconds nothing of it is left.

A terminal that is gone, or that stopped reading, blocks Textual for ever: the lab must end without.
``CONCVIZ_HANGUPS=30 pytest -s tests/terminal/test_hangup.py`` tries more moments and prints how
long each end took.
"""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.terminal.lab import SOON_S, Lab, assert_restored, lab

TRIALS = int(os.environ.get("CONCVIZ_HANGUPS", "1"))
"""How often each kind of end is tried."""
TABS = 40
"""So many changes of focus fill the buffers of a terminal that does not read."""
PLAN = ("--fresh", "--strategy", "processes", "--workload", "sleep", "--duration", "120")
COMPUTES = ("--workload", "cpu")
"""In a comparison and on the command line; the others leave the cores to the lab."""


def starting(it: Lab, random: Random) -> None:
    """Textual has begun to write, and its loop may not have begun to turn."""
    it.until(lambda: bool(it.written), "written")


def running(it: Lab, random: Random) -> None:
    """Under way, and just being drawn."""
    it.sees("running")
    it.send("\t" * random.randint(1, 3))


def idle(it: Lab, random: Random) -> None:
    it.sees("Press r to run")


def comparison(it: Lab, random: Random) -> None:
    it.sees("Press r to run")
    it.send("c")
    it.sees("Comparison of", "[x] processes")
    it.send("r")
    it.sees("runs", "warming up")


def help_(it: Lab, random: Random) -> None:
    it.sees("Press r to run")
    it.send("?")
    it.sees("Esc")


def palette(it: Lab, random: Random) -> None:
    it.sees("Press r to run")
    it.send("\x10")
    it.sees("Search for commands")


def hang_up(it: Lab) -> int:
    it.hang_up()
    return 129


def sighup(it: Lab) -> int:
    os.kill(it.pid, signal.SIGHUP)
    return 129


def sigterm(it: Lab) -> int:
    os.kill(it.pid, signal.SIGTERM)
    return 143


def sigint_twice(it: Lab) -> int:
    os.kill(it.pid, signal.SIGINT)
    os.kill(it.pid, signal.SIGINT)
    return 130


def stall(it: Lab) -> int:
    """The terminal reads no more; then somebody has enough."""
    for _ in range(TABS):
        it.send("\t")
        time.sleep(0.02)
    return sigterm(it)


SITUATIONS = (starting, running, idle, comparison, help_, palette)
KINDS = [
    *((situation, hang_up) for situation in SITUATIONS),
    (starting, sigterm),
    *(
        (situation, end)
        for situation in (running, comparison)
        for end in (sighup, sigterm, sigint_twice, stall)
    ),
]


@pytest.mark.parametrize("number", range(TRIALS))
@pytest.mark.parametrize(
    ("situation", "end"), KINDS, ids=[f"{s.__name__.strip('_')}-{e.__name__}" for s, e in KINDS]
)
def test_every_end_is_an_end(
    situation: Callable[[Lab, Random], None],
    end: Callable[[Lab], int],
    number: int,
    tmp_path: Path,
) -> None:
    random = Random(number)
    plan = (*PLAN, "--run") if situation in (starting, running) else (*PLAN, *COMPUTES)
    with lab(*plan, folder=tmp_path) as it:
        situation(it, random)
        time.sleep(random.uniform(0, 0.04))
        status = end(it)
        took = it.is_gone(reads=end not in (hang_up, stall))
        print(f"{situation.__name__.strip('_')} {end.__name__} {took:.2f} s")
        assert it.status() == status
        if end is not hang_up:
            while it.read():
                pass
            assert_restored(it)


def test_a_terminal_that_is_gone_is_noticed_without_a_signal(tmp_path: Path) -> None:
    """Nobody sends one to a process whose controlling terminal it is not."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "concviz", *PLAN, "--run"]
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
    ) as it:
        os.close(theirs)
        try:
            written = b""
            while b"running" not in written:
                written += os.read(ours, 1 << 16)
            os.close(ours)
            assert it.wait(SOON_S) == 129
        finally:
            it.kill()
    assert not list(tmp_path.glob("concviz-*"))


def test_choices_are_kept_when_the_terminal_is_closed(tmp_path: Path) -> None:
    with lab("--strategy", "threads", "--tasks", "7", folder=tmp_path) as it:
        it.sees("one per task", "Press r to run")
        it.hang_up()
        it.is_gone(reads=False)
    with lab(folder=tmp_path) as it:
        it.sees("one per task")


@pytest.mark.parametrize("number", range(TRIALS))
@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_the_command_line_ends_with_its_terminal(command: str, number: int, tmp_path: Path) -> None:
    plan = ("--strategy", "process-pool", *COMPUTES, "--duration", "120")
    with lab(command, *plan, folder=tmp_path) as it:
        it.sees("Ctrl-C stops")
        time.sleep(Random(number).uniform(0, 0.5))
        it.hang_up()
        took = it.is_gone(reads=False)
        print(f"{command} hang_up {took:.2f} s")
        assert it.status() == 129
