"""Threads that wait for one another, really: for a lock, or for what looks like it from outside."""

from __future__ import annotations

import pytest

from concviz.engine.observer.probe import look
from concviz.model.findings import findings
from concviz.model.plan import Plan
from concviz.model.run import Run
from concviz.model.spending import Spending
from concviz.model.states import Spent, State
from concviz.model.waited import of_run
from tests.engine import waits
from tests.engine.running import check_all_finished, run_plan

SEES = look(50)
pytestmark = [
    pytest.mark.usefixtures("waits", "nothing_left"),
    pytest.mark.skipif(not SEES.complete, reason=f"not seen here: {SEES.text}"),
]


def ran(
    workload: str, strategy: str = "threads", tasks: int = 2, duration_s: float = 0.05
) -> tuple[Run, Spent]:
    run = run_plan(
        Plan(
            strategy=strategy, workload=workload, tasks=tasks, workers=tasks, duration_s=duration_s
        )
    )
    check_all_finished(run)
    return run, Spending(run).of_run()


def share(spent: Spent, state: State) -> float:
    return spent[state] / sum(spent)


def test_two_threads_at_one_lock() -> None:
    run, spent = ran("one-lock")
    assert share(spent, State.LOCK) > 0.3
    assert share(spent, State.THREAD_WAIT) < 0.05
    (lock,) = of_run(run, spent[State.LOCK])
    assert (lock.function, lock.workers) == (waits.hold_the_lock.__qualname__, 2)
    (found,) = [finding for finding in findings(run) if finding.id == "lock-convoy"]
    assert "2 threads" in found.sentence


@pytest.mark.parametrize("workload", ["each-other", "joins"])
def test_two_threads_that_wait_for_another_one(workload: str) -> None:
    run, spent = ran(workload)
    assert share(spent, State.THREAD_WAIT) > 0.3
    assert share(spent, State.LOCK) < 0.05
    assert "lock-convoy" not in {finding.id for finding in findings(run)}


@pytest.mark.parametrize("strategy", ["threads", "process-pool"])
def test_tasks_that_run_threads_or_programs_wait_for_those(strategy: str) -> None:
    for workload in "hashing", "programs":
        run, spent = ran(workload, strategy)
        assert share(spent, State.THREAD_WAIT) > 0.5, workload
        assert not run.locks.waits or share(spent, State.LOCK) < 0.05
        assert "lock-convoy" not in {finding.id for finding in findings(run)}


def test_processes_at_one_lock_know_it_as_the_same() -> None:
    run, spent = ran("lock", "processes", tasks=3, duration_s=0.4)
    (lock,) = of_run(run, spent[State.LOCK])
    assert lock.workers == 3
