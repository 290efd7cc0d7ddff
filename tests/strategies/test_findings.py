"""Every finding has a real run in which it fires, and one in which it stays silent."""

from __future__ import annotations

from functools import cache

import pytest

from concviz.analysis.findings import findings
from concviz.model.run import Run
from concviz.observer.probe import look
from concviz.runner.environment import usable_cores
from concviz.trace.plan import Plan
from tests.running import run_plan

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("warm")]
SEES = look(50)
observed = pytest.mark.skipif(not SEES.complete, reason=f"not seen here: {SEES.text}")
crowded = pytest.mark.skipif(usable_cores()[0] >= 4, reason="there is a core for each process")

PLANS = {
    "waits": Plan(strategy="thread-pool", workload="sleep", tasks=5, workers=3, duration_s=0.15),
    "even": Plan(strategy="thread-pool", workload="sleep", tasks=6, workers=3, duration_s=0.15),
    "loop": Plan(strategy="sequential", workload="sleep", tasks=3, duration_s=0.15),
    "computes": Plan(strategy="sequential", workload="cpu", tasks=2, duration_s=0.15),
    "threads": Plan(strategy="threads", workload="cpu", tasks=4, duration_s=0.15),
    "processes": Plan(strategy="processes", workload="cpu", tasks=4, duration_s=0.4),
    "locked": Plan(strategy="thread-pool", workload="lock", tasks=8, workers=4, duration_s=0.1),
    "blocking": Plan(strategy="asyncio", workload="mixed", tasks=3, workers=3, duration_s=0.6),
    "awaiting": Plan(strategy="asyncio", workload="sleep", tasks=3, workers=3, duration_s=0.15),
    "spawned": Plan(
        strategy="processes", workload="number", tasks=2, duration_s=0.02, start_method="spawn"
    ),
    "forked": Plan(strategy="processes", workload="sleep", tasks=2, duration_s=0.6),
    "tiny": Plan(strategy="process-pool", workload="cpu", tasks=300, workers=2, duration_s=1e-6),
    "dear": Plan(
        strategy="process-pool", workload="number", tasks=1_000, workers=2, duration_s=1e-5
    ),
    "each": Plan(strategy="threads", workload="cpu", tasks=500, duration_s=1e-6),
    "uneven": Plan(strategy="threads", workload="uneven", tasks=2, duration_s=0.4),
    "chunked": Plan(
        strategy="process-pool",
        workload="sleep",
        tasks=12,
        workers=2,
        duration_s=0.1,
        chunksize=4,
    ),
    "long first": Plan(
        strategy="thread-pool", workload="uneven", tasks=6, workers=6, duration_s=0.3
    ),
    "too many": Plan(strategy="thread-pool", workload="number", tasks=2, workers=5, duration_s=0.1),
    "failing": Plan(strategy="threads", workload="error", tasks=4, duration_s=0.05),
    "crashing": Plan(strategy="processes", workload="crash", tasks=3, duration_s=0.05),
}


@cache
def run(name: str) -> Run:
    """Each run once: what fires in the one stays silent in another."""
    return run_plan(PLANS[name])


def found(name: str) -> dict[str, str]:
    return {finding.id: finding.sentence for finding in findings(run(name))}


@observed
@pytest.mark.parametrize(
    ("finding", "fires", "silent"),
    [
        ("gil-wait", "threads", "processes"),
        pytest.param("core-wait", "processes", "threads", marks=crowded),
        ("lock-convoy", "locked", "waits"),
        ("waits-in-turn", "loop", "computes"),
        ("loop-blocked", "blocking", "awaiting"),
        ("start-up", "spawned", "forked"),
        ("short-tasks", "tiny", "even"),
        ("uneven-rounds", "waits", "even"),
        ("long-tail", "uneven", "even"),
        ("idle-workers", "too many", "even"),
        ("chunks", "chunked", "waits"),
        ("results-held-back", "long first", "even"),
        ("failures", "failing", "even"),
        ("lost-worker", "crashing", "forked"),
    ],
)
def test_a_real_run_in_which_it_fires_and_one_in_which_it_is_silent(
    finding: str, fires: str, silent: str
) -> None:
    assert finding in found(fires), f"{found(fires)}: {run(fires).tally}"
    assert finding not in found(silent)


@pytest.mark.parametrize(("name", "finding"), [("dear", "short-tasks"), ("each", "start-up")])
def test_that_handing_out_a_task_takes_longer_than_the_task_is_said_first(
    name: str, finding: str
) -> None:
    assert next(iter(found(name))) == finding
    assert not {"gil-wait", "lock-convoy", "core-wait"} & found(name).keys()


@observed
def test_a_run_as_it_should_be_has_no_finding() -> None:
    assert found("even") == {}
    assert found("forked") == {}


def test_a_long_early_task_is_named_as_what_holds_back_the_results_of_later_ones() -> None:
    (finding,) = [f for f in findings(run("long first")) if f.id == "results-held-back"]
    assert finding.evidence["task"] == 0
    assert "taken in the order of the tasks" in finding.sentence


def test_numbers_are_those_of_the_run() -> None:
    (finding,) = [f for f in findings(run("failing")) if f.id == "failures"]
    assert finding.evidence["failed"] == 1
    assert "1 of 4 tasks failed" in finding.sentence
    assert "ValueError" in finding.sentence
    assert "SIGSEGV" in found("crashing")["lost-worker"]
