"""Threads that wait for one another, really: for a lock, or for what looks like it from outside."""

from __future__ import annotations

import re

import pytest

from concviz.analysis.findings import findings
from concviz.analysis.lock_waits import of_run
from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.model.run import Run
from concviz.observer.probe import look
from concviz.runner.environment import usable_cores
from concviz.trace.plan import Plan
from concviz.trace.states import Spent, State
from tests.running import STRATEGIES, check_all_finished, run_plan
from tests.strategies import waits

CORES = usable_cores()[0]
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


@pytest.mark.alone
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
def test_tasks_that_hash_in_threads_of_their_own(strategy: str) -> None:
    """Once told to give each worker its own data, because they wait for a lock 92 % of the time."""
    run, spent = ran("hashing", strategy)
    assert share(spent, State.THREAD_WAIT) > 0.5
    assert share(spent, State.LOCK) < 0.05
    found = {finding.id: finding.sentence for finding in findings(run)}
    assert "lock-convoy" not in found
    assert sum(others.threads for others in run.others.values()) == 8
    summary = summarise(run, spent=spent)
    assert summary.speedup is None, "no bound can be told of it"
    assert summary.cpu_s is not None
    assert summary.others_cpu_s is not None
    assert summary.others_cpu_s > 10 * summary.cpu_s
    if CORES < 3:
        assert re.match("Tasks start 4 threads each: up to [3-8] compete", found["oversubscribed"])


@pytest.mark.parametrize("strategy", ["threads", "process-pool", "asyncio"])
def test_tasks_that_run_programs(strategy: str) -> None:
    run, _ = ran("programs", strategy)
    cpu = summarise(run).others_cpu_s
    assert cpu is not None
    assert cpu >= 4 * waits.COMPUTE_S * 0.95, "the system's count of those that have ended"
    assert sum(others.processes for others in run.others.values()) == 4
    assert {"oversubscribed", "work-in-others"} & {finding.id for finding in findings(run)}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("workload", ["cpu", "http", "lock"])
def test_what_a_strategy_and_we_start_is_nothing_that_tasks_started(
    strategy: str, workload: str
) -> None:
    run, _ = ran(workload, strategy, tasks=3, duration_s=0.2)
    assert run.others == {}


def test_processes_at_one_lock_know_it_as_the_same() -> None:
    run, spent = ran("lock", "processes", tasks=3, duration_s=0.4)
    (lock,) = of_run(run, spent[State.LOCK])
    assert lock.workers == 3
