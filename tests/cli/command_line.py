"""The command as a person starts it: a process with arguments, pipes and signals."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from concviz.cli.command_line import group
from concviz.cli.options import WRONG_USAGE

COMMAND = [sys.executable, "-m", "concviz"]
PATIENCE_S = 120.0
"""How long anything may take on a busy machine before a test gives up."""


OURS = {
    *("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"),
    *("PYTHONUNBUFFERED", "PYTHONIOENCODING", "PYTHONUTF8"),
}
"""In the environment: what changes what a command prints."""


def environment(**changes: str) -> dict[str, str]:
    """The environment of a command: none of ours that changes what it prints."""
    return {k: v for k, v in os.environ.items() if k not in OURS} | {"TERM": "xterm"} | changes


def concviz(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end, without a terminal."""
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        env=environment(**changes),
        timeout=PATIENCE_S,
        check=False,
    )


def here(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """The same in this process, which has imported everything: it takes a tenth of the CPU.

    For what is printed and written; how a process begins, ends and is interrupted needs one.
    """
    env: dict[str, str | None] = dict.fromkeys(OURS)
    done = CliRunner().invoke(group, arguments, env=env | {"TERM": "xterm"} | changes)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess([*arguments], done.exit_code, done.stdout, done.stderr)


def refused(*arguments: str) -> str:
    """Why it does not begin, told in this process: nothing is started."""
    with pytest.raises(click.ClickException) as error:
        group.main([*arguments], standalone_mode=False)
    assert error.value.exit_code == WRONG_USAGE
    return error.value.format_message()


def wait_for(path: Path, words: bytes) -> None:
    """Wait until the file holds the words. Fails when that takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not path.exists() or words not in path.read_bytes():
        assert time.monotonic() < deadline, f"{words!r} never came"
        time.sleep(0.01)
