"""Which locks were waited for, how long, how often, and by how many at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.lock_waits import of_run, of_task
from concviz.model.run import Run
from concviz.trace import events
from concviz.trace.plan import Plan
from concviz.trace.sparse import sparse
from concviz.trace.states import State, nothing
from concviz.trace.worker_kind import WorkerKind
from concviz.view import phrases as words

BUSY = [(0, 100), (100, 200), (250, 300)]
"""When each of the workers has its tasks."""


def run_of(waits: list[tuple[int, int, int, str]]) -> Run:
    """Workers 0 to 2 with three tasks each, and samples: worker, since, until, lock."""
    run = Run(Plan(strategy="thread-pool", tasks=9, workers=3))
    run.usual_kind = WorkerKind.THREAD
    run.apply([events.RunStarted(0)])
    for worker in range(3):
        run.apply([events.WorkerStarted(0, f"w{worker}", 1, worker + 2)])
        for at, (begin, end) in enumerate(BUSY):
            task = 3 * worker + at
            run.apply([events.TaskStarted(begin, task, f"w{worker}")])
            run.apply([events.TaskFinished(end, task, 0, None)])
    for worker, since, until, lock in sorted(waits, key=lambda wait: wait[1]):
        spent = nothing()
        spent[State.LOCK] = until - since
        run.apply([events.Sampled(until, f"w{worker}", since, sparse(spent), State.LOCK, lock)])
    return run


def test_a_wait_that_goes_on_is_one() -> None:
    run = run_of([(0, 10, 30, "x"), (0, 30, 50, "x"), (0, 60, 70, "x")])
    (found,) = of_run(run, 50)
    assert (found.name, found.waited_ns, found.waits) == ("lock A", 50, 2)
    assert (found.workers, found.at_once) == (1, 1)


def test_the_lock_that_is_waited_for_longest_is_a() -> None:
    run = run_of([(0, 10, 20, "x"), (1, 10, 60, "y"), (2, 30, 80, "y")])
    run.apply([events.LockSeen(60, "y", "Counter.add")])
    longest, other = of_run(run, 110)
    assert (longest.name, longest.function, longest.waited_ns) == ("lock A", "Counter.add", 100)
    assert (longest.workers, longest.at_once, longest.waits) == (2, 2, 2)
    assert (other.name, other.function, other.waited_ns) == ("lock B", "", 10)
    (of_its_task,) = of_task(run, 0, 10)
    assert of_its_task.name == "lock B", "as in the run"
    assert words.lock(run, longest, 200) == (
        "lock A (in Counter.add): 50 % of task time, 2 waits, up to 2 threads at once"
    )
    assert words.lock(run, of_its_task, 100, "its time") == "lock B: 10 % of its time, 1 wait"


def test_turns_at_a_lock_are_not_at_once() -> None:
    run = run_of([(0, 10, 20, "x"), (1, 20, 30, "x")])
    (found,) = of_run(run, 20)
    assert (found.workers, found.at_once) == (2, 1)
    assert words.lock(run, found, 40).endswith("2 waits of 2 threads")


def test_waits_between_tasks_are_none_of_theirs() -> None:
    run = run_of([(0, 190, 260, "x"), (1, 210, 240, "y")])
    (found,) = of_run(run, 20)
    assert (found.waited_ns, found.waits) == (20, 2)
    assert [waited.waited_ns for task in (1, 2) for waited in of_task(run, task, 10)] == [10, 10]
    assert of_task(run, 0, 0) == []


spans = st.tuples(st.integers(0, 299), st.integers(1, 60)).map(lambda s: (s[0], s[0] + s[1]))
told = st.lists(st.tuples(st.integers(0, 2), spans, st.sampled_from("xyz")), max_size=30)


@given(told, st.integers(0, 10_000))
def test_shares_of_all_locks_are_what_was_spent(
    samples: list[tuple[int, tuple[int, int], str]], spent: int
) -> None:
    run = run_of([(worker, *span, lock) for worker, span, lock in samples])
    found = of_run(run, spent)
    total = sum(waited.waited_ns for waited in found)
    assert total == pytest.approx(spent if found else 0, abs=len(found))
    assert [w.waited_ns for w in found] == sorted((w.waited_ns for w in found), reverse=True)
    assert all(1 <= w.at_once <= w.workers <= 3 for w in found)
    assert all(w.workers <= w.waits for w in found)
    of_tasks = [waited for task in range(9) for waited in of_task(run, task, spent)]
    assert {waited.name for waited in of_tasks} == {waited.name for waited in found}
    assert sum(w.waits for w in of_tasks) == sum(w.waits for w in found)
