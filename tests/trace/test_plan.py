"""What is wrong with a plan, in sentences that name the allowed range."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from concviz.trace.plan import Limits, Plan, Problem, Traits, check

SEQUENTIAL = Traits(kind="main", options=frozenset())
THREADS = Traits(kind="thread", options=frozenset())
THREAD_POOL = Traits(kind="thread", options=frozenset({"workers"}))
PROCESSES = Traits(kind="process", options=frozenset({"start_method"}))
PROCESS_POOL = Traits(kind="process", options=frozenset({"workers", "start_method", "chunksize"}))
ASYNCIO = Traits(kind="coroutine", options=frozenset({"workers"}))
INTERPRETERS = Traits(kind="interpreter", options=frozenset({"workers"}))
ALL = [SEQUENTIAL, THREADS, THREAD_POOL, PROCESSES, PROCESS_POOL, ASYNCIO, INTERPRETERS]
LIMITS = Limits(
    threads=900,
    threads_reason="half of the user's process limit, ulimit -u",
    processes=60,
    processes_reason="available memory",
    start_methods=("fork", "spawn"),
)
HUGE = 10**30


@pytest.mark.parametrize("traits", ALL)
def test_default_plan_is_right_for_all(traits: Traits) -> None:
    assert check(Plan(), traits, Limits()) == []


@pytest.mark.parametrize(
    ("plan", "traits", "field", "sentence"),
    [
        (
            Plan(workers=0),
            THREAD_POOL,
            "workers",
            "workers is 0: it must be from 1 to 900 (half of the user's process limit, ulimit -u).",
        ),
        (
            Plan(workers=-1_000_000),
            PROCESS_POOL,
            "workers",
            "workers is -1,000,000: it must be from 1 to 60 (available memory).",
        ),
        (
            Plan(workers=61),
            PROCESS_POOL,
            "workers",
            "workers is 61: it must be from 1 to 60 (available memory).",
        ),
        (
            Plan(workers=251),
            INTERPRETERS,
            "workers",
            "workers is 251: it must be from 1 to 250 (each is a whole interpreter).",
        ),
        (Plan(workers=1_001), ASYNCIO, "workers", "workers is 1,001: it must be from 1 to 1,000."),
        (
            Plan(workers=math.nan),  # type: ignore[arg-type]
            ASYNCIO,
            "workers",
            "workers is nan: it must be from 1 to 1,000.",
        ),
        (Plan(tasks=0), SEQUENTIAL, "tasks", "tasks is 0: it must be from 1 to 100,000."),
        (Plan(tasks=-5), ASYNCIO, "tasks", "tasks is -5: it must be from 1 to 100,000."),
        (
            Plan(tasks=HUGE),
            THREAD_POOL,
            "tasks",
            f"tasks is {HUGE:,}: it must be from 1 to 100,000.",
        ),
        (
            Plan(tasks=901),
            THREADS,
            "tasks",
            "tasks is 901: it must be from 1 to 900 "
            "(one thread each; half of the user's process limit, ulimit -u).",
        ),
        (
            Plan(tasks=61),
            PROCESSES,
            "tasks",
            "tasks is 61: it must be from 1 to 60 (one process each; available memory).",
        ),
        (
            Plan(duration_s=-0.5),
            SEQUENTIAL,
            "duration_s",
            "duration is -0.5 s: it must be from 0 to 3,600 s.",
        ),
        (
            Plan(duration_s=math.nan),
            THREAD_POOL,
            "duration_s",
            "duration is nan s: it must be from 0 to 3,600 s.",
        ),
        (
            Plan(duration_s=math.inf),
            PROCESSES,
            "duration_s",
            "duration is inf s: it must be from 0 to 3,600 s.",
        ),
        (
            Plan(duration_s=-math.inf),
            PROCESSES,
            "duration_s",
            "duration is -inf s: it must be from 0 to 3,600 s.",
        ),
        (
            Plan(duration_s=3600.5),
            ASYNCIO,
            "duration_s",
            "duration is 3600.5 s: it must be from 0 to 3,600 s.",
        ),
        (
            Plan(duration_s=1e300),
            ASYNCIO,
            "duration_s",
            "duration is 1e+300 s: it must be from 0 to 3,600 s.",
        ),
        (
            Plan(chunksize=0),
            PROCESS_POOL,
            "chunksize",
            "chunksize is 0: it must be from 1 to 100,000.",
        ),
        (
            Plan(chunksize=100_001),
            PROCESS_POOL,
            "chunksize",
            "chunksize is 100,001: it must be from 1 to 100,000.",
        ),
        (
            Plan(start_method="forkserver"),
            PROCESSES,
            "start_method",
            "start method is 'forkserver': this system has fork, spawn.",
        ),
    ],
)
def test_one_thing_is_wrong(plan: Plan, traits: Traits, field: str, sentence: str) -> None:
    assert check(plan, traits, LIMITS) == [Problem(field, sentence)]


@pytest.mark.parametrize(
    ("plan", "traits"),
    [
        (Plan(workers=1, tasks=1, duration_s=0), PROCESS_POOL),
        (Plan(workers=60, tasks=100_000, duration_s=3600, chunksize=100_000), PROCESS_POOL),
        (Plan(workers=900), THREAD_POOL),
        (Plan(workers=1_000), ASYNCIO),
        (Plan(workers=250), INTERPRETERS),
        (Plan(tasks=900), THREADS),
        (Plan(tasks=60, start_method="spawn"), PROCESSES),
        (Plan(start_method=None), PROCESS_POOL),
        (Plan(duration_s=math.ulp(0)), SEQUENTIAL),
    ],
)
def test_ends_of_the_ranges_are_right(plan: Plan, traits: Traits) -> None:
    assert check(plan, traits, LIMITS) == []


@pytest.mark.parametrize("traits", ALL)
def test_options_that_a_strategy_does_not_use_are_not_looked_at(traits: Traits) -> None:
    bad = {"workers": 0, "chunksize": 0, "start_method": "magic"}
    plan = replace(Plan(), **bad)
    assert {problem.field for problem in check(plan, traits, LIMITS)} == set(bad) & traits.options


def test_all_that_is_wrong_is_told() -> None:
    plan = Plan(workers=0, tasks=0, duration_s=-1, chunksize=0, start_method="magic")
    fields = [problem.field for problem in check(plan, PROCESS_POOL, LIMITS)]
    assert fields == ["workers", "tasks", "duration_s", "chunksize", "start_method"]


def test_interpreters_are_threads_too() -> None:
    few = Limits(threads=10, threads_reason="x")
    problem = check(Plan(workers=11), INTERPRETERS, few)
    assert [p.field for p in problem] == ["workers"]
    assert "from 1 to 10" in problem[0].sentence
