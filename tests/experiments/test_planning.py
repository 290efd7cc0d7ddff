"""What there is to compare and to sweep, and what is refused in which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.experiments.planning import (
    MOST_POINTS,
    UnusableError,
    compared,
    counts_of,
    even_tasks,
    swept,
    usual_counts,
)
from concviz.strategies import STRATEGIES
from concviz.trace.plan import Plan


def test_all_strategies_are_compared_unless_some_are_named() -> None:
    names = [case.strategy for case in compared(Plan())]
    assert names == [name for name in STRATEGIES.references() if name != "dask"]


def test_the_sequential_one_is_always_among_them() -> None:
    cases = compared(Plan(), ["threads", "asyncio", "threads"])
    assert [case.strategy for case in cases] == ["sequential", "threads", "asyncio"]
    cases = compared(Plan(), ["threads", "sequential"])
    assert [case.strategy for case in cases] == ["threads", "sequential"]


def test_what_cannot_run_here_is_a_case_that_says_why() -> None:
    cases = {case.strategy: case for case in compared(Plan(tasks=90_000))}
    assert cases["thread-pool"].available
    assert not cases["processes"].available
    assert "tasks is 90,000: it must be from 1 to" in (cases["processes"].reason or "")


@pytest.mark.parametrize(
    ("plan", "strategies", "words"),
    [
        (Plan(), ["thread-pol"], "Did you mean thread-pool?"),
        (Plan(workload="cpuu"), [], "there is no workload 'cpuu'"),
        (Plan(duration_s=-1), [], "duration is -1 s"),
        (Plan(tasks=90_000), ["processes"], "processes: tasks is 90,000"),
    ],
)
def test_what_cannot_be_compared(plan: Plan, strategies: list[str], words: str) -> None:
    with pytest.raises(UnusableError, match=words.replace("?", r"\?")):
        compared(plan, strategies)


def test_a_sweep_is_strategies_times_numbers_of_workers() -> None:
    baseline, cases = swept(Plan(tasks=8), ["thread-pool", "asyncio"], [1, 2, 4])
    assert baseline.strategy == "sequential"
    assert [(case.strategy, case.workers) for case in cases] == [
        *[("thread-pool", n) for n in (1, 2, 4)],
        *[("asyncio", n) for n in (1, 2, 4)],
    ]


@pytest.mark.parametrize(
    ("strategies", "counts", "words"),
    [
        (["threads"], [1], "threads has a worker per task, so there is no number to sweep"),
        (["sequential"], [1], "sequential does one task after the other"),
        (["thread-pool"], [1, 1_000_000], "workers is 1,000,000: it must be from 1 to"),
        (["process-pool"], [100_000], "workers is 100,000: it must be from 1 to"),
        (["nothing"], [1], "there is no strategy 'nothing'"),
        (["thread-pool", "asyncio"], range(1, MOST_POINTS), "points: 200 at most"),
    ],
)
def test_what_cannot_be_swept(strategies: list[str], counts: list[int], words: str) -> None:
    with pytest.raises(UnusableError, match=words):
        swept(Plan(), strategies, counts)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("4", [4]),
        ("1-4", [1, 2, 3, 4]),
        ("1,2,4,8", [1, 2, 4, 8]),
        ("8, 1-2", [1, 2, 8]),
        ("2-2,2", [2]),
        ("1–3", [1, 2, 3]),
    ],
)
def test_numbers_of_workers_as_people_write_them(text: str, counts: list[int]) -> None:
    assert counts_of(text) == counts


@pytest.mark.parametrize("text", ["", "x", "1-", "-1", "0", "0-3", "3-1", "1.5", "1,,2", "1-9999"])
def test_what_is_no_list_of_numbers_is_refused_with_an_example_or_a_range(text: str) -> None:
    with pytest.raises(ValueError, match=r"^workers is "):
        counts_of(text)


@given(st.text(alphabet="0123456789,-– ", max_size=12))
def test_any_text_is_a_list_of_numbers_or_refused(text: str) -> None:
    try:
        counts = counts_of(text)
    except ValueError as refused:
        said = str(refused)
        counts = [1]
    else:
        said = "workers is fine."
    assert said.startswith("workers is ")
    assert said.endswith(".")
    assert counts == sorted(set(counts))
    assert counts[0] >= 1


@given(st.lists(st.integers(1, 64), min_size=1, max_size=6, unique=True))
def test_even_tasks_leave_no_round_uneven_or_are_two_rounds_of_the_most(counts: list[int]) -> None:
    tasks = even_tasks(counts)
    assert tasks >= 2 * max(counts)
    assert tasks <= 8 * max(counts)
    assert all(tasks % n == 0 for n in counts) or tasks == 2 * max(counts)


def test_even_tasks_of_a_few_workers() -> None:
    assert even_tasks([1, 2, 3, 4]) == 12
    assert even_tasks([1, 2, 4, 8]) == 16


@given(st.one_of(st.none(), st.integers(1, 1000)), st.floats(0.5, 128))
def test_usual_counts_reach_beyond_the_cores_but_not_beyond_the_tasks(
    tasks: int | None, cores: float
) -> None:
    counts = usual_counts(tasks, cores)
    assert counts[0] == 1
    assert counts == sorted(set(counts))
    assert counts[-1] == min(tasks or 10**9, max(8, 4 * round(cores)))
