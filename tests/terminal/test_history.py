"""Runs that the lab kept are there when it is opened again, whatever became of it."""

from __future__ import annotations

import gzip
import os
import signal
from pathlib import Path

import pytest

from tests.terminal.lab import assert_restored, lab

SLOW = ("--strategy", "sequential", "--duration", "60")
PLAN = ("--strategy", "thread-pool", "--workload", "number", "--duration", "0.1")


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "state" / "concviz" / "history").glob("*"))


def test_a_run_is_there_again_in_the_next_lab(tmp_path: Path) -> None:
    with lab(*PLAN, "--run", size=(80, 24), folder=tmp_path) as it:
        it.sees("5 finished")
        it.send("q")  # at once: it is kept all the same
        assert it.end() == 0
        assert it.leftovers() == []
    recording, notes = sorted(kept(tmp_path), key=lambda path: path.suffix)
    assert recording.name.endswith("-thread-pool-number.jsonl.gz")
    assert b"runner-exited" in gzip.decompress(recording.read_bytes()).splitlines()[-1]
    assert notes.suffix == ".json"
    with lab(*SLOW, "--run", size=(80, 24), folder=tmp_path) as it:
        it.sees("under way")
        it.send("h")
        it.sees("thread pool, 5 × number 0.1 s", "finished")
        it.send("\r")
        it.sees("A run is under way")
        it.send("x")
        it.sees("stopped after")
        it.send("h\x1b[B\r")
        it.sees("recording thread pool, 5 × number 0.1 s", "5 finished")
        it.send("q")
        assert it.end() == 0
        assert_restored(it)


@pytest.mark.parametrize("option", ["--no-history", "--fresh"])
def test_nothing_is_kept_of_who_asks_for_it(option: str, tmp_path: Path) -> None:
    with lab(*PLAN, "--run", option, folder=tmp_path) as it:
        it.sees("5 finished")
        it.send("h")
        it.sees("Runs are not kept")
        it.send("q")
        assert it.end() == 0
    assert kept(tmp_path) == []


def test_a_lab_that_is_killed_in_the_middle_leaves_no_half_of_a_run(tmp_path: Path) -> None:
    with lab(*PLAN, "--duration", "120", "--run", folder=tmp_path) as it:
        it.sees("3 running")
        os.kill(it.pid, signal.SIGKILL)
        it.end()
    assert kept(tmp_path) == []
    assert list(tmp_path.glob("concviz-*")) == [], "nor the lines of it"
