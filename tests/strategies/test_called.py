"""Every strategy really calls a function of somebody's own, found from the current directory."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from concviz.analysis.comparison import Comparison
from concviz.analysis.measurement import Case
from concviz.experiments.planning import compared
from concviz.model.entities import Phase
from concviz.model.tasks import Outcome
from concviz.trace.plan import Plan, Traits
from concviz.view.phrases import cut_short
from tests.fixtures import Place, warm_place
from tests.functions import folder_of_functions
from tests.running import (
    INTERPRETERS,
    PROCESS_LIKE,
    START_METHODS,
    STRATEGIES,
    Live,
    output,
    results,
    run_plan,
)

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.xdist_group("called")]
ELSEWHERE = [(strategy, method) for strategy in PROCESS_LIKE for method in START_METHODS]
WAYS = [(s, None) for s in STRATEGIES if s not in PROCESS_LIKE] + ELSEWHERE
"""Every strategy, with every start method where it has one."""


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("jobs")
    with pytest.MonkeyPatch.context() as patch:
        folder_of_functions(folder, patch)
        with warm_place() as place:
            yield place


def calling(function: str, *inputs: str, tasks: int = 3, **more: str | None) -> Plan:
    plan = Plan(workload=function, inputs=inputs, tasks=tasks, workers=2, duration_s=0.0)
    return replace(plan, **more)


def measured(function: str, *inputs: str, tasks: int = 3, runs: int = 2) -> Comparison:
    """A comparison of what a function gives in the loop, in threads and in processes."""
    cases = []
    for strategy, kind in ("sequential", "main"), ("threads", "thread"), ("processes", "process"):
        plan = calling(function, *inputs, tasks=tasks, strategy=strategy, start_method="fork")
        case = Case(plan, Traits(kind=kind, options=frozenset()))
        for left in reversed(range(runs)):
            case.add(run_plan(plan), left)
        cases.append(case)
    return Comparison(cases)


def said_of_results(found: Comparison) -> tuple[bool | None, str]:
    assert found.results is not None
    return found.results.equal, found.results.sentence


@pytest.mark.parametrize(("strategy", "method"), WAYS)
def test_it_is_called_once_for_each_input(strategy: str, method: str | None) -> None:
    plan = calling("jobs:doubled", "jobs:ITEMS", '"ab"', tasks=4)
    run = run_plan(replace(plan, strategy=strategy, start_method=method))
    assert run.phase is Phase.FINISHED
    assert run.error is None
    assert results(run) == [2, 4, 6, "abab"]
    assert sorted(output(run).splitlines()) == sorted(
        f"doubling {value}" for value in (1, 2, 3, "ab")
    )
    assert run.task_source.startswith("def doubled(number):")
    named = [told.label for _, told in sorted(run.tasks.named.items())]
    assert named == ["doubled(1)", "doubled(2)", "doubled(3)", "doubled('ab')"]
    assert len(run.digests) == 4


def test_equal_results_have_equal_digests_wherever_they_were_made() -> None:
    found: list[dict[int, str]] = []
    for strategy, method in WAYS:
        plan = calling("jobs.py:seen", "range:3")
        run = run_plan(replace(plan, strategy=strategy, start_method=method))
        assert run.count(Outcome.FINISHED) == 3, (strategy, method, run.error)
        found.append(run.digests)
    assert all(digests == found[0] for digests in found)
    assert len({*found[0].values()}) == 3, "other results have others"


@pytest.mark.parametrize(
    ("strategy", "method"),
    [("threads", None), *((s, "spawn") for s in PROCESS_LIKE), *((s, None) for s in INTERPRETERS)],
)
def test_arguments_and_results_of_its_own_classes_travel(strategy: str, method: str | None) -> None:
    run = run_plan(
        calling("jobs:moved", "jobs:POINTS", tasks=2, strategy=strategy, start_method=method)
    )
    assert run.count(Outcome.FINISHED) == 2, (run.error, run.tasks.failures)
    assert all("Point object" in str(result) for result in results(run))


def test_an_async_one_runs_under_asyncio() -> None:
    run = run_plan(calling("jobs:waits", "range:3", strategy="asyncio"))
    assert results(run) == [0, 1, 2]
    assert run.task_source.startswith("async def waits(number):")


def test_what_it_raises_is_the_tasks_own() -> None:
    run = run_plan(calling("jobs:broken", "range:3", strategy="thread-pool"))
    assert run.count(Outcome.FAILED) == 1
    assert run.tasks.failures[1].error == "ValueError: not 1"
    frames = run.tasks.failures[1].traceback.count("File ")
    assert frames == 1, "no frame of ours"
    run = run_plan(calling("jobs:leaves", "range:2", tasks=2, strategy="thread-pool"))
    assert [run.tasks.failures[n].error for n in range(2)] == ["SystemExit: 0", "SystemExit: 1"]


def test_one_that_never_returns_can_be_stopped_and_what_it_printed_is_seen() -> None:
    with Live(calling("jobs:endless", "range:3", strategy="thread-pool")) as live:
        live.until(lambda run: len(run.output) == 2, "both have begun")
        live.session.stop()
        live.until(lambda run: run.ended, "the end")
    assert live.run.phase is Phase.STOPPED
    assert sorted(output(live.run).splitlines()) == ["begun 0", "begun 1"]
    assert live.run.count(Outcome.STOPPED) == 2
    assert re.fullmatch(r"endless\(0\) for .+, endless\(1\) for .+", cut_short(live.run))


def test_results_are_compared() -> None:
    assert said_of_results(measured("jobs:seen", "range:3")) == (
        True,
        "Results are the same in all runs.",
    )
    equal, said = said_of_results(measured("jobs:where", "range:3"))
    assert equal is False
    assert said == (
        "Results differ: those of threads in tasks 0, 1 and 2 are other ones than sequential gave."
    )
    found = measured("jobs:dice", "range:5", tasks=5)
    equal, said = said_of_results(found)
    assert equal is False
    assert said == (
        "Results differ between runs of the same strategy (sequential, threads and processes; "
        "tasks 0, 1, 2 and 2 more), so they cannot be compared between strategies."
    )
    assert found.verdict().sentence.startswith(said), "before what follows from it"
    equal, said = said_of_results(measured("jobs:opened", "range:3", runs=1))
    assert equal is None
    assert said.startswith("Whether all results are the same is not known: 3 results of ")
    assert "cannot pickle '_thread.lock' object" in said


def test_a_comparison_of_an_async_one_says_what_to_do_instead() -> None:
    with pytest.raises(ValueError, match="concviz sweep --strategy asyncio"):
        compared(calling("jobs:waits", "range:3"))
