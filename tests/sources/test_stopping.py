"""Whatever a task does, a run ends when it is told to, and nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from concviz.model.entities import Phase
from concviz.model.tasks import Outcome
from concviz.trace import events
from concviz.trace.plan import Plan
from tests.fixtures import Place
from tests.running import (
    PROCESS_LIKE,
    SOON_S,
    START_METHODS,
    STRATEGIES,
    Live,
    check_all_finished,
    check_lives,
    no_traces,
    outcomes,
    output,
    run_plan,
    traces,
    wait_for,
)

pytestmark = pytest.mark.usefixtures("hostile", "nothing_left")

STUCK = ("gil", "deaf", "parent", "daemon")


def plan(strategy: str, workload: str, tasks: int = 4, method: str | None = None) -> Plan:
    return Plan(
        strategy=strategy,
        workload=workload,
        tasks=tasks,
        workers=2,
        duration_s=0.05,
        start_method=method,
    )


def under_way(live: Live, place: Place, workload: str, least: int = 1) -> None:
    """Wait until tasks are doing what they do."""
    live.until(lambda run: run.count(Outcome.RUNNING) >= least, f"{least} tasks are running")
    if workload in ("parent", "daemon"):
        wait_for(lambda: sleepers(place), "a process of a task is running")


def sleepers(place: Place) -> list[int]:
    """Processes that tasks have started."""
    found = []
    for pid in traces(place.mark, place.folder).processes:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if command.startswith(b"sleep\0"):
            found.append(pid)
    return found


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_stop_tells_what_became_of_every_task(strategy: str) -> None:
    with Live(plan(strategy, "staged")) as live:
        at_once = {"sequential": 1, "threads": 3, "processes": 3}.get(strategy, 2)
        live.until(
            lambda run: run.count(Outcome.RUNNING) == at_once and run.count(Outcome.FINISHED) == 1,
            f"one task is done and {at_once} are running",
        )
        started = time.monotonic()
        live.session.stop()
        run = live.to_the_end()
        took = time.monotonic() - started
    assert took < SOON_S
    assert run.phase is Phase.STOPPED
    assert run.error is None
    stopped, waiting = Outcome.STOPPED, Outcome.NOT_STARTED
    rest = [stopped] * at_once + [waiting] * (3 - at_once)
    assert outcomes(run) == [Outcome.FINISHED, *rest]
    if strategy != "processes":  # a process without a pool sends its result nowhere
        assert run.tasks.results[0] == "Task 0"
    check_lives(run)


@pytest.mark.parametrize("workload", STUCK)
@pytest.mark.parametrize("strategy", ["sequential", "thread-pool", "processes", "process-pool"])
def test_stop_ends_whatever_is_stuck(strategy: str, workload: str, place: Place) -> None:
    with Live(plan(strategy, workload)) as live:
        under_way(live, place, workload)
        started = time.monotonic()
        live.session.stop()
        run = live.to_the_end()
        assert time.monotonic() - started < SOON_S
        assert traces(place.mark, place.folder).processes == set()
    assert run.phase is Phase.STOPPED
    assert run.count(Outcome.STOPPED) >= 1
    check_lives(run)


@pytest.mark.parametrize(
    ("strategy", "workload"),
    [
        ("asyncio", "staged"),
        ("process-pool", "staged"),
        ("thread-pool", "gil"),
        *(("processes", workload) for workload in STUCK),
    ],
)
def test_close_ends_it_too(strategy: str, workload: str, place: Place) -> None:
    with Live(plan(strategy, workload)) as live:
        under_way(live, place, workload)
        started = time.monotonic()
        live.session.close()
        assert time.monotonic() - started < SOON_S
        assert live.session.finished
        assert traces(place.mark, place.folder).processes == set()
        run = live.take_in()
    assert run.phase is Phase.DIED
    assert run.error == "the runner process was killed by SIGKILL"


@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize("strategy", PROCESS_LIKE)
def test_every_start_method_is_stopped_alike(strategy: str, method: str) -> None:
    with Live(plan(strategy, "lock", tasks=3, method=method)) as live:
        # A lock of processes has a name in the system, which must go too.
        live.until(lambda run: run.workers, "a worker is starting")
        live.session.stop()
        run = live.to_the_end(within=SOON_S)
    assert run.phase in (Phase.STOPPED, Phase.FINISHED)
    assert "leaked" not in output(run)


def test_stop_before_anything_has_happened() -> None:
    with Live(plan("process-pool", "staged")) as live:
        live.session.stop()
        run = live.to_the_end(within=SOON_S)
    assert run.phase is Phase.STOPPED
    assert outcomes(run) == [Outcome.NOT_STARTED] * 4


def test_stop_twice_and_after_the_end_is_one_stop() -> None:
    with Live(plan("threads", "staged")) as live:
        live.until(lambda run: run.count(Outcome.RUNNING), "a task is running")
        live.session.stop()
        live.session.stop()
        live.to_the_end()
        live.session.stop()
        live.session.close()
        live.session.close()
        live.take_in()
    assert sum(isinstance(message, events.StopRequested) for message in live.messages) == 1
    assert isinstance(live.messages[-1], events.RunnerExited)


def test_stop_of_a_run_that_has_ended_is_no_stop() -> None:
    with Live(plan("sequential", "number", tasks=1)) as live:
        live.to_the_end()
        live.session.stop()
        run = live.take_in()
    assert run.phase is Phase.FINISHED


def test_end_of_a_run_is_the_end_of_all_that_it_started(place: Place) -> None:
    """It waits for no thread that a task has left, and leaves no process of a task."""
    for strategy, workload in (("thread-pool", "lingers"), ("process-pool", "leaves")):
        run = run_plan(plan(strategy, workload))
        assert traces(place.mark, place.folder).processes == set()
        check_all_finished(run)


def test_end_of_the_run_is_not_the_end_of_cleaning_up() -> None:
    """However long it takes to remove what a run has left, the run ended before."""
    with Live(plan("sequential", "litters", tasks=1)) as live:
        run = live.until(lambda run: run.output, "it has littered")
        live.to_the_end()
        gone = time.monotonic_ns()
    assert run.phase is Phase.DIED
    littered = run.output[0].t_ns
    assert littered < run.finished < littered + (gone - littered) * 0.75


LAB = """
import sys, time
sys.path[:] = {path!r}
from concviz.sources.local_run import LocalRun
from concviz.trace.plan import Plan
from concviz.model.run import Run
from concviz.model.tasks import Outcome

