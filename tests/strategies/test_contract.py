"""Every strategy really runs every workload, and what is seen of it makes sense."""

from __future__ import annotations

import ast
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.plan import Plan
from concviz.workloads.cpu import cpu
from tests.exporters.traces import check as check_trace
from tests.fixtures import Place, warm_place
from tests.running import (
    INTERPRETERS,
    PROCESS_LIKE,
    START_METHODS,
    STRATEGIES,
    THREAD_LIKE,
    check_all_finished,
    check_lives,
    outcomes,
    output,
    results,
    run_plan,
    spans,
)

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with warm_place() as place:
        yield place


SETTLED = ("sleep", "number", "square", "cpu", "hash", "http", "disk", "mixed", "lock", "uneven")
TASKS = 4
WORKERS = 2


def plan(strategy: str, workload: str, **more: object) -> Plan:
    fields = {"tasks": TASKS, "workers": WORKERS, "duration_s": 0.02} | more
    return Plan(strategy=strategy, workload=workload, **fields)  # type: ignore[arg-type]


def check_workers(run: Run, strategy: str) -> None:
    """As many workers as the strategy has, each in a process or thread of its own."""
    pids = {worker.pid for worker in run.workers}
    tids = {worker.tid for worker in run.workers}
    number = len(run.workers)
    assert None not in pids | tids
    match strategy:
        case "sequential":
            assert [worker.key for worker in run.workers] == ["MainThread"]
        case "threads":
            assert (number, len(pids), len(tids)) == (TASKS, 1, TASKS)
        case "thread-pool" | "interpreters":
            assert 1 <= number <= WORKERS
            assert (len(pids), len(tids)) == (1, number)
        case "processes":
            assert (number, len(pids)) == (TASKS, TASKS)
        case "process-pool":
            assert (number, len(pids)) == (WORKERS, WORKERS)
        case "asyncio":
            assert 1 <= number <= WORKERS
            assert (len(pids), len(tids)) == (1, 1)
    if strategy in ("threads", "processes"):
        assert all(len(lane) == 1 for lane in spans(run).values())
    starting = {worker.starting != UNKNOWN for worker in run.workers}
    assert starting == {strategy not in ("sequential", "asyncio")}
    ended = {worker.ended != UNKNOWN for worker in run.workers}
    assert ended == {strategy != "asyncio"}


