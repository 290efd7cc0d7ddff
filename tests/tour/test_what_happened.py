"""What each scene claims (times, order, states) is what happened: each part is really run."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence

import pytest

from concviz.analysis.statistics import makespan
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.observer.probe import look
from concviz.tour.how_long import LATE
from concviz.tour.measured import order_of_ends
from concviz.tour.scenes.program import this_process
from tests.fixtures import Place, warm_place
from tests.running import check_all_finished, output, results
from tests.tour.playing import answer, play, remarks, scene

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with warm_place() as place:
        yield place


SEES = look(50).complete
RESULTS: dict[str, list[object]] = {
    "thread-pool": [f"Number: {task}" for task in range(5)],
    "process-pool": [f"Square: {square}" for square in (0, 1, 4, 9, 16)],
}
"""Of tasks that have any; the others sleep and say so."""


def took(run: Run) -> float:
    length = makespan(run)
    assert length is not None
    return length


def claims(said: Sequence[str], *pieces: str) -> None:
    """Each of these is part of something that was said."""
    for piece in pieces:
        assert any(piece in text for text in said), (piece, said)


def takes(name: str, seconds: int) -> tuple[list[Run], list[str]]:
    """A play of a scene that takes so long, and what is said of it.

    Where the machine is so busy that it takes half as long again, that is not the right answer.
    """
    runs = play(name)
    check_all_finished(runs[0])
    assert results(runs[0]) == RESULTS.get(name, [None] * 5)
    if name not in RESULTS:
        assert output(runs[0]).count("Starting I/O operation...") == 5
        assert output(runs[0]).count("Finished I/O operation.") == 5
    assert took(runs[0]) >= seconds
    slow = took(runs[0]) > LATE * seconds
    assert answer(name, runs) == (None if slow else f"{seconds} s")
    return runs, remarks(name, runs)


def test_a_loop_takes_five_seconds() -> None:
    runs, said = takes("loop", 5)
    claims(said, f"{took(runs[0]):.3f} s: 5 tasks of 1.", "after task 0 had ended")
    if SEES:
        claims(said, "The row shows sleep, for")


def test_threads_take_one_second() -> None:
    runs, said = takes("threads", 1)
    claims(said, f"It took {took(runs[0]):.3f} s, though", "all were under way at once")
    claims(said, "all 5 threads were at work")
    ends = order_of_ends(runs[0])
    if ends != sorted(ends):
        claims(said, f"in the order {ends[0]}, {ends[1]}")
    if SEES:
        claims(said, "All rows show sleep")


def test_a_pool_of_three_threads_takes_two_seconds() -> None:
    _, said = takes("thread-pool", 2)
    claims(said, "5 tasks on 3 threads, 1 to ", "the same thread, so the same row")
    claims(said, "in the order of the tasks: Number: 0 … Number: 4", "1 thread had nothing left")


def test_processes_take_one_second_and_their_start() -> None:
    runs, said = takes("processes", 1)
    claims(said, f"It took {took(runs[0]):.3f} s in all", "Each row is a process: ", " to start")
    for worker in runs[0].workers:
        claims(said, str(worker.pid))


def test_a_pool_of_three_processes_takes_two_seconds() -> None:
    _, said = takes("process-pool", 2)
    claims(said, "5 tasks on 3 processes, ", "the same process, so the same row")
    claims(said, "in the order of the tasks: Square: 0 … Square: 16")


def test_threads_are_in_one_process_and_processes_are_processes() -> None:
    runs = play("program")
    assert answer("program", runs) == "in 1 process"
    said = remarks("program", runs)
    threads, processes = (run.workers for run in runs)
    assert {worker.pid for worker in threads} == {runs[0].pid}
    claims(said, f"3 threads, one process: {runs[0].pid}, which was started for this run alone.")
    claims(said, f"3 processes for as many tasks, one each: {processes[0].pid}, ")
    for thread in threads:
        claims(said, str(thread.tid))
    drawn = " ".join(this_process())
    for number in (os.getpid(), os.getppid(), threading.get_native_id()):
        assert f" {number}" in drawn or f"({number})" in drawn


def test_threads_count_together_and_processes_apart() -> None:
    runs = play("memory")
    assert answer("memory", runs) == "threads to 3, processes to 1"
    said, pid = remarks("memory", runs), runs[0].pid
    claims(said, f"3 threads counted to 3: there is one variable, in the memory of process {pid}")
    claims(said, "3 processes counted to 1 each")


def test_a_crash_ends_its_process_alone() -> None:
    runs = play("crash")
    assert answer("crash", runs) == "3 in processes, 0 in threads"
    assert runs[0].phase is Phase.FINISHED
    assert runs[1].phase is Phase.DIED
    said = remarks("crash", runs)
    claims(said, "Process 3 was killed by SIGSEGV in task 2. The 3 other tasks came to their end")
    claims(said, f"killed by SIGSEGV after {took(runs[1]) * 1000:.0f} ms, and all its 4 tasks")
    death = scene("crash").remarks[0].points_at(runs)
    assert death is not None
    assert death.worker == runs[0].tasks.worker[2]


def test_without_the_task_that_crashes_nothing_is_said_of_a_crash() -> None:
    runs = play("crash", tasks=2)
    assert answer("crash", runs) == "2 in processes, 2 in threads"
    assert remarks("crash", runs) == []


def test_more_workers_than_tasks_are_not_started() -> None:
    runs = play("thread-pool", tasks=2, workers=8)
    assert answer("thread-pool", runs) == "1 s"
    said = remarks("thread-pool", runs)
    claims(said, "2 tasks on 2 threads, one each.", "Of 8 that it may have the pool started 2")


def test_of_one_task_it_is_not_said_that_tasks_were_together() -> None:
    runs = play("threads", tasks=1)
    assert answer("threads", runs) == "1 s"
    said = remarks("threads", runs)
    assert len(said) == 1
    claims(said, "with one task alone there is nothing to gain")