plan = Plan(strategy={strategy!r}, workload={workload!r}, start_method={method!r},
            tasks=3, workers=2, duration_s=0.05)
session, run = LocalRun(plan), Run(plan)
while run.count(Outcome.RUNNING) < 1:
    run.apply(session.drain())
    time.sleep(0.01)
print("running", flush=True)
time.sleep(100)
"""


@pytest.mark.parametrize(
    ("strategy", "workload", "method"),
    [
        ("sequential", "gil", None),
        ("thread-pool", "daemon", None),
        ("asyncio", "staged", None),
        *(("process-pool", "staged", method) for method in START_METHODS),
        *(("processes", "daemon", method) for method in START_METHODS),
    ],
)
def test_lab_that_is_killed_takes_the_run_with_it(
    strategy: str, workload: str, method: str | None, place: Place
) -> None:
    code = LAB.format(path=sys.path, strategy=strategy, workload=workload, method=method)
    with (
        no_traces(place.mark, place.folder, within=SOON_S),
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as lab,
    ):
        assert lab.stdout is not None
        assert lab.stdout.readline() == b"running\n"
        if workload == "daemon":
            wait_for(lambda: sleepers(place), "a process of a task is running")
        assert len(traces(place.mark, place.folder).processes) >= 3  # lab, supervisor, runner
        os.kill(lab.pid, signal.SIGKILL)
