"""What looks like a deadlock in made-up programs, and what does not."""

from __future__ import annotations

import pytest

from concviz.model.moment import Moment
from concviz.trace import events
from concviz.trace.states import nothing
from concviz.view.summary_text import progress
from tests.analysis.programs.found import PID, found, locked, program
from tests.builders.programs import Made
from tests.builders.told import at

LOCK = f"{PID}:7f00"
OTHER = f"{PID}:7f80"


def two(
    until: float = 3000, lock: str = OTHER, main: str = "thread_wait", ends: bool = False
) -> Made:
    """Two threads that wait for locks; main waits for them."""
    told, first = program()
    group = told.group(0, "threads", "move")
    for n, wanted in enumerate((LOCK, lock)):
        lane = told.thread(10, PID, PID + n + 1, f"Thread-{n + 1} (move)")
        told.task(group, f"move({n})", lane, 10, 10, until + 10 if ends else None)
        told.does(lane, 10, 30, every=20, running=1)
        locked(told, lane, 30, until, wanted, ("move", "audit")[n])
    told.does(first, 0, until, every=20, **{main: 1.0})
    return told


def test_two_threads_that_want_each_others_lock() -> None:
    finding = found(two(), 3000, -15)["deadlock"]
    assert finding.sentence.startswith(
        "Nothing moved for 2.970 s: Thread-1 (move) waits for a lock in move and Thread-2 (move) "
        "for another one in audit. Each seems to have what another one waits for"
    )
    assert finding.evidence["locks"] == 2
    assert "deadlock" in found(two(main="sleep"), 3000, -15), "who else sleeps changes nothing"
    assert "deadlock" in found(two(ends=True), 3020), "until somebody gave up"


def test_threads_that_wait_for_one_that_is_slow() -> None:
    assert "deadlock" not in found(two(800), 810, -15), "not for long"
    assert "deadlock" not in found(two(lock=LOCK, main="sleep"), 3000, -15), "main may have it"
    assert "deadlock" not in found(two(main="running", ends=True), 3020), "it goes on"
    assert "deadlock" not in found(two(lock=LOCK, main="thread_wait", ends=True), 3020)


def test_who_has_the_lock_waits_for_one_that_wants_it() -> None:
    finding = found(two(lock=LOCK), 3000, -15)["deadlock"]
    assert "whoever has the lock seems to wait for one that wants it" in finding.sentence


def test_idle_workers_of_a_pool_are_no_deadlock() -> None:
    told, main = program()
    group = told.group(0, "thread-pool", "ThreadPoolExecutor")
    for n in range(3):
        lane = told.thread(0, PID, PID + n + 1, f"ThreadPoolExecutor-0_{n}", group=group)
        locked(told, lane, 0, 3000, LOCK)
    told.does(main, 0, 3000, thread_wait=1)
    assert not found(told, 3000, -15)


def forked(made: str = "fork", lock: str = "4800:7f00", killed: bool = True) -> Made:
    """A child that waits for a lock, alone, while the parent waits for it."""
    told, main = program()
    child = told.process(200, PID + 100, "ForkProcess-1", PID, made)
    group = told.group(190, "processes", "child")
    told.task(group, "child()", child, 190, 210, None if killed else 2300)
    locked(told, child, 210, 2200, lock, "child")
    told.does(main, 0, 2200, thread_wait=1)
    if killed:
        told.dies(2200, PID + 100, -9)
    else:
        told.ends(2300, child)
        told.exits(2301, PID + 100)
    return told


def test_a_lock_that_was_held_at_a_fork() -> None:
    both = found(forked(), 2400, 1)
    finding = both["held-at-fork"]
    assert finding.sentence.startswith(
        "ForkProcess-1 waited for a lock in child for 1.990 s, to its end, and it is the only "
        "thread of its process"
    )
    assert not {"deadlock", "lost-worker"} & both.keys(), "that is a part of it"
    gave_up = found(forked(killed=False), 2400)["held-at-fork"]
    assert "to its end" not in gave_up.sentence
    shared = found(forked(lock="0:5/77:10"), 2400, 1)
    assert "held-at-fork" not in shared, "another process has it"
    itself = found(forked("spawn"), 2400, 1)["deadlock"]
    assert "it seems to have that lock itself" in itself.sentence


def test_a_lock_that_another_thread_of_the_child_has() -> None:
    told = forked(killed=False)
    told.does(told.thread(205, PID + 100, PID + 101, "Thread-1"), 205, 2300, running=1)
    assert not {"held-at-fork", "deadlock"} & found(told, 2400).keys()


@pytest.mark.parametrize("lasts", [400, 5000])
def test_what_is_said_of_a_wait_is_how_long_it_was(lasts: float) -> None:
    told, main = program()
    locked(told, main, 0, lasts, LOCK)
    both = found(told, lasts, -15)
    assert ("deadlock" in both) == (lasts > 500)


def hanging(main: str = "thread_wait", waits_ms: float = 4000) -> Made:
    """Main waits for a thread that waits for an item, in the end for nothing else."""
    told, first = program()
    told.does(first, 0, 500, every=20, running=1)
    told.does(first, 500, 500 + waits_ms, every=20, **{main: 1.0})
    lane = told.thread(100, PID, PID + 1, "consumer")
    told.task(told.group(90, "threads", "consume"), "consume()", lane, 100, 100)
    told.does(lane, 100, 500 + waits_ms, every=20, thread_wait=1)
    seen = events.FunctionSeen(at(700), lane, "Condition.wait", "/lib/threading.py", "consume")
    told.told.append(seen)
    return told


def test_a_program_that_has_to_be_ended() -> None:
    sentence = found(hanging(), 4600, -2)["standstill"].sentence
    assert sentence.startswith(
        "For 3.600 s, until it was ended from outside, every thread waited for another one: main; "
        "consumer in Condition.wait, called by consume. If it was not to idle"
    )
    assert "standstill" not in found(hanging(), 4600), "it ended by itself"
    assert "standstill" not in found(hanging("io"), 4600, -2), "it waited for somebody else"
    assert "standstill" not in found(hanging(waits_ms=1800), 2400, -2), "not for long"


def test_it_is_said_while_a_program_runs_that_nothing_moves() -> None:
    run = hanging().run()
    said = progress(run, Moment(at(4500)), nothing()).plain
    assert (
        "Nothing has moved for 4 s: every thread waits for another one: main; consumer in" in said
    )
    assert "Nothing" not in progress(hanging("sleep").run(), Moment(at(4500)), nothing()).plain
    assert "Nothing" not in progress(run, Moment(at(9000)), nothing()).plain, "who knows?"
