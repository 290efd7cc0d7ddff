"""A process dies and a pool ends the others: who died first, of what, in which task."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from concviz.analysis.deaths import deaths
from concviz.model.entities import Phase
from concviz.model.tasks import Outcome
from concviz.trace.plan import Plan
from tests.exporters.objects import to_object
from tests.fixtures import Place
from tests.running import START_METHODS, run_plan

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def place(warm_and_hostile: Place) -> Place:
    return warm_and_hostile


ENDS = {"dies-of-abrt": -6, "dies-of-kill": -9, "dies-of-term": -15, "departs": 3}


def plan(strategy: str, workload: str, method: str) -> Plan:
    return Plan(
        strategy=strategy,
        workload=workload,
        tasks=6,
        workers=4,
        duration_s=0.1,
        start_method=method,
    )


@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize("workload", ENDS)
def test_a_pool_ends_the_others_for_the_one_that_died(workload: str, method: str) -> None:
    run = run_plan(plan("process-pool", workload, method))
    assert run.phase is Phase.FINISHED
    assert run.error is not None
    assert "BrokenProcessPool" in run.error
    found = deaths(run)
    assert found is not None
    assert found.first is run.workers[run.tasks.worker[2]]
    assert found.first.exitcode == ENDS[workload]
    assert found.task == 2
    assert found.others == 0
    dead = [worker for worker in run.workers if worker.exitcode is not None]
    assert found.followed == len(dead) - 1
    assert all(worker.ended_by_strategy for worker in dead if worker is not found.first)
    assert run.count(Outcome.LOST) >= 1
    told = to_object(run)
    assert told["cause"].startswith(f"process {found.first.index + 1} died")
    assert "in task 2" in told["cause"]


@pytest.mark.parametrize("method", START_METHODS)
def test_without_a_pool_nobody_else_ends(method: str) -> None:
    asked = replace(plan("processes", "dies-of-term", method), duration_s=0.01)
    run = run_plan(asked)
    found = deaths(run)
    assert found is not None
    assert (found.first, found.task) == (run.workers[2], 2)
    assert (found.others, found.followed) == (0, 0)
