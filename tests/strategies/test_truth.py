"""What is shown is what took place: runs whose states are known beforehand, each for 1.5 s or more.

A machine that is busy with other things shows something else, and rightly: such a run is repeated.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest

from concviz.analysis.statistics import NS, makespan
from concviz.analysis.time_breakdown import Spending, of_task, of_worker
from concviz.model.run import Run
from concviz.observer.probe import look
from concviz.runner.environment import usable_cores
from concviz.trace.plan import Plan
from concviz.trace.states import State
from tests.fixtures import Install
from tests.running import check_all_finished, run_plan

IMPORT_S = 0.3
"""As in ``tests.worker.slow_import``, which this process need not import."""

SEES = look(50)
pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not SEES.complete, reason=f"not seen here: {SEES.text}"),
]
CORES = usable_cores()[0]
GIL = pytest.mark.skipif(not SEES.gil, reason="no GIL is known here")

PLANS = {
    "cpu on threads": Plan(strategy="threads", workload="cpu", tasks=4, duration_s=0.5),
    "cpu on processes": Plan(strategy="processes", workload="cpu", tasks=4, duration_s=0.9),
    "sleep": Plan(strategy="threads", workload="sleep", tasks=4, duration_s=1.6),
    "http": Plan(strategy="threads", workload="http", tasks=4, duration_s=1.6),
    "lock": Plan(strategy="threads", workload="lock", tasks=4, duration_s=0.6),
    "hash": Plan(strategy="threads", workload="hash", tasks=2, duration_s=1.8),
    # Forked: otherwise each process imports an HTTP client first, and computes to do so.
    "mixed": Plan(
        strategy="processes", workload="mixed", tasks=2, duration_s=1.6, start_method="fork"
    ),
}
if sys.version_info >= (3, 14):
    PLANS["interpreters"] = Plan(
        strategy="interpreters", workload="cpu", tasks=6, workers=2, duration_s=0.6
    )
OTHERS = 0.1
"""Share of the cores that others may use before a run proves nothing."""
ATTEMPTS = 5
_busy: list[str] = []
"""Of which the machine was busy each time; it is not asked so often about the next."""


@cache
def _run(name: str) -> Run | None:
    for _ in range(1 if _busy else ATTEMPTS):
        run = run_plan(PLANS[name])
        check_all_finished(run)
        length = makespan(run)
        assert length is not None
        assert length > 1.2
        assert run.machine.utilisation is not None
        if run.machine.utilisation - run.cpu / NS / length / CORES < OTHERS:
            return run
    _busy.append(name)
    return None


def run(name: str) -> Run:
    run = _run(name)
    return run or pytest.skip("the machine is busy with other things")


def share(name: str, state: State) -> float:
    spent = Spending(run(name)).of_run()
    return spent[state] / sum(spent)


@pytest.mark.skipif(CORES < 2, reason="the threads would wait for a core, too")
def test_threads_that_compute_wait_for_the_gil() -> None:
    assert 0.65 <= share("cpu on threads", State.GIL_WAIT) <= 0.80
    assert 0.20 <= share("cpu on threads", State.RUNNING) <= 0.30
    for state in State.LOCK, State.IO, State.SLEEP:
        assert share("cpu on threads", state) < 0.02


@pytest.mark.skipif(CORES != 2, reason="worked out for two cores")
def test_more_processes_than_cores_wait_for_a_core() -> None:
    assert 0.42 <= share("cpu on processes", State.RUNNING) <= 0.55
    assert 0.40 <= share("cpu on processes", State.CORE_WAIT) <= 0.55
    assert share("cpu on processes", State.GIL_WAIT) < 0.03


def test_sleep_is_sleep() -> None:
    assert share("sleep", State.SLEEP) >= 0.97


def test_waiting_for_a_server_is_io() -> None:
    assert share("http", State.IO) >= 0.90


def test_a_lock_that_one_holds_is_waited_for_by_the_others() -> None:
    assert share("lock", State.LOCK) >= 0.60
    assert share("lock", State.GIL_WAIT) < 0.10
    assert share("lock", State.RUNNING) >= 0.20, "by the one that has it"


@pytest.mark.skipif(CORES < 2, reason="one core for two threads")
def test_two_threads_that_let_go_of_the_gil_run_at_once() -> None:
    for task in range(2):
        spent = of_task(run("hash"), task)
        assert spent is not None
        assert spent[State.RUNNING] / sum(spent) >= 0.85


@pytest.mark.skipif(CORES < 2, reason="one core for two processes")
def test_mixed_work_waits_and_then_runs() -> None:
    assert 0.35 <= share("mixed", State.IO) <= 0.65
    assert share("mixed", State.IO) + share("mixed", State.RUNNING) >= 0.9
    for worker in run("mixed").workers:
        states = worker.states
        third = (states.end - states.begin) // 3
        first = states.between(states.begin, states.begin + third)
        last = states.between(states.end - third, states.end)
        assert first[State.IO] > 0.95 * sum(first), "first it waits"
        assert last[State.RUNNING] > 0.75 * sum(last), "then it computes"


@pytest.mark.skipif("interpreters" not in PLANS, reason="needs Python 3.14")
@pytest.mark.skipif(CORES < 2, reason="one core for two interpreters")
def test_interpreters_are_as_many_as_workers_and_none_waits_for_another() -> None:
    of = run("interpreters")
    assert len(of.workers) == 2
    assert len({worker.tid for worker in of.workers}) == 2
    assert all(len(worker.lane) >= 2 for worker in of.workers)
    assert share("interpreters", State.GIL_WAIT) < 0.03
    assert share("interpreters", State.RUNNING) >= 0.85


@pytest.mark.skipif("interpreters" not in PLANS, reason="needs Python 3.14")
def test_what_it_takes_to_create_an_interpreter_is_its_start_up() -> None:
    """It was shown as time in the queue: the thread started at once, and then created it.

    What another process takes before and after says how long it has to take here, unless the
    machine was busier then.
    """
    for _ in range(ATTEMPTS):
        before, of, after = created_s(), run_plan(PLANS["interpreters"]), created_s()
        check_all_finished(of)
        least = 0.9 * min(before, after)
        shown = [(worker.started - worker.starting) / NS for worker in of.workers]
        if min(shown) >= least:
            break
    assert min(shown) >= least
    for worker in of.workers:
        assert worker.lane.starts[0] - worker.started < 0.05 * NS, "nothing more to wait for"


@pytest.mark.usefixtures("install", "nothing_left")
@pytest.mark.skipif("interpreters" not in PLANS, reason="needs Python 3.14")
def test_what_an_interpreter_imports_is_its_start_up_too(install: Install) -> None:
    install({"concviz.workloads": {"slow-import": "tests.worker.slow_import:WORKLOAD"}})
    of = run_plan(
        Plan(strategy="interpreters", workload="slow-import", tasks=4, workers=2, duration_s=0.1)
    )
    check_all_finished(of)
    for worker in of.workers:
        assert worker.started - worker.starting >= IMPORT_S * NS
        assert worker.lane.starts[0] - worker.started < 0.05 * NS


def created_s() -> float:
    """The least time that an interpreter takes here to be created and to import what it needs."""
    code = """
import sys, time
sys.path[:] = {path!r}
from concurrent import interpreters
took = []
for _ in range(3):
    begun = time.monotonic()
    interpreters.create().exec("from concurrent.futures.interpreter import do_call")
    took.append(time.monotonic() - begun)
print(min(took))
"""
    command = [sys.executable, "-c", code.format(path=sys.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.parametrize("name", PLANS)
def test_states_add_up_to_wall_time(name: str) -> None:
    tasks = run(name).tasks
    for task in range(len(tasks)):
        spent = of_task(run(name), task)
        assert spent is not None
        wall = tasks.finished[task] - tasks.started[task]
        assert abs(sum(spent) - wall) <= max(0.02 * wall, 0.02 * NS)
    assert share(name, State.UNKNOWN) < 0.02


@pytest.mark.parametrize("name", PLANS)
def test_what_is_sampled_agrees_with_what_the_tasks_counted(name: str) -> None:
    """The kernel's count of the thread, from outside, against ``thread_time``, from inside."""
    for worker in run(name).workers:
        outside = worker.states.between(0, 2**62)[State.RUNNING]
        inside = of_worker(run(name), worker)[State.RUNNING]
        assert abs(outside - inside) <= max(0.05 * inside, 0.04 * NS)
