"""What each scene claims (times, order, states) is what happened: each part is really run."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from concviz.analysis.statistics import makespan
from concviz.model.run import Run
from concviz.observer.probe import look
from concviz.tour.measured import order_of_ends
from tests.running import check_all_finished
from tests.tour.playing import answer, play, remarks

pytestmark = pytest.mark.usefixtures("nothing_left")
SEES = look(50).complete


def took(run: Run) -> float:
    length = makespan(run)
    assert length is not None
    return length


def claims(said: Sequence[str], *pieces: str) -> None:
    """Each of these is part of something that was said."""
    for piece in pieces:
        assert any(piece in text for text in said), (piece, said)


def test_a_loop_takes_five_seconds() -> None:
    runs = play("loop")
    check_all_finished(runs[0])
    assert 5 <= took(runs[0]) < 5.5
    assert answer("loop", runs) == "5 s"
    said = remarks("loop", runs)
    claims(said, f"{took(runs[0]):.3f} s: 5 tasks of 1.00", "after task 0 had ended")
    if SEES:
        claims(said, "The row shows sleep, for")


def test_threads_take_one_second() -> None:
    runs = play("threads")
    check_all_finished(runs[0])
    assert 1 <= took(runs[0]) < 1.45
    assert answer("threads", runs) == "1 s"
    said = remarks("threads", runs)
    claims(
        said, f"{took(runs[0]):.3f} s in all", "all were under way", "all 5 threads were at work"
    )
    ends = order_of_ends(runs[0])
    if ends != sorted(ends):
        claims(said, f"in the order {ends[0]}, {ends[1]}")
    if SEES:
        claims(said, "All rows show sleep")


def test_a_pool_of_three_threads_takes_two_seconds() -> None:
    runs = play("thread-pool")
    check_all_finished(runs[0])
    assert 2 <= took(runs[0]) < 2.5
    assert answer("thread-pool", runs) == "2 s"
    said = remarks("thread-pool", runs)
    claims(said, "5 tasks on 3 threads, 1 to 2 each", "the same thread, so the same row")
    claims(said, "in the order of the tasks: Number: 0 … Number: 4", "1 thread had nothing left")
