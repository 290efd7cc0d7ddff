"""The five scenes, with real tasks of one second: what the whole program is there to show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from concviz.analysis.statistics import makespan
from concviz.trace.plan import Plan
from tests.fixtures import Place, warm_place
from tests.running import check_all_finished, output, results, run_plan

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with warm_place() as place:
        yield place


NUMBERS = [f"Number: {task}" for task in range(5)]
SQUARES = [f"Square: {square}" for square in (0, 1, 4, 9, 16)]


@pytest.mark.parametrize(
    ("strategy", "workload", "takes_s", "returned"),
    [
        ("sequential", "sleep", 5, [None] * 5),
        ("threads", "sleep", 1, [None] * 5),
        ("thread-pool", "number", 2, NUMBERS),
        ("processes", "sleep", 1, [None] * 5),
        ("process-pool", "square", 2, SQUARES),
    ],
)
def test_scene(strategy: str, workload: str, takes_s: int, returned: list[object]) -> None:
    run = run_plan(Plan(strategy=strategy, workload=workload, workers=3, tasks=5, duration_s=1))
    check_all_finished(run)
    took = makespan(run)
    assert took is not None
    assert takes_s <= took < takes_s + 0.5
    assert results(run) == returned
    if workload == "sleep":
        assert output(run).count("Starting I/O operation...") == 5
        assert output(run).count("Finished I/O operation.") == 5
