"""What there is to choose from: ours, and what other packages add; and why a plan cannot run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from concviz.model.entities import Phase
from concviz.model.tasks import Outcome
from concviz.runner import catalogue
from concviz.strategies import STRATEGIES, Strategy
from concviz.trace.plan import Limits, Plan, Problem
from concviz.worker.references import resolve
from concviz.worker.registry import Registry
from concviz.workloads import Workload
from concviz.workloads.registry import WORKLOADS
from tests.fixtures import Install
from tests.running import check_all_finished, outcomes, output, results, run_plan

OTHERS = '''
import sys, threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from concviz.strategies import Strategy
from concviz.workloads import Workload

def backwards(call, items):
    """Do the tasks from the last to the first, each in a thread."""
    done = {}
    for item in reversed(list(items)):
        thread = threading.Thread(target=lambda: done.update({item: call(item)}), name="back")
        thread.start()
        thread.join()
    yield from sorted(done)

BACKWARDS = Strategy(summary="The last task first.", kind="thread", run=backwards)

def nested(call, items):
    """Have a thread start the threads that do the tasks, all of one name that cannot be printed."""
    def start():
        inner = [threading.Thread(target=call, args=(i,), name="\\ud800") for i in items]
        for thread in inner:
            thread.start()
        for thread in inner:
            thread.join()
    outer = threading.Thread(target=start, name="outer")
    outer.start()
    outer.join()
    yield from items

NESTED = Strategy(summary="Threads of threads.", kind="thread", run=nested)

def half(call, items):
    for item in items:
        if item == 2:
            raise RuntimeError("half is enough")
        call(item)
        yield item

def completed(call, items, workers):
    """Collect each result as soon as it is there."""
    with ThreadPoolExecutor(max_workers=workers) as executor:
        futures = {executor.submit(call, item): item for item in items}
        for future in as_completed(futures):
            yield futures[future]

COMPLETED = Strategy(summary="As they come.", kind="thread", run=completed)

def babbling(call, items):
    for item in items:
        yield call(item)

BABBLING = Strategy(summary="Yields results.", kind="main", run=babbling)

def silent(call, items):
    for item in items:
        call(item)

SILENT = Strategy(summary="Yields nothing.", kind="main", run=silent)
HALF = Strategy(summary="Gives up.", kind="main", run=half)
ODD = Strategy(summary="What is this?", kind="quantum", run=half)
MOODY = Strategy(summary="Not today.", kind="main", run=half, unavailable=lambda: 1 / 0)
NEVER = Strategy(summary="Never.", kind="main", run=half, unavailable=lambda: "it never is")
NOTHING = object()

def greet(i, seconds):
    return f"hello {i}"

class Greeter:
    WORKLOAD = Workload(summary="Greets.", function=greet)
'''


@pytest.fixture
def others(install: Install, fresh: None, nothing_left: object) -> Iterator[None]:
    folder: Path = install(
        {
            "concviz.strategies": {
                "backwards": "concviz_others:BACKWARDS",
                "babbling": "concviz_others:BABBLING",
                "silent": "concviz_others:SILENT",
                "completed": "concviz_others:COMPLETED",
                "half": "concviz_others:HALF",
                "nested": "concviz_others:NESTED",
                "odd": "concviz_others:ODD",
                "moody": "concviz_others:MOODY",
                "never": "concviz_others:NEVER",
                "nothing": "concviz_others:NOTHING",
                "missing": "concviz_no_such_module:STRATEGY",
                "bare": "concviz_others",
                "leaving": "concviz_leaving:STRATEGY",
                "threads": "concviz_others:BACKWARDS",
            },
            "concviz.workloads": {
                "greet": "concviz_others:Greeter.WORKLOAD",
                "broken": "concviz_broken:WORKLOAD",
                "strategy": "concviz_others:HALF",
            },
        }
    )
    (folder / "concviz_others.py").write_text(OTHERS)
    (folder / "concviz_broken.py").write_text("raise RuntimeError('needs a licence')\n")
    (folder / "concviz_leaving.py").write_text("raise SystemExit('bye')\n")
    yield
    loaded = {name for name in sys.modules if name.startswith("concviz_")}
    assert not loaded, "they have been imported here"


def reasons(registry: Registry[Any], look: Callable[[str], catalogue.Entry]) -> dict[str, str]:
    """Why entries are not available, each looked at."""
    entries = [look(name) for name in registry.references()]
    return {entry.id: entry.reason for entry in entries if entry.reason is not None}


def test_ours_come_first_and_are_complete() -> None:
    strategies = catalogue.strategies()
    assert [entry.id for entry in strategies][:7] == [
        *("sequential", "threads", "thread-pool", "processes", "process-pool", "asyncio"),
        "interpreters",
    ]
    for strategy in strategies:
        assert strategy.summary
        assert strategy.facts is not None
        assert strategy.package is None
        assert strategy.traits.kind == STRATEGIES.load(strategy.id).kind
        assert strategy.facts.source == "", "a list shows none"
        assert (facts := catalogue.strategy(strategy.id).facts) is not None
        assert facts.source.startswith("def ")
    workloads = catalogue.workloads()
    assert len(workloads) >= 13
    assert all(entry.summary and entry.facts for entry in workloads)
    facts_of = [catalogue.workload(entry.id).facts for entry in workloads if not entry.package]
    assert all(facts is not None and "def " in facts.source for facts in facts_of)
    options = {entry.id: set(entry.traits.options) for entry in strategies}
    assert options["sequential"] == options["threads"] == set()
    assert options["thread-pool"] == options["asyncio"] == {"workers"}
    assert options["processes"] == {"start_method"}
    assert options["process-pool"] == {"workers", "start_method", "chunksize"}


def test_what_is_not_available_says_why(others: None) -> None:
    why = reasons(STRATEGIES, catalogue.strategy)
    why.pop("interpreters", None)
    assert why == {
        "odd": "its workers are of an unknown kind, 'quantum'",
        "moody": "it failed to load (ZeroDivisionError: division by zero)",
        "never": "it never is",
        "nothing": "it failed to load (TypeError: it is of type object, not Strategy)",
        "missing": "it failed to load "
        "(ModuleNotFoundError: No module named 'concviz_no_such_module')",
        "bare": why["bare"],
        "leaving": "it failed to load (SystemExit: bye)",
    }
    assert why["bare"].startswith("it failed to load (")
    assert reasons(WORKLOADS, catalogue.workload) == {
        "broken": "it failed to load (RuntimeError: needs a licence)",
        "strategy": "it failed to load (TypeError: it is of type Strategy, not Workload)",
    }


def test_ours_cannot_be_replaced(others: None) -> None:
    threads = next(entry for entry in catalogue.strategies() if entry.id == "threads")
    assert threads.package is None
    assert threads.summary == STRATEGIES.load("threads").summary


def test_strategy_and_workload_of_another_package_are_run(others: None) -> None:
    plan = Plan(strategy="backwards", workload="greet", tasks=3)
    assert catalogue.problems(plan) == []
    run = run_plan(plan)
    check_all_finished(run)
    assert results(run) == ["hello 0", "hello 1", "hello 2"]
    assert sorted(range(3), key=lambda task: run.tasks.started[task]) == [2, 1, 0]
    assert [worker.key for worker in run.workers] == ["back", "back #2", "back #3"]


@pytest.mark.parametrize("strategy", ["processes", "process-pool"])
@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_workload_of_another_package_is_run_in_processes(
    strategy: str, method: str, others: None
) -> None:
    run = run_plan(
        Plan(strategy=strategy, workload="greet", tasks=3, workers=2, start_method=method)
    )
    check_all_finished(run)


def test_threads_that_nobody_announced_are_workers_too(others: None) -> None:
    run = run_plan(Plan(strategy="nested", workload="sleep", tasks=3, duration_s=0.02))
    check_all_finished(run)
    keys = [worker.key for worker in run.workers if len(worker.lane)]
    assert len(set(keys)) == 3
    assert all(key.startswith("\\ud800 #") for key in keys)


def test_strategy_that_raises_ends_the_run_with_an_error(others: None) -> None:
    run = run_plan(Plan(strategy="half", workload="greet", tasks=4))
    assert run.phase is Phase.FINISHED
    assert run.error == "RuntimeError: half is enough"
    good, waiting = Outcome.FINISHED, Outcome.NOT_STARTED
    assert outcomes(run) == [good, good, waiting, waiting]


def test_results_may_be_collected_as_they_come(others: None) -> None:
    # The first task of the workload is the longest: a pool's map would hold back all others.
    plan = Plan(strategy="completed", workload="uneven", tasks=4, workers=4, duration_s=0.1)
    run = run_plan(plan)
    assert outcomes(run) == [Outcome.FINISHED] * 4
    by_end = sorted(range(4), key=run.tasks.finished.__getitem__)
    assert by_end != list(range(4))
    assert sorted(range(4), key=run.tasks.collected.__getitem__) == by_end


def test_strategy_that_yields_no_item_is_told_so(others: None) -> None:
    run = run_plan(Plan(strategy="babbling", workload="greet", tasks=2))
    assert run.error is not None
    assert run.error.endswith("the strategy must yield items that it has collected: hello 0")


def test_strategy_that_is_no_generator_is_told_so(others: None) -> None:
    run = run_plan(Plan(strategy="silent", workload="greet", tasks=2))
    assert run.error is not None
    assert run.error.endswith("must yield the items that it has collected, not return None")
    assert outcomes(run) == [Outcome.FINISHED] * 2


def test_workload_that_cannot_be_loaded_ends_the_run_with_its_words(others: None) -> None:
    run = run_plan(Plan(strategy="sequential", workload="broken"))
    assert run.phase is Phase.DIED
    assert "needs a licence" in output(run)


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        (
            Plan(strategy="thread-pol"),
            Problem(
                "strategy",
                "there is no strategy 'thread-pol': choose sequential, threads, thread-pool, "
                "processes, process-pool, asyncio, interpreters, dask. Did you mean thread-pool?",
            ),
        ),
        (
            Plan(workload="xyzzy"),
            Problem(
                "workload",
                "there is no workload 'xyzzy': choose sleep, number, square, cpu, hash, http, "
                "disk, mixed, lock, uneven, counter, error, crash.",
            ),
        ),
        (
            Plan(strategy="thread-pool", workers=0),
            Problem("workers", "workers is 0: it must be from 1 to 7 (said so)."),
        ),
    ],
)
def test_problems_are_sentences(plan: Plan, problem: Problem, fresh: None) -> None:
    assert catalogue.problems(plan, Limits(threads=7, threads_reason="said so")) == [problem]


def test_all_unknown_names_are_told(fresh: None) -> None:
    fields = [problem.field for problem in catalogue.problems(Plan(strategy="a", workload="b"))]
    assert fields == ["strategy", "workload"]


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (
            Plan(strategy="missing"),
            "strategy missing is not available: it failed to load "
            "(ModuleNotFoundError: No module named 'concviz_no_such_module').",
        ),
        (Plan(strategy="never"), "strategy never is not available: it never is."),
        (
            Plan(strategy="odd"),
            "strategy odd is not available: its workers are of an unknown kind, 'quantum'.",
        ),
        (
            Plan(strategy="moody"),
            "strategy moody is not available: "
            "it failed to load (ZeroDivisionError: division by zero).",
        ),
        (
            Plan(workload="broken"),
            "workload broken is not available: it failed to load (RuntimeError: needs a licence).",
        ),
    ],
)
def test_what_cannot_be_loaded_is_a_problem(plan: Plan, sentence: str, others: None) -> None:
    assert [problem.sentence for problem in catalogue.problems(plan)] == [sentence]


def test_machine_is_asked_for_its_limits_when_none_are_given() -> None:
    (problem,) = catalogue.problems(Plan(strategy="processes", tasks=100_000))
    assert problem.field == "tasks"
    assert "one process each; " in problem.sentence


def test_interpreters_say_which_python_they_need() -> None:
    import concurrent.futures

    if hasattr(concurrent.futures, "InterpreterPoolExecutor"):
        assert catalogue.problems(Plan(strategy="interpreters")) == []
    else:
        (problem,) = catalogue.problems(Plan(strategy="interpreters"))
        assert "needs Python 3.14 or later; this is 3.1" in problem.sentence


def test_registry_knows_ours_without_looking_at_what_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker that loads one of ours must not read every installed package."""

    def refuse(_: str) -> bool:
        raise AssertionError("looked")

    monkeypatch.setattr("concviz.worker.declared.declared", refuse)
    registry: Registry[object] = Registry("concviz.tests", {"pi": "math:pi"})
    assert registry.load("pi") == resolve("math:pi")
    with pytest.raises(AssertionError, match="looked"):
        registry.references()


def test_unknown_id_and_bad_references_are_raised() -> None:
    registry: Registry[object] = Registry("concviz.tests", {"pi": "math:tau_squared"})
    with pytest.raises(KeyError):
        registry.load("e")
    with pytest.raises(AttributeError):
        registry.load("pi")
    with pytest.raises(ModuleNotFoundError):
        resolve("concviz_no_such_module:x")


def test_types_of_what_ours_name() -> None:
    assert all(isinstance(STRATEGIES.load(name), Strategy) for name in STRATEGIES.references())
    assert all(isinstance(WORKLOADS.load(name), Workload) for name in WORKLOADS.references())
