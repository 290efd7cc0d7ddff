"""A recording as a source: from a file or through a pipe, whole, cut off, or of a run elsewhere."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.sources.feed import Feed
from concviz.sources.local_run import LocalRun
from concviz.sources.replay import Replay
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.trace.reader import RecordingError
from tests.running import PATIENCE_S, STRATEGIES, wait_for

TICK_S = 0.01
PLAN = Plan(strategy="thread-pool", workload="sleep", tasks=4, workers=2, duration_s=0.01)


def recorded(plan: Plan) -> tuple[Run, bytes]:
    """A run, and what was recorded of it."""
    source = LocalRun(plan, keep=True)
    run = Feed(source).follow(TICK_S)
    assert source.lines is not None
    return run, b"".join(source.lines.pieces())


def told(run: Run) -> object:
    """What is known of a run, to be compared."""
    columns = run.tasks.submitted, run.tasks.started, run.tasks.finished, run.tasks.collected
    return (
        run.plan,
        run.environment,
        run.phase,
        run.error,
        (run.started, run.finished, run.latest),
        list(run.tally),
        run.counts,
        [list(column) for column in columns],
        [(worker.key, worker.pid, list(worker.lane.starts)) for worker in run.workers],
        list(run.output),
    )


@pytest.fixture(scope="module")
def recording() -> tuple[Run, bytes]:
    """One for all."""
    return recorded(PLAN)


@contextmanager
def piped(*written: bytes, end: bool = True) -> Iterator[tuple[Replay, int]]:
    """What comes through a pipe, and where more can be written into it."""
    reads, writes = os.pipe()
    replay = Replay(reads)
    for each in written:
        os.write(writes, each)
    if end:
        os.close(writes)
    try:
        yield replay, writes
    finally:
        replay.close()
        if not end:
            os.close(writes)


# -- files --


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_was_recorded_is_the_run(strategy: str, tmp_path: Path) -> None:
    run, lines = recorded(Plan(strategy=strategy, workload="sleep", tasks=3, duration_s=0.01))
    path = tmp_path / "run.jsonl"
    path.write_bytes(lines)
    replay = Replay(path)
    assert (replay.plan, replay.name, replay.live) == (run.plan, "run.jsonl", False)
    again = Feed(replay).follow(TICK_S)
    assert told(again) == told(run)
    assert replay.remark is None


def test_packed_it_is_the_same_and_its_lines_are_plain(
    recording: tuple[Run, bytes], tmp_path: Path
) -> None:
    run, lines = recording
    path = tmp_path / "run.jsonl.gz"
    path.write_bytes(gzip.compress(lines))
    replay = Replay(path)
    path.unlink()
    assert told(Feed(replay).follow(TICK_S)) == told(run)
    assert replay.lines is not None
    assert b"".join(replay.lines.pieces()) == lines
    assert b"".join(replay.lines.pieces()) == lines, "and again"


def folded(lines: bytes) -> Run:
    """Whole lines, as a fold of their events."""
    header, *rest = lines.splitlines()
    run = Run()
    run.apply([Header.decode(header), *map(events.decode, rest)])
    return run


@given(data=st.data())
def test_cut_anywhere_it_is_the_run_as_of_its_last_whole_event(
    data: st.DataObject, recording: tuple[Run, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, lines = recording
    at = data.draw(st.integers(lines.index(b"\n") + 1, len(lines)))
    path = tmp_path_factory.getbasetemp() / "cut.jsonl"
    path.write_bytes(lines[:at])
    replay = Replay(path)
    run = Feed(replay).follow(TICK_S)
    rest = lines[:at].rpartition(b"\n")[2]
    whole = (
        lines[:at] if rest + b"\n" in lines.splitlines(keepends=True) else lines[: at - len(rest)]
    )
    known = folded(whole)
    assert run.ended
    assert run.counts.unreadable == 0
    if known.ended:
        assert told(run) == told(known)
        return
    assert replay.remark is not None
    assert list(run.tasks.finished) == list(known.tasks.finished)
    assert list(run.output) == list(known.output)
    assert run.latest == known.latest
    assert run.exitcode is None
    if known.finished >= 0:
        assert (run.phase, run.error) == (Phase.FINISHED, None)
    else:
        assert (run.phase, run.error) == (Phase.CUT_OFF, replay.remark)
        assert run.count(Outcome.FINISHED) == known.count(Outcome.FINISHED)
        open_ones = known.count(Outcome.RUNNING) + known.count(Outcome.WAITING)
        assert run.count(Outcome.CUT_OFF) == open_ones
        assert run.count(Outcome.NOT_STARTED) == run.count(Outcome.LOST) == 0


def test_progress_is_known_while_it_is_read(recording: tuple[Run, bytes], tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(recording[1] + events.encode_lines([events.Unread(1, 0)]) * 20_000)
    replay = Replay(path)
    seen = [replay.progress or 0]
    while replay.waiting:
        assert len(replay.drain(most=100)) <= 100
        seen.append(replay.progress or 0)
    assert seen == sorted(seen)
    assert seen[0] < 1 == seen[-1]
    assert replay.finished


def test_a_recording_of_a_run_that_still_runs_ends_where_it_does_by_now(
    recording: tuple[Run, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "run.jsonl"
    half = recording[1][: len(recording[1]) // 2].rpartition(b"\n")[0] + b"\n"
    path.write_bytes(half)
    replay = Replay(path)
    run = Feed(replay).follow(TICK_S)
    assert run.error == "the recording ends before the run does"


def test_who_stops_has_what_was_read_by_then(recording: tuple[Run, bytes], tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(recording[1] + b"\n" * 10_000_000)
    replay = Replay(path)
    feed = Feed(replay)
    feed.stop()
    run = feed.follow(TICK_S)
    assert run.ended
    assert feed.moment.stopping
    assert replay.progress is not None
    assert replay.progress < 0.1


def test_a_huge_file_holds_nobody_up(recording: tuple[Run, bytes], tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(recording[1])
    with path.open("r+b") as file:
        file.truncate(1 << 40)  # zeros without an end of a line: no messages
    feed = Feed(replay := Replay(path))
    begun = time.monotonic()
    for _ in range(5):
        feed.advance(0.01)
    assert time.monotonic() - begun < 2
    assert not feed.over
    replay.close()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.mkdir(), "directory"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.symlink_to(path), "symbolic links"),
        (lambda path: None, "No such file"),
        (lambda path: path.write_bytes(os.urandom(1_000)), "."),
    ],
    ids=["directory", "empty", "loop", "missing", "random"],
)
def test_what_cannot_be_opened_is_refused_and_nothing_stays_open(
    make: object, sentence: str, tmp_path: Path
) -> None:
    assert callable(make)
    make(path := tmp_path / "run.jsonl")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with pytest.raises(RecordingError, match=sentence):
        Replay(path)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.touch(mode=0)
    with pytest.raises(RecordingError, match="Permission denied"):
        Replay(path)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(RecordingError, match="null"):
        Replay("run\0.jsonl")


# -- pipes --


@pytest.mark.parametrize("packed", [False, True])
def test_through_a_pipe_it_is_the_same(recording: tuple[Run, bytes], packed: bool) -> None:
    run, lines = recording
    with piped(gzip.compress(lines) if packed else lines) as (replay, _):
        assert replay.live
        assert replay.progress is None
        assert told(Feed(replay).follow(TICK_S)) == told(run)
        assert replay.lines is not None
        assert b"".join(replay.lines.pieces()) == lines


def test_events_come_when_they_come(recording: tuple[Run, bytes]) -> None:
    lines = recording[1].splitlines(keepends=True)
    with piped(end=False) as (replay, writes):
        feed = Feed(replay)
        assert (feed.run.plan, replay.plan) == (None, None), "nothing has come"
        taken: list[Message] = []
        for line in lines:
            os.write(writes, line)
            wait_for(lambda: replay.waiting, "it arrives")
            while replay.waiting:
                messages = replay.drain()
                feed.run.apply(messages)
                taken += messages
        assert taken == decoded(lines)
        assert not replay.finished
        assert not replay.wait(TICK_S)
        assert feed.run.plan == PLAN


def decoded(lines: list[bytes]) -> list[Message]:
    return [Header.decode(lines[0]), *map(events.decode, lines[1:])]


def test_its_clock_is_that_of_the_machine_that_ran(recording: tuple[Run, bytes]) -> None:
    """Which began at another time, and whose events take their time to come."""
    header = recording[1].splitlines(keepends=True)[0]
    second = 1_000_000_000
    elsewhere = 5 * second  # it has just been switched on
    with piped(header, end=False) as (replay, writes):
        assert replay.now() == 0, "unknown"
        began = time.monotonic_ns()
        os.write(writes, events.encode_lines([events.RunStarted(elsewhere)]))
        wait_for(lambda: replay.now(), "the first event")
        passed = time.monotonic_ns() - began
        assert elsewhere <= replay.now() <= elsewhere + passed
        # One that was quicker: the first one had been on its way for a second.
        os.write(writes, events.encode_lines([events.TaskSubmitted(elsewhere + second, 0)]))
        wait_for(lambda: replay.now() >= elsewhere + second, "the quicker one")
        # One that was slower does not set the clock back, and is waited for as long.
        before = replay.now()
        os.write(writes, events.encode_lines([events.TaskStarted(elsewhere, 0, "w")]))
        wait_for(lambda: replay.late_ns(replay.now()) >= second, "the slower one")
        assert replay.now() >= before


def test_a_pipe_that_breaks_is_a_run_that_is_cut_off(recording: tuple[Run, bytes]) -> None:
    with piped(recording[1][: len(recording[1]) // 2]) as (replay, _):
        run = Feed(replay).follow(TICK_S)
    assert run.phase is Phase.CUT_OFF


def test_what_comes_through_a_pipe_and_is_no_recording_is_an_error() -> None:
    with piped(b"Hello, world\n") as (replay, _):
        run = Feed(replay).follow(TICK_S)
        assert str(replay.error) == "it is no recording of concviz"
        assert run.phase is Phase.PREPARING
    with piped() as (replay, _):
        Feed(replay).follow(TICK_S)
        assert str(replay.error) == "it is empty"


def test_a_pipe_in_which_nothing_comes_is_closed_at_once() -> None:
    with piped(end=False) as (replay, _):
        begun = time.monotonic()
        replay.close()
        replay.close()
        assert time.monotonic() - begun < 2
        assert replay.finished


def test_a_pipe_that_is_stopped_tells_so(recording: tuple[Run, bytes]) -> None:
    header = recording[1].splitlines(keepends=True)[0]
    with piped(header, end=False) as (replay, _):
        wait_for(lambda: replay.plan, "the header")
        feed = Feed(replay)
        feed.stop()
        run = feed.follow(TICK_S)
        assert run.error == "the recording was read no further than this"


def test_what_comes_soon_after_a_stop_is_taken_in(recording: tuple[Run, bytes]) -> None:
    """Ctrl-C goes to all programs of a pipeline: the one that writes tells how its run ended."""
    run, lines = recording
    half = len(lines) // 2
    with piped(lines[:half], end=False) as (replay, writes):
        feed = Feed(replay)
        feed.stop()
        os.write(writes, lines[half:])
        assert told(feed.follow(TICK_S)) == told(run)


def test_what_nobody_drains_waits_in_the_pipe(recording: tuple[Run, bytes]) -> None:
    header = recording[1].splitlines(keepends=True)[0]
    event = events.encode_lines([events.Unread(1, 0)]) * 1_000
    with piped(header, end=False) as (replay, writes):
        replay.give_room(500)
        os.set_blocking(writes, False)
        written = 0
        deadline = time.monotonic() + PATIENCE_S
        try:
            while time.monotonic() < deadline:
                written += os.write(writes, event)
        except BlockingIOError:
            pass
        assert written < 1 << 20, "a pipe's room, and some messages"
        assert replay.behind
