"""Plans are really run: on a cluster of their own, and on one that is there."""

from __future__ import annotations

import os
import signal
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from concviz.model.tasks import UNKNOWN
from concviz.trace import events
from concviz.trace.plan import Plan
from tests.cluster.by_hand import JOBS, ByHand
from tests.fixtures import Place, warm_place
from tests.running import Live, check_all_finished, output, results, run_plan, wait_for

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'concviz[dask]'")
pytestmark = [pytest.mark.xdist_group("cluster"), pytest.mark.usefixtures("place")]

FUNCTIONS = """
    import os, signal, threading, time

    LOCKS = [threading.Lock()]

    def double(x):
        print("doubling", x)
        return 2 * x

    def die(x):
        os.kill(os.getpid(), signal.SIGKILL)
"""
NOT_THERE = """
    import os
    if "CONCVIZ_TEST_THERE" in os.environ:
        import pillow_of_nobody
    def double(x):
        return 2 * x
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with warm_place() as place:
        yield place


@pytest.fixture
def jobs() -> Iterator[Path]:
    """A file of somebody's own."""
    with tempfile.TemporaryDirectory(prefix=JOBS, dir="/tmp") as folder:
        file = Path(folder, "jobs.py")
        file.write_text(textwrap.dedent(FUNCTIONS))
        yield file


@pytest.fixture
def as_it_was(cluster: ByHand) -> Iterator[ByHand]:
    """A cluster that is there: nothing of a run may stay on it."""
    cluster.wait_for_workers()
    before = cluster.traces()
    yield cluster
    cluster.wait_for_workers()
    wait_for(lambda: cluster.traces()[0] == before[0], f"as it was: {before[0]}")
    assert cluster.traces() == before


def test_a_cluster_of_its_own(nothing_left: Place) -> None:
    plan = Plan(strategy="dask", workload="number", tasks=5, workers=3, duration_s=0.4)
    with Live(plan) as live:
        run = live.to_the_end()
    check_all_finished(run)
    assert results(run) == [f"Number: {number}" for number in range(5)]
    workers = [worker for worker in run.workers if worker.lane.tasks]
    assert sorted(len(worker.lane.tasks) for worker in workers) == [1, 2, 2]  # two rounds
    for worker in workers:
        assert worker.kind == "cluster"
        assert run.started <= worker.starting <= worker.started <= worker.ended
        assert worker.label == f"worker {worker.key.removeprefix('worker ')}"
    assert len({worker.pid for worker in workers}) == 3
    arrivals = {m.task: m.t_ns for m in live.messages if isinstance(m, events.TaskArrived)}
    for task, arrived in arrivals.items():
        assert run.tasks.submitted[task] <= arrived <= run.tasks.started[task]
    assert len(arrivals) == 5


def test_a_cluster_that_is_there(as_it_was: ByHand, jobs: Path) -> None:
    """With a function of somebody's own, twice at once: neither hears of the other's tasks."""
    plans = [
        Plan(
            strategy="dask",
            scheduler=as_it_was.address,
            workload=f"{jobs}:double",
            inputs=(f"range:{tasks}",),
            tasks=tasks,
            workers=2,
        )
        for tasks in (200, 20)
    ]
    with Live(plans[0]) as many, Live(plans[1]) as few:
        runs = few.to_the_end(), many.to_the_end()
    for run, tasks in zip(runs, (20, 200), strict=True):
        check_all_finished(run)
        assert results(run) == [2 * x for x in range(tasks)]
        assert sorted(output(run).splitlines()) == sorted(f"doubling {x}" for x in range(tasks))
        assert len([worker for worker in run.workers if worker.lane.tasks]) == 2
        assert run.digests.keys() == set(range(tasks))
    arrived = [m.task for m in many.messages if isinstance(m, events.TaskArrived)]
    assert sorted(set(arrived)) == list(range(200))
    jobs.write_text("def double(x): return x")  # what is imported anew
    assert results(run_plan(plans[1])) == list(range(20))


