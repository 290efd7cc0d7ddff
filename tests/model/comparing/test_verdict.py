"""The verdict: the choice, its margin, the reason from measured states, and how sure that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.model.comparing.cases import Case
from concviz.model.comparing.comparison import Comparison
from concviz.model.comparing.standing import LEAST, clearly_slower
from concviz.model.comparing.verdict import Verdict
from concviz.model.plan import Plan
from tests.export.made import ENVIRONMENT
from tests.model.comparing.made import COMPUTES, KINDS, SLEEPS, around, case

GIL = {"running": 0.2, "gil_wait": 0.75, "core_wait": 0.05}


def verdict(*cases: Case) -> Verdict:
    return Comparison(list(cases), environment=ENVIRONMENT).verdict()


def test_processes_for_what_holds_the_gil() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("threads", *around(2.1), states=GIL),
        case("process-pool", *around(1.05)),
    )
    assert found.strategy == found.choice == "process-pool"
    assert found.tied == []
    assert found.sentence == (
        "Process pool: 1.90× as fast as sequential (1.86 to 1.95); threads gained nothing because "
        "75 % of their time was GIL wait. With 2 usable cores more than 2 workers won't help. The "
        "next, sequential, takes 90 % longer (86 to 95 %). Ranges are 95 % intervals; runs of the "
        "same kind vary by 1 % (standard deviation)."
    )
    assert found.evidence["gil_wait_share"] == pytest.approx(0.75)
    assert found.evidence["lead_share"] == pytest.approx(2.0 / 1.05 - 1)


def test_a_thread_is_enough_where_tasks_wait_and_processes_gain_a_millisecond() -> None:
    found = verdict(
        case("sequential", *around(8.0), states=SLEEPS),
        case("processes", *around(1.0), states=SLEEPS),
        case("threads", *around(1.001), states=SLEEPS),
        case("asyncio", *around(4.0), states={"io": 1.0}),
    )
    assert found.strategy is None, "it is a tie"
    assert found.tied == ["threads", "processes"]
    assert found.choice == "threads"
    assert "in a tie with the fastest, processes, but lighter: 100 % of task time is waiting" in (
        found.sentence
    )
    assert "a thread or asyncio is enough and processes gain nothing more" in found.sentence
    assert "Asyncio did 2 of 8 tasks at a time: more workers would help." in found.sentence


def test_threads_are_enough_where_the_gil_is_released() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("thread-pool", *around(1.03)),
        case("process-pool", *around(1.02)),
    )
    assert found.choice == "thread-pool"
    assert set(found.tied) == {"thread-pool", "process-pool"}
    assert "the GIL is released (0 % of task time waits for it), so threads are enough" in (
        found.sentence
    )


def test_nothing_is_gained_and_the_gil_is_why() -> None:
    found = verdict(case("sequential", *around(2.0)), case("threads", *around(1.98), states=GIL))
    assert found.choice == "sequential"
    assert found.strategy is None
    assert "Sequential is enough: nothing is clearly faster" in found.sentence
    assert "threads wait for the GIL for 75 % of their time" in found.sentence


def test_a_lock_is_why_even_if_the_gil_is_waited_for_too() -> None:
    lock = {"running": 0.2, "lock": 0.6, "gil_wait": 0.2}
    found = verdict(case("sequential", *around(2.0)), case("threads", *around(2.0), states=lock))
    assert "workers wait for a lock for 60 % of their time" in found.sentence


def test_the_one_that_leads_but_perhaps_by_chance_is_no_winner() -> None:
    found = verdict(
        case("sequential", 4.0, 4.1, 4.2),
        case("process-pool", 1.0, 1.0, 2.5),
        case("thread-pool", 2.0, 2.1, 2.2),
    )
    assert found.strategy is None
    assert found.choice == "process-pool"
    assert found.tied == ["process-pool", "thread-pool", "sequential"], "three runs, one of 250 %"
    assert "thread pool and sequential cannot be told from it" in found.sentence
    assert "heavier" not in found.sentence


def test_of_what_cannot_be_told_apart_the_lighter_is_taken_if_it_is_nearly_as_fast() -> None:
    found = verdict(
        case("sequential", 2.0, 2.01, 2.02),
        case("processes", 1.0, 1.0, 1.1),
        case("process-pool", 1.09, 1.08, 1.1),
    )
    assert found.strategy is None
    assert found.choice == "process-pool"


def test_a_tie_with_the_fastest_is_none_with_all_others() -> None:
    noisy = (1.0, 0.8, 1.0, 1.25, 1.3)
    found = verdict(
        case("sequential", *(2.0, 2.01, 2.02, 2.0, 1.99)),
        case("processes", *noisy),
        case("process-pool", *(1.02, 1.02, 1.02, 1.03, 1.01)),
        case("threads", *(1.12, 1.12, 1.13, 1.11, 1.12)),
    )
    assert set(found.tied) == {"processes", "process-pool", "threads"}
    assert found.choice == "process-pool", "threads are lighter, but clearly slower than it"
    assert (
        "in a tie with the fastest, processes, but lighter; nor can threads be told from the "
        "fastest" in found.sentence
    )


def test_each_ran_once_so_nobody_is_sure() -> None:
    found = verdict(case("sequential", 2.0), case("process-pool", 1.0))
    assert found.strategy == "process-pool"
    assert "Not sure: each ran once" in found.sentence
    close = verdict(case("sequential", 1.1), case("process-pool", 1.0))
    assert close.strategy is None, "10 % may be noise where nothing ran twice"


def test_what_was_not_seen_is_no_reason() -> None:
    unseen = {"running": 0.0}
    found = verdict(
        case("sequential", *around(2.0), states=unseen),
        case("threads", *around(1.0), states=unseen),
    )
    assert found.choice == "threads"
    assert "why is not known" in found.sentence
    assert "GIL" not in found.sentence


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ((), "No strategy came to its end"),
        (("sequential",), "Only sequential was measured"),
        (("threads", "process-pool"), "There is no sequential run to compare with"),
    ],
)
def test_too_little_to_say_says_so(cases: tuple[str, ...], words: str) -> None:
    broken = case("asyncio", 1.0, error="ValueError: no")
    found = verdict(*(case(strategy, 1.0) for strategy in cases), broken)
    assert words in found.sentence
    assert found.strategy is None
    assert found.choice is None


def test_rows_keep_what_failed_and_what_is_not_available() -> None:
    missing = Case(
        Plan(strategy="asyncio"), KINDS["asyncio"], reason="needs a newer one", available=False
    )
    comparison = Comparison(
        [
            missing,
            case("sequential", 2.0, 2.2, 2.1, memory=10_000_000),
            case("process-pool", 1.0, error="ValueError: no"),
            case("threads", 1.05, states=GIL, failed=2),
        ]
    )
    rows = comparison.rows()
    assert [row.strategy for row in rows] == ["asyncio", "sequential", "process-pool", "threads"]
    assert (rows[0].available, rows[0].reason) == (False, "needs a newer one")
    assert rows[0].makespan_s is None
    assert (rows[2].available, rows[2].reason) == (True, "run 1: ValueError: no")
    assert rows[2].counts is not None
    assert rows[1].makespan_s == 2.1
    assert rows[1].speedup == 1
    assert rows[1].peak_memory_bytes == 10_000_000
    assert rows[3].speedup == pytest.approx(2.0)
    assert rows[3].efficiency == pytest.approx(2.0 / 8)
    assert [case.strategy for case in comparison.ranked()] == [
        "threads",
        "sequential",
        "process-pool",
    ]


TIMES = st.lists(st.floats(0.1, 10), min_size=1, max_size=5)


@given(
    st.lists(st.tuples(st.sampled_from(sorted(set(KINDS) - {"sequential"})), TIMES), max_size=5),
    TIMES,
)
def test_a_winner_is_clearly_faster_and_a_tie_is_one_with_the_best(
    others: list[tuple[str, list[float]]], sequential: list[float]
) -> None:
    cases = [case("sequential", *sequential, tasks=2), *(case(s, *t, tasks=2) for s, t in others)]
    found = verdict(*cases)
    if found.choice is None:
        assert len(cases) < 2
        return
    best = min(cases, key=lambda c: c.median_s)
    apart = [c for c in cases if clearly_slower(c, best, interleaved=True)]
    assert all(c.median_s > best.median_s * (1 + LEAST) for c in apart)
    if found.strategy is not None:
        assert found.tied == []
        assert found.strategy == found.choice == best.strategy
        assert len(apart) == len(cases) - 1
    else:
        assert len(found.tied) > 1
        assert found.tied[0] == found.choice
        assert sorted(found.tied) == sorted(c.strategy for c in cases if c not in apart)
    assert found.sentence.endswith(".")
    assert "nan" not in found.sentence


@given(TIMES, st.lists(TIMES, min_size=1, max_size=3))
def test_words_and_rows_have_one_speedup_and_it_lies_within_its_interval(
    sequential: list[float], others: list[list[float]]
) -> None:
    cases = [case("sequential", *sequential, tasks=2)]
    cases += [case("process-pool", *t, tasks=2, workers=n) for n, t in enumerate(others, start=2)]
    comparison = Comparison(cases, environment=ENVIRONMENT)
    found = comparison.verdict()
    for row in comparison.rows():
        assert row.speedup is not None
        if row.speedup_low is not None and row.speedup_high is not None:
            assert row.speedup_low <= row.speedup <= row.speedup_high
        else:
            assert row.strategy == "sequential" or 1 in (len(sequential), len(row.makespan_runs_s))
    chosen = [row for row in comparison.rows() if row.strategy == found.choice]
    assert (found.speedup, found.speedup_low, found.speedup_high) in [
        (row.speedup, row.speedup_low, row.speedup_high) for row in chosen
    ]
    if found.choice != "sequential":
        assert f"{found.speedup:.2f}× as fast as sequential" in found.sentence


def test_the_states_of_work_that_computes_are_not_called_waiting() -> None:
    found = verdict(
        case("sequential", *around(2.0), states=COMPUTES),
        case("threads", *around(1.0), states={"running": 0.6, "core_wait": 0.4}),
    )
    assert "waiting" not in found.sentence
    assert "With 2 usable cores more than 2 workers won't help." in found.sentence
