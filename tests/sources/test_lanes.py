"""Which lane a thread is, and what is told of it by whom."""

from __future__ import annotations

import pytest

from concviz.model.run import Run
from concviz.sources.lanes import GONE_NS, PROCESS_NS, SAME_NS, THREAD_NS, Lanes
from concviz.trace import events

PROGRAM, CHILD = 40, 50


def run_of(*told: list[events.AnyEvent]) -> Run:
    run = Run()
    run.apply([event for some in told for event in some])
    return run


def test_a_thread_that_only_the_observer_sees_begins_when_it_was_seen() -> None:
    lanes = Lanes(PROGRAM)
    lanes.process_seen(0, PROGRAM, None, "jobs.py")
    key = lanes.thread_seen(5, PROGRAM, 41, "worker")
    lanes.settle(THREAD_NS)
    first = lanes.take()
    assert not any(isinstance(event, events.WorkerStarted) for event in first)
    lanes.settle(THREAD_NS + 6)
    lanes.thread_gone(THREAD_NS + 9, PROGRAM, 41)
    (worker,) = run_of(first, lanes.take()).workers
    assert (worker.key, worker.label, worker.pid, worker.tid) == (key, "worker", PROGRAM, 41)
    assert (worker.started, worker.ended) == (5, THREAD_NS + 9)


def test_what_hooks_tell_counts_more_than_what_was_seen() -> None:
    lanes = Lanes(PROGRAM)
    key = lanes.thread_seen(5, PROGRAM, 41, "jobs.py")
    lanes.thread_told(9, PROGRAM, 41, "Thread-1", daemon=True)
    assert lanes.thread_seen(12, PROGRAM, 41, "another name") == key
    lanes.thread_ended(20, PROGRAM, 41)
    assert lanes.thread_seen(21, PROGRAM, 41, "Thread-1") == key, "it was about to end"
    lanes.thread_gone(22, PROGRAM, 41)
    lanes.settle(PROCESS_NS)
    run = run_of(lanes.take())
    (worker,) = run.workers
    assert (worker.label, worker.daemon) == ("Thread-1", True)
    assert (worker.started, worker.ended) == (9, 20)
    assert run.counts.total == 0


def test_a_number_that_is_used_again_is_another_lane() -> None:
    lanes = Lanes(PROGRAM)
    first = lanes.key(PROGRAM, 41, 1)
    lanes.thread_told(1, PROGRAM, 41, "one")
    lanes.thread_told(5, PROGRAM, 41, "two")
    second = lanes.key(PROGRAM, 41, 6)
    lanes.thread_ended(7, PROGRAM, 41)
    third = lanes.thread_seen(8 + SAME_NS, PROGRAM, 41, "three")
    assert (first, second, third) == ("40:41", "40:41#2", "40:41#3")
    one, two, _ = run_of(lanes.take()).workers
    assert (one.label, one.started, one.ended) == ("one", 1, 5)
    assert (two.label, two.started, two.ended) == ("two", 5, 7)


def test_a_child_is_named_and_its_threads_after_it() -> None:
    lanes = Lanes(PROGRAM)
    lanes.process_seen(0, CHILD, PROGRAM, "python", expected=True)
    lanes.thread_seen(0, CHILD, CHILD, "")
    lanes.thread_seen(1, CHILD, 51, "")
    lanes.spawned(2, CHILD, 0)
    lanes.process_told(events.Process(3, CHILD, PROGRAM, "", "spawn", "SpawnProcess-1"))
    run = run_of(lanes.take())
    assert [worker.label for worker in run.workers] == [
        "SpawnProcess-1",
        "SpawnProcess-1 · thread 51",
    ]
    assert (run.workers[0].starting, run.workers[0].started) == (0, 3)
    process = run.surroundings.processes["", CHILD]
    assert (process.made, process.parent) == ("spawn", PROGRAM)


def of_child(exitcode: int | None, *, worked: bool = False, exiting: bool = False) -> Run:
    lanes = Lanes(PROGRAM)
    lanes.process_seen(0, CHILD, PROGRAM, "child.py")
    lanes.thread_seen(0, CHILD, CHILD, "")
    lanes.process_told(events.Process(1, CHILD, PROGRAM, "", "fork", "child.py"))
    if worked:
        lanes.lane(CHILD, CHILD, 2).worked = True
    if exiting:
        lanes.exiting(5, CHILD)
    lanes.process_gone(10, CHILD)
    lanes.settle(11)
    assert not any(isinstance(event, events.ProcessEnded) for event in lanes._events)
    if exitcode is not None:
        lanes.exited(CHILD, exitcode)
    lanes.settle(11 if exitcode is not None else 11 + GONE_NS)
    return run_of(lanes.take())


def test_how_a_process_ended() -> None:
    killed = of_child(-9)
    assert (killed.workers[0].exitcode, killed.workers[0].ended) == (-9, 10)
    left = of_child(3, worked=True)
    assert left.workers[0].exitcode == 3, "it has not come to its end"
    for failed in of_child(1, worked=True, exiting=True), of_child(1):
        assert failed.workers[0].exitcode is None, "it came to its end"
        assert failed.surroundings.ends["", CHILD].exitcode == 1
    unknown = of_child(None)
    assert unknown.workers[0].ended == 10
    assert unknown.surroundings.ends["", CHILD].exitcode is None


def test_who_tells_nothing_is_named_once() -> None:
    lanes = Lanes(PROGRAM)
    lanes.process_seen(0, PROGRAM, None, "jobs.py")
    lanes.process_seen(0, CHILD, PROGRAM, "sleep")
    lanes.process_seen(0, 60, PROGRAM, "child.py", expected=True)
    lanes.settle(THREAD_NS + 1)
    assert [process.pid for process in lanes.take_silent()] == [CHILD]
    lanes.settle(PROCESS_NS + 1)
    assert [process.pid for process in lanes.take_silent()] == [60]
    lanes.settle(PROCESS_NS + 2, at_once=True)
    assert not lanes.take_silent()


@pytest.mark.parametrize(("exitcode", "by_strategy"), [(7, False), (-15, True), (-9, True)])
def test_who_ended_with_a_status_of_its_own_had_not_obeyed(
    exitcode: int, by_strategy: bool
) -> None:
    lanes = Lanes(PROGRAM)
    lanes.process_seen(0, PROGRAM, None, "jobs.py")
    lanes.process_seen(1, CHILD, PROGRAM, "jobs.py")
    lanes.thread_told(2, CHILD, CHILD, "MainThread")
    lanes.lane(CHILD, CHILD, 2).worked = True
    lanes.asked(CHILD)
    lanes.exited(CHILD, exitcode)
    lanes.process_gone(9, CHILD)
    lanes.settle(9 + PROCESS_NS)
    died = [event for event in lanes.take() if isinstance(event, events.WorkerDied)]
    assert [(each.exitcode, each.ended_by_strategy) for each in died] == [(exitcode, by_strategy)]