class Runs:
    """Runs of every settled workload under a strategy, a few at a time to save time."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Run]] = {}

    def of(self, strategy: str, workload: str) -> Run:
        if strategy not in self._of:
            plans = [plan(strategy, workload) for workload in SETTLED]
            with ThreadPoolExecutor(max_workers=3) as executor:
                runs = list(executor.map(run_plan, plans))
            self._of[strategy] = dict(zip(SETTLED, runs, strict=True))
        return self._of[strategy][workload]


@pytest.fixture(scope="module")
def runs() -> Runs:
    return Runs()


BY_STRATEGY = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in STRATEGIES]
"""What one process runs, since all workloads of a strategy are run at once."""


@pytest.mark.parametrize("workload", SETTLED)
@pytest.mark.parametrize("strategy", BY_STRATEGY)
def test_every_task_is_seen_from_start_to_end(strategy: str, workload: str, runs: Runs) -> None:
    run = runs.of(strategy, workload)
    check_all_finished(run)
    check_workers(run, strategy)
    check_trace(run)
    assert outcomes(run) == [Outcome.FINISHED] * TASKS
    assert run.cpu_known == TASKS, "of coroutines too: their steps are timed"
    match workload:
        case "sleep":
            check_printed(run)
        case "number":
            assert results(run) == [f"Number: {task}" for task in range(TASKS)]
        case "square":
            assert results(run) == [f"Square: {task * task}" for task in range(TASKS)]
        case "http":
            assert results(run) == ["200 OK, 13 bytes"] * TASKS
        case "cpu" | "hash" | "disk" | "mixed" | "lock":
            assert run.rounds_per_s is not None
            assert run.rounds_per_s > 0
            if workload == "lock":
                check_lock(run)


def check_printed(run: Run) -> None:
    """Every line has the task that printed it, and the worker that did the task."""
    printed = {(line.task, line.text) for line in run.output}
    assert printed == {
        (task, f"Task {task}: {words} I/O operation.{dots}")
        for task in range(TASKS)
        for words, dots in (("Starting", ".."), ("Finished", ""))
    }
    assert len(run.output) == 2 * TASKS
    for line in run.output:
        assert line.task is not None
        assert line.worker == run.tasks.worker[line.task]


def check_lock(run: Run) -> None:
    """Tasks compute inside the lock in turns: it takes at least as long as all their computing."""
    assert run.cpu > 0
    assert max(run.tasks.finished) - min(run.tasks.started) >= 0.99 * run.cpu


HOWEVER = [
    *((strategy, None) for strategy in STRATEGIES if strategy not in PROCESS_LIKE),
    *((strategy, method) for strategy in PROCESS_LIKE for method in START_METHODS),
]
"""Every strategy, those with processes by every way to start them."""


@pytest.mark.parametrize(("strategy", "method"), HOWEVER)
def test_as_much_work_is_inside_the_lock_as_was_asked_for(
    strategy: str, method: str | None
) -> None:
    """A fifth of the duration is waited, as many rounds as fit into the rest are computed."""
    rounds_per_s = 1e7  # given: on a busy machine calibration may find anything
    run = run_plan(plan(strategy, "lock", start_method=method, rounds_per_s=rounds_per_s))
    check_all_finished(run)
    check_workers(run, strategy)
    check_lock(run)
    before = time.thread_time_ns()
    for _ in range(TASKS):
        cpu(0, round(0.8 * 0.02 * rounds_per_s))
    # other cores, and others on this one, may be several times as fast or as slow
    assert run.cpu >= 0.2 * (time.thread_time_ns() - before)


@pytest.mark.parametrize("strategy", THREAD_LIKE)
def test_counter_is_shared_within_a_process(strategy: str) -> None:
    run = run_plan(plan(strategy, "counter"))
    check_all_finished(run)
    pairs = [ast.literal_eval(str(result)) for result in results(run)]
    assert sorted(total for _, total in pairs) == [1, 2, 3, 4]
    assert {pid for pid, _ in pairs} == {worker.pid for worker in run.workers}


@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize("strategy", PROCESS_LIKE)
def test_counter_is_separate_in_every_process(strategy: str, method: str) -> None:
    run = run_plan(plan(strategy, "counter", start_method=method))
    check_all_finished(run)
    check_workers(run, strategy)
    totals: dict[int, list[int]] = {}
    for task in range(TASKS):
        pid, total = ast.literal_eval(str(run.tasks.results[task]))
        assert pid == run.workers[run.tasks.worker[task]].pid
        totals.setdefault(pid, []).append(total)
    for counted in totals.values():
        assert counted == list(range(1, len(counted) + 1))
    if strategy == "processes":
        assert len(totals) == TASKS


@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize("strategy", PROCESS_LIKE)
def test_every_start_method_is_seen_alike(strategy: str, method: str) -> None:
    run = run_plan(plan(strategy, "sleep", start_method=method))
    check_all_finished(run)
    check_workers(run, strategy)
    check_printed(run)


def test_chunks_stay_with_one_worker() -> None:
    run = run_plan(plan("process-pool", "number", tasks=7, chunksize=3, duration_s=0.01))
    check_all_finished(run)
    owner = list(run.tasks.worker)
    assert owner[0] == owner[1] == owner[2]
    assert owner[3] == owner[4] == owner[5]
    assert results(run) == [f"Number: {task}" for task in range(7)]


def test_many_short_tasks_are_all_seen() -> None:
    """They come faster than anybody looks."""
    run = run_plan(plan("process-pool", "number", tasks=2_000, duration_s=0, chunksize=10))
    check_all_finished(run)
    run = run_plan(plan("thread-pool", "number", tasks=5_000, duration_s=0))
    check_all_finished(run)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_third_task_fails(strategy: str) -> None:
    run = run_plan(plan(strategy, "error", tasks=6))
    check_all_finished(run)
    good, bad = Outcome.FINISHED, Outcome.FAILED
    assert outcomes(run) == [good, good, bad, good, good, bad]
    assert sorted(run.tasks.failures) == [2, 5]
    for task, failure in run.tasks.failures.items():
        words = f"ValueError: Task {task} raises this, as every third task does"
        assert failure.error == words
        function = "error_async" if strategy == "asyncio" else "error"
        assert f"in {function}\n" in failure.traceback
        assert failure.traceback.rstrip().endswith(words)
        assert "worker.py" not in failure.traceback
    assert run.tasks.results[0] == "Task 0 succeeded"


@pytest.mark.parametrize("strategy", INTERPRETERS)
def test_counter_is_separate_in_every_interpreter(strategy: str) -> None:
    run = run_plan(plan(strategy, "counter", tasks=6))
    check_all_finished(run)
    totals: dict[int, list[int]] = {}
    for task in range(6):
        _, total = ast.literal_eval(str(run.tasks.results[task]))
        totals.setdefault(run.tasks.worker[task], []).append(total)
    assert len(totals) == len(run.workers)
    for counted in totals.values():
        assert counted == list(range(1, len(counted) + 1))


@pytest.mark.parametrize("strategy", [*THREAD_LIKE, *INTERPRETERS])
def test_crash_in_a_thread_takes_all_with_it(strategy: str) -> None:
    run = run_plan(plan(strategy, "crash", duration_s=0.4))
    check_lives(run)
    assert run.phase is Phase.DIED
    assert run.exitcode == -signal.SIGSEGV
    assert run.error == "the runner process was killed by SIGSEGV"
    assert outcomes(run)[2] is Outcome.LOST
    assert run.started != UNKNOWN
    assert run.tasks.submitted[2] != UNKNOWN
    assert run.tasks.started[2] != UNKNOWN
    if strategy == "sequential":
        assert outcomes(run)[:2] == [Outcome.FINISHED] * 2
        assert outcomes(run)[3] is Outcome.NOT_STARTED
    elif strategy == "threads":
        assert outcomes(run) == [Outcome.LOST] * 4
    assert "Segmentation fault" in output(run)
    assert "in crash" in output(run)


@pytest.mark.parametrize("method", START_METHODS)
def test_crash_in_a_process_leaves_the_others_alone(method: str) -> None:
    run = run_plan(plan("processes", "crash", duration_s=0.05, start_method=method))
    check_lives(run)
    assert run.phase is Phase.FINISHED
    good = Outcome.FINISHED
    assert outcomes(run) == [good, good, Outcome.LOST, good]
    exitcodes = [worker.exitcode for worker in run.workers]
    assert exitcodes == [None, None, -signal.SIGSEGV, None]
    assert "Segmentation fault" in output(run)


@pytest.mark.parametrize("method", START_METHODS)
def test_crash_in_a_pool_of_processes_breaks_the_pool(method: str) -> None:
    run = run_plan(plan("process-pool", "crash", duration_s=0.05, start_method=method))
    check_lives(run)
    assert run.phase is Phase.FINISHED
    assert run.error is not None
    assert run.error.startswith("BrokenProcessPool: ")
    # on a busy machine the other process may still be at its task when this one dies
    assert outcomes(run)[0] in (Outcome.FINISHED, Outcome.LOST)
    assert outcomes(run)[2] is Outcome.LOST
    died = run.workers[run.tasks.worker[2]]
    assert died.exitcode == -signal.SIGSEGV


@pytest.mark.parametrize("duration_s", [0.0, 0.002, 0.01])
def test_crash_is_known_however_soon_it_comes(duration_s: float) -> None:
    """What a process was doing is known although it could not say anything more."""
    run = run_plan(plan("processes", "crash", duration_s=duration_s))
    assert outcomes(run)[2] is Outcome.LOST
    assert run.workers[2].exitcode == -signal.SIGSEGV
