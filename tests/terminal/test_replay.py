"""A recording in the lab, in a terminal: from a file, and from a pipe that is live."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.terminal.lab import assert_restored, lab

POOL = Path(__file__).parents[2] / "screenshots" / "recordings" / "thread-pool.jsonl"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_play_pause_step_and_leave(size: tuple[int, int], tmp_path: Path) -> None:
    with lab("replay", str(POOL), "--speed", "0.1", size=size, folder=tmp_path) as it:
        it.sees("recording thread-pool.jsonl", "Pause", "0.1×", "┃")
        it.send(" ")
        it.sees("paused, 0.1×", "Play")
        it.send("(")
        it.sees("0.0000 s of 2.0")
        it.send("]")
        it.sees("0 running, 1 queued")
        it.send(")")
        it.sees("5 finished")
        it.send("\x1b")
        it.sees("c Compare")
        it.send("q")
        assert it.end() == 0
        assert_restored(it)
        assert it.processes() == []
        assert it.leftovers() == []


def test_what_is_piped_into_it_is_live_and_the_keys_come_from_the_terminal(tmp_path: Path) -> None:
    lines = POOL.read_bytes().splitlines(keepends=True)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with (
        lab("replay", "-", size=(120, 36), folder=tmp_path, before=f"cat {pipe}") as it,
        pipe.open("wb", buffering=0) as writes,
    ):
        writes.write(b"".join(lines[:40]))
        it.sees("recording standard input", "3 running")
        it.send(" ")
        it.sees("still running")
        it.send(" ")
        it.until(lambda: "still running" not in it.display, "it is followed again")
        writes.write(b"".join(lines[40:]))
        writes.close()
        it.sees("5 finished", "took")
        it.send("q")
        assert it.end() == 0
        assert_restored(it)
        assert it.processes() == []
