"""A connection that is lost ends no run that was told to go on, and there is a way back to it."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
from pathlib import Path

from tests.cli.command_line import PATIENCE_S, wait_for
from tests.terminal.gate import Gate
from tests.terminal.lab import Lab, assert_restored, lab

WIDE = (200, 24)
"""Where the name of a file has room."""
STARTED, EXITED = b'["started"', b'["runner-exited"'
PLAN = ("--strategy", "threads", "--workload", "gate", "--tasks", "4")


def appear(folder: Path, pattern: str) -> list[Path]:
    """Wait for such files in there."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := list(folder.glob(pattern))):
        assert time.monotonic() < deadline, f"no {pattern} in {folder}"
        time.sleep(0.02)
    return found


def ends(it: Lab) -> int:
    """Wait until nothing of it is left, whose terminal is gone."""
    deadline = time.monotonic() + PATIENCE_S
    while (left := [*it.processes(), *it.leftovers()]) or it.child.isalive():
        assert time.monotonic() < deadline, f"{left} are left"
        time.sleep(0.02)
    return it.status()


def test_a_run_goes_on_without_its_terminal_and_is_followed_to_its_end(
    gate: Gate, tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    record = ("--detach", "--record", str(path))
    with lab("run", *PLAN, *record, size=WIDE, folder=tmp_path, environment=gate.environment) as it:
        it.says(f"concviz replay --follow {path}")
        wait_for(path, STARTED)
        os.kill(it.pid, signal.SIGHUP)
        it.hang_up()
        with (
            lab("replay", "--follow", str(path), folder=tmp_path) as follower,
            lab("replay", "--follow", "--json", str(path), folder=tmp_path) as printer,
        ):
            follower.sees("recording run.jsonl", "4 running")
            assert EXITED not in path.read_bytes(), "it was under way"
            gate.open()
            follower.sees("4 finished")
            follower.send("q")
            assert follower.end() == 0
            assert printer.end() == 0
            told = printer.written.decode()
        assert ends(it) == 0
    assert json.loads(told[told.index("{\r\n") :])["counts"]["finished"] == 4


def test_whoever_follows_sees_that_the_writer_was_killed_and_never_ends_it(
    gate: Gate, tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    with lab(
        "run", *PLAN, "--record", str(path), folder=tmp_path, environment=gate.environment
    ) as it:
        it.sees("4 running")
        with (
            lab("replay", "--follow", str(path), folder=tmp_path) as one,
            lab("replay", "--follow", str(path), folder=tmp_path) as other,
        ):
            one.sees("4 running")
            other.sees("4 running")
            one.send("x")
            one.says("was read no further than this")
            assert it.child.isalive()
            it.child.kill(signal.SIGKILL)
            other.says("the recording ends before the run does")
            for each in (one, other):
                each.send("q")
                assert each.end() == 0


def test_a_run_of_the_lab_goes_on_and_is_kept_once(gate: Gate, tmp_path: Path) -> None:
    kept = tmp_path / "state" / "concviz"
    with lab("--detach", *PLAN, "--run", folder=tmp_path, environment=gate.environment) as it:
        it.says("concviz replay --follow comes back")
        it.sees("4 running")
        it.hang_up()
        (path,) = appear(kept / "detached", "*.jsonl")
        wait_for(path, STARTED)
        with lab("replay", "--follow", folder=tmp_path) as follower:
            follower.sees(f"recording {path.name}"[:40], "4 running")
            assert it.child.isalive()
            assert appear(kept, "choices.json"), "of the lab, which is over"
            assert list((kept / "history").glob("*")) == []
            gate.open()
            follower.sees("4 finished")
            follower.send("q")
            assert follower.end() == 0
        assert ends(it) == 129
    assert path.stat().st_mode & 0o77 == 0, "nobody else reads what tasks print"
    (history,) = (kept / "history").glob("*.gz")
    recorded = path.read_bytes()
    assert gzip.decompress(history.read_bytes()) == recorded
    assert [recorded.count(each) for each in (b'["finished"', EXITED)] == [4, 1]


def test_who_insists_ends_it_all_the_same(gate: Gate, tmp_path: Path) -> None:
    options = ("--detach", "--no-history", *PLAN, "--run")
    with lab(*options, folder=tmp_path, environment=gate.environment) as it:
        it.sees("4 running")
        os.kill(it.pid, signal.SIGHUP)
        it.says("concviz replay --follow shows it; Ctrl-C ends it.")
        assert_restored(it)
        (path,) = appear(tmp_path / "state" / "concviz" / "detached", "*.jsonl")
        wait_for(path, STARTED)
        it.hang_up()
        os.kill(it.pid, signal.SIGTERM)
        assert ends(it) == 129
    assert EXITED in path.read_bytes()
    assert not (tmp_path / "state" / "concviz" / "history").exists()


def test_with_nothing_under_way_it_ends_as_always(tmp_path: Path) -> None:
    with lab("--detach", folder=tmp_path) as it:
        it.sees("Press r to run")
        it.hang_up()
        assert ends(it) == 129
    assert not (tmp_path / "state" / "concviz" / "detached").exists()
