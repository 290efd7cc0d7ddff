"""A recording that is followed while it is written, to the end of its run or of its writer."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

import pytest

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from concviz.trace.recorder import PipeRecorder, Recorder
from concviz.trace.under_way import is_held
from tests.running import wait_for

POOL = Path(__file__).parents[2] / "screenshots" / "recordings" / "thread-pool.jsonl"
LINES = POOL.read_bytes().splitlines(keepends=True)
HALF = next(k for k, line in enumerate(LINES) if line.startswith(b'["finished"'))
"""Three tasks are under way before that line."""
TICK_S = 0.01
CUT = "the recording ends before the run does"


class Follower:
    """Takes in what comes of a file."""

    def __init__(self, path: Path) -> None:
        self.replay = Replay(path, follow=True)
        self.feed = Feed(self.replay)

    def until_running(self) -> None:
        def three() -> bool:
            self.feed.advance()
            return self.feed.run.count(Outcome.RUNNING) == 3

        wait_for(three, "three tasks run")

    def to_the_end(self) -> Run:
        return self.feed.follow(TICK_S)


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_it_is_live_until_the_run_has_ended_and_the_same_run_then(
    suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"run.{suffix}"
    with Recorder(str(path)) as recorder:
        early = Follower(path)  # before there is anything to read
        recorder.write(b"".join(LINES[:HALF]) + LINES[HALF][:10])
        followers = early, Follower(path)
        for each in followers:
            each.until_running()
            assert each.replay.live
            assert not each.replay.guessed
            assert not each.replay.finished, "its file has an end, its run has none"
        recorder.write(LINES[HALF][10:] + b"".join(LINES[HALF + 1 :]))
    for each in followers:
        run = each.to_the_end()
        assert (run.phase, run.count(Outcome.FINISHED)) == (Phase.FINISHED, 5)
        assert each.replay.remark is None
        assert each.replay.lines is not None
        assert b"".join(each.replay.lines.pieces()) == POOL.read_bytes()


def test_its_clock_is_that_of_the_writer_also_of_what_was_there_before(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with Recorder(str(path)) as recorder:
        recorder.write(b"".join(LINES[:HALF]))
        age_s = 100
        os.utime(path, (time.time() - age_s, time.time() - age_s))
        follower = Follower(path)
        follower.until_running()
        wait_for(lambda: not follower.replay.behind, "all has been read")
        known = follower.replay._way.reader.latest
        assert follower.replay.now() - known >= age_s * 1e9, "nothing has happened for so long"
        assert follower.replay.late_ns(follower.replay.now()) == 0, "and nothing is on its way"
        follower.replay.close()


def test_a_writer_that_is_gone_leaves_a_run_that_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with Recorder(str(path)) as recorder:
        recorder.write(b"".join(LINES[:HALF]) + LINES[HALF][:10])
        follower = Follower(path)
        follower.until_running()
    run = follower.to_the_end()
    assert run.phase is Phase.CUT_OFF
    assert follower.replay.remark == "the recording is cut off in the middle of a line"


@pytest.mark.parametrize("whole", [True, False])
def test_what_nobody_writes_is_read_as_always(whole: bool, tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"".join(LINES if whole else LINES[:HALF]))
    follower = Follower(path)
    assert not follower.replay.live
    follower.to_the_end()
    assert follower.replay.remark == (None if whole else CUT)


def test_to_stop_or_close_is_to_read_no_further(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with Recorder(str(path)) as recorder:
        recorder.write(b"".join(LINES[:HALF]))
        stopped, closed = Follower(path), Follower(path)
        for each in (stopped, closed):
            each.until_running()
        stopped.feed.stop()
        assert stopped.to_the_end().phase is Phase.CUT_OFF
        closed.feed.close()
        assert closed.replay.finished
        with path.open("rb") as file:
            assert is_held(file.fileno()), "the writer goes on"


def test_without_locks_it_is_followed_until_its_run_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_here(fd: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", none_here)
    path = tmp_path / "run.jsonl"
    with Recorder(str(path)) as recorder:
        recorder.write(b"".join(LINES[:HALF]))
        follower = Follower(path)
        assert follower.replay.live
        assert follower.replay.guessed
        follower.until_running()
        recorder.write(b"".join(LINES[HALF:]))
        run = follower.to_the_end()
        assert run.phase is Phase.FINISHED


def test_who_writes_holds_the_lock_and_who_looks_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.touch()
    with path.open("rb") as one, path.open("rb") as other, path.open("wb") as shells:
        assert is_held(one.fileno()) is False
        assert is_held(other.fileno()) is False, "nor does the first look hold it"
        recorder = PipeRecorder(os.dup(shells.fileno()))  # as of: run --record - > file
        assert is_held(one.fileno()) is True
        recorder.close()
        assert is_held(one.fileno()) is False, "although the shell still has the file"
        with Recorder(str(path)):
            assert is_held(other.fileno()) is True
        assert is_held(other.fileno()) is False


def test_what_follows_may_be_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with Recorder(str(path)) as recorder:
        follower = Follower(path)
        recorder.write(b"hello\n")
        follower.to_the_end()
    assert str(follower.replay.error) == "it is no recording of concviz"