def test_a_worker_that_is_killed(as_it_was: ByHand) -> None:
    """What it did is lost, and done again; a run is the same after it."""
    plan = Plan(
        strategy="dask", scheduler=as_it_was.address, workload="number", tasks=6, workers=2,
        duration_s=0.5,
    )  # fmt: skip
    with Live(plan) as live:
        run = live.until(lambda run: any(w.lane.tasks for w in run.workers), "a task")
        victim = next(worker for worker in run.workers if worker.lane.tasks)
        doing = victim.lane.tasks[-1]
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        run = live.to_the_end()
    assert run.error is None
    lost = [m.task for m in live.messages if isinstance(m, events.TaskLost)]
    again = {m.task: m.again for m in live.messages if isinstance(m, events.TaskTold) if m.again}
    assert doing in lost
    assert set(again.values()) <= {*lost, 0}
    assert all(number >= plan.tasks for number in again)
    assert victim.exitcode == -signal.SIGKILL
    assert run.tasks.started[doing] != UNKNOWN
    for number in set(range(6)) - set(lost) | set(again) - set(lost):
        assert run.tasks.collected[number] != UNKNOWN


def test_a_run_whose_workers_are_gone(as_it_was: ByHand) -> None:
    """It was to use fewer than there are, as a sweep does: it uses no others."""
    plan = Plan(strategy="dask", scheduler=as_it_was.address, tasks=4, workers=1, duration_s=0.5)
    with Live(plan) as live:
        run = live.until(lambda run: any(w.lane.tasks for w in run.workers), "a task")
        (victim,) = (worker for worker in run.workers if worker.lane.tasks)
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        run = live.to_the_end()
    assert (
        run.error
        == "all worker processes are gone that this run was to use, and it may use no others."
    )
    assert len([worker for worker in run.workers if worker.lane.tasks]) == 1


def test_a_run_that_is_killed(as_it_was: ByHand) -> None:
    """The cluster lives on, without anything of it."""
    plan = Plan(strategy="dask", scheduler=as_it_was.address, tasks=500, workers=2, duration_s=0.05)
    with Live(plan) as live:
        run = live.until(lambda run: any(w.lane.tasks for w in run.workers), "a task")
        assert run.pid is not None
        os.kill(run.pid, signal.SIGKILL)
        live.to_the_end()
    assert as_it_was.client.submit(sum, [1, 2]).result(60) == 3


def test_what_goes_wrong_is_a_sentence(as_it_was: ByHand, jobs: Path) -> None:
    there, here = as_it_was.address, jobs.with_name("here.py")
    here.write_text(textwrap.dedent(NOT_THERE))
    for address, function, inputs, said in (
        ("tcp://127.0.0.1:1", f"{jobs}:double", "1", "nobody listens at 127.0.0.1:1"),
        (there, f"{here}:double", "1", "cannot be loaded on 127.0.0.1, where a worker runs (Mod"),
        (there, f"{jobs}:double", f"{jobs}:LOCKS", "input 0 cannot be pickled (TypeError"),
        (there, f"{jobs}:die", "1", "gave up task 0: 2 worker processes have died"),
    ):
        plan = Plan(strategy="dask", scheduler=address, workload=function, inputs=(inputs,))
        run = run_plan(structs.replace(plan, tasks=1, workers=2))
        assert run.error is not None
        assert said in run.error
        assert "\n" not in run.error
        assert "Traceback" not in output(run)


def test_a_cluster_of_its_own_is_gone_with_its_run(nothing_left: Place) -> None:
    """Also if that is killed, while the cluster is just being started."""
    with Live(Plan(strategy="dask", tasks=2, workers=2, duration_s=60)) as live:
        run = live.until(lambda run: len(run.workers) == 2, "its workers are starting")
        assert all(worker.starting != UNKNOWN for worker in run.workers)
        assert run.pid is not None
        os.kill(run.pid, signal.SIGKILL)
        live.to_the_end()
