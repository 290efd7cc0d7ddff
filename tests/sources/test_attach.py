"""A program that runs is looked at from outside, by whichever Python, and is not harmed."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from concviz.model.entities import Phase, Worker
from concviz.model.run import Run
from concviz.observer import program as observing
from concviz.observer.probe import look
from concviz.sources.attach import LET_GO, TASKS, Attached
from concviz.sources.feed import Feed
from concviz.sources.replay import Replay
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from tests.observer.pythons import Program, others
from tests.running import PATIENCE_S

pytestmark = pytest.mark.skipif(not look(50).complete, reason="not everything is shown here")
TIMES = int(os.environ.get("CONCVIZ_ATTACHES", "4"))
"""How often is attached and let go."""


def advance(feed: Feed, until: Callable[[Run], object], what: str) -> Run:
    """Take in what comes until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not until(feed.run):
        assert time.monotonic() < deadline, what
        feed.wait(0.02)
        feed.advance(0.1)
    return feed.run


def lane(run: Run, *, function: str = "", label: str = "") -> Worker | None:
    for worker in run.workers:
        if worker.label == label or (worker.seen_in and worker.seen_in.function == function != ""):
            return worker
    return None


def spent(worker: Worker | None) -> set[State]:
    """In what a thread was seen."""
    return set() if worker is None else {State(state) for state, sums in worker.states.sums.items()}


@pytest.mark.parametrize("python", [sys.executable, *others()])
def test_its_threads_are_seen_as_they_are_until_it_ends(python: str) -> None:
    with Program(python, busy=True) as program:
        feed = Feed(Attached(program.pid))
        advance(
            feed,
            lambda run: State.GIL_WAIT in spent(lane(run, function="compute")),
            "no thread was seen to wait for the GIL",
        )
        run = advance(
            feed,
            lambda run: State.LOCK in spent(lane(run, function="hold_up")),
            "no thread was seen to wait for the lock",
        )
        run = advance(
            feed,
            lambda run: State.IO in spent(lane(run, label="main")),
            "the main thread was not seen to wait for input",
        )
        main = lane(run, label="main")
        assert main is not None
        assert (main.kind, main.pid, main.tid) == (WorkerKind.MAIN, program.pid, program.pid)
        assert list(run.locks.functions.values()) == ["hold_up"]
        children = [worker for worker in run.workers if worker.kind is WorkerKind.PROCESS]
        assert [child.label.split()[-1] for child in children] == ["-c"]
        assert len(run.workers) == 5, "main, two that compute, one that waits, the child"
        program.tell("start")
        advance(feed, lambda run: len(run.workers) == 6, "the late thread was not found")
        program.tell("end child")
        advance(feed, lambda run: children[0].ended > 0, "the child's end was not seen")
        assert program.end() == 0
        run = feed.follow(0.05)
        assert run.phase is Phase.FINISHED
        assert run.exitcode in (None, 0), "only its parent is told"
        assert all(worker.ended > 0 for worker in run.workers)
        assert run.counts.total == 0
    assert run.program is not None
    assert run.program.how == "attached"
    assert run.program.pid == program.pid
    assert run.environment is not None
    assert run.environment.python == run.program.python != ""
    assert run.environment.observer is not None
    assert run.environment.observer.missing == {}


def test_to_let_go_harms_nothing_however_often() -> None:
    with Program() as program:
        threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208
        for number in range(TIMES):
            source = Attached(program.pid)
            feed = Feed(source)
            advance(feed, lambda run: any(map(spent, run.workers)), "nothing was seen")
            if number % 2:
                feed.stop()
            else:
                source.close()
            run = feed.follow(0.05)
            assert (run.phase, run.error) == (Phase.CUT_OFF, LET_GO)
            assert program.answers()
        assert threading.active_count() == threads
        # what tests before had open may be closed meanwhile
        assert len(os.listdir("/proc/self/fd")) <= files  # noqa: PTH208


def test_a_recording_of_it_is_what_was_seen(tmp_path: Path) -> None:
    path = tmp_path / "attached.jsonl"
    with Program() as program, path.open("wb") as record:
        feed = Feed(Attached(program.pid, record, keep=True))
        advance(feed, lambda run: lane(run, function="hold_up"), "it was not seen where it waits")
        feed.stop()
        live = feed.follow(0.05)
    again = Feed(Replay(str(path))).follow(0.05)
    assert [worker.label for worker in again.workers] == [worker.label for worker in live.workers]
    assert [worker.seen_in for worker in again.workers] == [
        worker.seen_in for worker in live.workers
    ]
    assert [one.what for one in again.not_seen] == [TASKS]


def test_of_more_threads_than_can_be_looked_at_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(observing, "MOST", 2)
    with Program() as program:
        feed = Feed(Attached(program.pid))
        run = advance(feed, lambda run: len(run.not_seen) > 1, "it was not said")
        advance(feed, lambda run: len(run.workers) == 5, "all have a lane")
        feed.close()
    assert any("more threads than can be looked at" in one.what for one in run.not_seen)


def test_what_is_gone_cannot_be_attached_to() -> None:
    with Program() as program:
        program.end()
    feed = Feed(Attached(program.pid))
    run = feed.follow(0.05)
    assert run.phase.ended
    assert run.workers == []
