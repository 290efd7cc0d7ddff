"""The verdict: the choice, its margin, the reason from measured states, and how sure that is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.comparison import Comparison
from concviz.analysis.measurement import Case
from concviz.analysis.standing import LEAST, clearly_slower
from concviz.analysis.verdict import Verdict
from concviz.analysis.wording import spoken
from concviz.trace.plan import Plan
from concviz.trace.states import QUIET, State
from tests.builders import COMPUTES, ENVIRONMENT, KINDS, SLEEPS, around, case, exact

GIL = {"running": 0.2, "gil_wait": 0.75, "core_wait": 0.05}


def verdict(*cases: Case) -> Verdict:
    return Comparison(list(cases), environment=ENVIRONMENT).verdict()


def test_processes_for_what_holds_the_gil() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("threads", *around(2.1), states=GIL),
        case("process-pool", *around(1.05)),
    )
    assert found.winner == found.recommended == "process-pool"
    assert found.tied == []
    assert found.sentence == (
        "Process pool: 1.90× as fast as sequential (1.85 to 1.96). Threads gained nothing: they "
        "spent 75 % of their task time waiting for the GIL. With 2 usable cores more than 2 "
        "workers won't help. The next, sequential, takes 90 % longer (85 to 96 %). Ranges are "
        "97 % intervals; runs of the same kind vary by 1 % (standard deviation)."
    )
    assert found.evidence["gil_wait_share"] == pytest.approx(0.75)
    assert found.evidence["lead_share"] == pytest.approx(2.0 / 1.05 - 1)


def test_waits_that_are_exact_ran_once_and_no_interval_is_claimed() -> None:
    found = verdict(exact("sequential", 2.0), exact("threads", 0.25), exact("processes", 0.2501))
    assert found.recommended == "threads"
    assert (found.speedup_low, found.speedup_high) == (None, None)
    assert "Threads: 8.00× as fast as sequential, in a tie with" not in found.sentence
    assert found.sentence.endswith("longer. 1 run each: waits are exact.")
    assert found.evidence["margin_share"] == LEAST
    near = verdict(exact("sequential", 2.0), exact("threads", 0.25), exact("processes", 0.275))
    assert near.winner == "threads", "a tenth more is no chance where waits are exact"
    assert verdict(case("sequential", 2.0), case("threads", 0.25), case("processes", 0.275)).tied


def test_what_ran_once_is_told_beside_what_varies() -> None:
    found = verdict(
        exact("sequential", 2.0),
        exact("threads", 0.25),
        case("processes", *around(0.4), states=SLEEPS),
    )
    assert "Runs of the same kind vary by 1 % (standard deviation)." in found.sentence
    assert found.sentence.endswith("2 of 3 ran once, because their waits are exact.")
    assert "intervals" not in found.sentence, "there is none"


def test_a_thread_is_enough_where_tasks_wait_and_processes_gain_a_millisecond() -> None:
    found = verdict(
        case("sequential", *around(8.0), states=SLEEPS),
        case("processes", *around(1.0), states=SLEEPS),
        case("threads", *around(1.001), states=SLEEPS),
        case("asyncio", *around(4.0), states={"io": 1.0}),
    )
    assert found.winner is None, "it is a tie"
    assert found.tied == ["threads", "processes"]
    assert found.recommended == "threads"
    assert "in a tie with the fastest, processes, but lighter. Threads spent 100 % of" in (
        found.sentence
    )
    assert "waiting (sleep), so a thread is enough and processes gain nothing more." in (
        found.sentence
    ), "asyncio was half as fast"
    assert "Asyncio did 2 of 8 tasks at a time: more workers would help." in found.sentence


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("io", "I/O"),
        ("sleep", "sleep"),
        ("task_wait", "other tasks"),
        ("executor_wait", "an executor"),
        ("thread_wait", "other threads or processes"),
    ],
)
def test_what_coroutines_wait_for_is_said_by_its_name(state: str, words: str) -> None:
    found = verdict(
        case("sequential", *around(8.0), states=SLEEPS),
        case("asyncio", *around(1.0), states={state: 0.9, "running": 0.1}),
    )
    assert f"Asyncio spent 90 % of its task time waiting ({words})" in found.sentence


def test_waiting_for_the_loop_is_no_wait_that_a_loop_is_good_for() -> None:
    found = verdict(
        case("sequential", *around(1.2)),
        case("asyncio", *around(1.0), states={"loop_wait": 0.9, "running": 0.1}),
    )
    assert "of task time is waiting" not in found.sentence


def test_threads_are_enough_where_the_gil_is_released() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("thread-pool", *around(1.03)),
        case("process-pool", *around(1.02)),
    )
    assert found.recommended == "thread-pool"
    assert set(found.tied) == {"thread-pool", "process-pool"}
    assert (
        "The GIL is released: thread pool spent 0 % of its task time waiting for the GIL, so a "
        "thread is enough and processes gain nothing more." in found.sentence
    )


def test_nothing_is_gained_and_the_gil_is_why() -> None:
    found = verdict(case("sequential", *around(2.0)), case("threads", *around(1.98), states=GIL))
    assert found.recommended == "sequential"
    assert found.winner is None
    assert "Sequential is enough: nothing is clearly faster" in found.sentence
    assert "Threads spent 75 % of their task time waiting for the GIL." in found.sentence


def test_a_lock_is_why_even_if_the_gil_is_waited_for_too() -> None:
    lock = {"running": 0.2, "lock": 0.6, "gil_wait": 0.2}
    found = verdict(case("sequential", *around(2.0)), case("threads", *around(2.0), states=lock))
    assert "Threads spent 60 % of their task time waiting for a lock." in found.sentence


def test_the_one_that_leads_but_perhaps_by_chance_is_no_winner() -> None:
    found = verdict(
        case("sequential", 4.0, 4.1, 4.2),
        case("process-pool", 1.0, 1.0, 2.5),
        case("thread-pool", 2.0, 2.1, 2.2),
    )
    assert found.winner is None
    assert found.recommended == "process-pool"
    assert found.tied == ["process-pool", "thread-pool", "sequential"], "three runs, one of 250 %"
    assert "thread pool and sequential cannot be told from it" in found.sentence
    assert "heavier" not in found.sentence


def test_of_what_cannot_be_told_apart_the_lighter_is_taken_if_it_is_nearly_as_fast() -> None:
    found = verdict(
        case("sequential", 2.0, 2.01, 2.02),
        case("processes", 1.0, 1.0, 1.1),
        case("process-pool", 1.09, 1.08, 1.1),
    )
    assert found.winner is None
    assert found.recommended == "process-pool"


def test_a_tie_with_the_fastest_is_none_with_all_others() -> None:
    noisy = (1.0, 0.8, 1.0, 1.25, 1.3)
    found = verdict(
        case("sequential", *(2.0, 2.01, 2.02, 2.0, 1.99)),
        case("processes", *noisy),
        case("process-pool", *(1.02, 1.02, 1.02, 1.03, 1.01)),
        case("threads", *(1.12, 1.12, 1.13, 1.11, 1.12)),
    )
    assert set(found.tied) == {"processes", "process-pool", "threads"}
    assert found.recommended == "process-pool", "threads are lighter, but clearly slower than it"
    assert (
        "in a tie with the fastest, processes, but lighter; nor can threads be told from the "
        "fastest" in found.sentence
    )


def test_each_ran_once_so_nobody_is_sure() -> None:
    found = verdict(case("sequential", 2.0), case("process-pool", 1.0))
    assert found.winner == "process-pool"
    assert "Not sure: each ran once" in found.sentence
    close = verdict(case("sequential", 1.1), case("process-pool", 1.0))
    assert close.winner is None, "10 % may be noise where nothing ran twice"


def test_what_was_not_seen_is_no_reason() -> None:
    unseen = {"running": 0.0}
    found = verdict(
        case("sequential", *around(2.0), states=unseen),
        case("threads", *around(1.0), states=unseen),
    )
    assert found.recommended == "threads"
    assert "Why is not known" in found.sentence
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
    assert found.winner is None
    assert found.recommended is None


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
    if found.recommended is None:
        assert len(cases) < 2
        return
    best = min(cases, key=lambda c: c.median_s)
    apart = [c for c in cases if clearly_slower(c, best, interleaved=True)]
    assert all(c.median_s > best.median_s * (1 + LEAST) for c in apart)
    if found.winner is not None:
        assert found.tied == []
        assert found.winner == found.recommended == best.strategy
        assert len(apart) == len(cases) - 1
    else:
        assert len(found.tied) > 1
        assert found.tied[0] == found.recommended
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
    chosen = [row for row in comparison.rows() if row.strategy == found.recommended]
    assert (found.speedup, found.speedup_low, found.speedup_high) in [
        (row.speedup, row.speedup_low, row.speedup_high) for row in chosen
    ]
    if found.recommended != "sequential":
        assert f"{found.speedup:.2f}× as fast as sequential" in found.sentence


def test_the_states_of_work_that_computes_are_not_called_waiting() -> None:
    found = verdict(
        case("sequential", *around(2.0), states=COMPUTES),
        case("threads", *around(1.0), states={"running": 0.6, "core_wait": 0.4}),
    )
    assert "Threads spent 40 % of their task time waiting for a core." in found.sentence
    assert "With 2 usable cores more than 2 workers won't help." in found.sentence


# -- nothing is said that was not measured --


def test_a_lock_is_why_a_choice_gains_little() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("thread-pool", *around(1.7), states={"running": 0.21, "lock": 0.79}),
    )
    assert found.recommended == "thread-pool"
    assert "Thread pool spent 79 % of its task time waiting for a lock." in found.sentence


def test_the_largest_share_is_the_reason_and_has_the_name_of_its_case() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("threads", *around(2.0), states={"running": 0.6, "gil_wait": 0.4}),
        case("thread-pool", *around(2.0), states={"running": 0.3, "lock": 0.7}),
    )
    assert "Thread pool spent 70 % of its task time waiting for a lock." in found.sentence
    assert "GIL" not in found.sentence


def test_what_others_wait_for_is_no_reason_for_the_choice() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("threads", *around(1.2), states={"gil_wait": 0.5, "io": 0.3, "running": 0.2}),
        case("asyncio", *around(1.0), states={"io": 0.28, "loop_wait": 0.44, "running": 0.28}),
    )
    assert found.recommended == "asyncio"
    assert "Asyncio spent 44 % of its task time waiting for the event loop." in found.sentence
    assert "72 %" not in found.sentence
    assert "enough" not in found.sentence


def test_a_coroutine_that_blocks_is_neither_enough_nor_two_at_a_time() -> None:
    """Its tasks keep the event loop one after the other, though it has two workers."""
    blocking = case("asyncio", *around(2.0), states=SLEEPS, keeps_loop=True)
    sequential = case("sequential", *around(2.0), states=SLEEPS)
    assert blocking.typical.together == 1
    found = verdict(sequential, blocking)
    assert found.recommended == "sequential"
    assert "Asyncio had its event loop kept by one task at a time for 100 % of the run" in (
        found.sentence
    )
    beside = verdict(sequential, blocking, case("threads", *around(0.25), states=SLEEPS))
    assert beside.recommended == "threads"
    assert "so a thread is enough." in beside.sentence
    assert "asyncio" not in beside.sentence.lower()


def test_the_gil_is_why_for_threads_though_coroutines_gain_nothing_either() -> None:
    found = verdict(
        case("sequential", *around(2.0)),
        case("threads", *around(2.0), states=GIL),
        case("asyncio", *around(2.0), keeps_loop=True),
        case("process-pool", *around(1.0)),
    )
    assert "Threads gained nothing: they spent 75 % of their task time waiting for the GIL." in (
        found.sentence
    )


def test_the_gil_is_why_also_where_two_noisy_runs_each_tell_little() -> None:
    found = verdict(
        case("sequential", 1.9, 2.9),
        case("threads", 1.9, 2.9, states=GIL),
        case("process-pool", 1.0, 1.1),
    )
    assert found.recommended == "process-pool"
    assert "cannot be told from it" in found.sentence
    assert "75 % of their task time waiting for the GIL." in found.sentence


def test_dispatch_is_why_where_tasks_are_over_sooner_than_the_next_one_is_there() -> None:
    slow = case("process-pool", *around(4.0), states={"running": 0.3, "lock": 0.7})
    slow.trials = [replace(trial, overhead_per_task_s=0.9) for trial in slow.trials]
    found = verdict(case("sequential", *around(0.8)), slow)
    assert "Process pool took 900 ms to start and dispatch each task, which takes 100 ms." in (
        found.sentence
    )
    assert "lock" not in found.sentence


STATES = st.dictionaries(
    st.sampled_from([state.name.lower() for state in State if state is not State.UNKNOWN]),
    st.integers(0, 20),
    min_size=1,
    max_size=3,
).filter(lambda parts: sum(parts.values()) > 0)
SAID = {
    "waiting for the GIL": [State.GIL_WAIT],
    "waiting for a lock": [State.LOCK],
    "waiting for a core": [State.CORE_WAIT],
    "waiting for the event loop": [State.LOOP_WAIT],
    "running": [State.RUNNING],
} | {f"waiting ({state.waits_for})": list(QUIET) for state in QUIET}


@given(
    st.dictionaries(
        st.sampled_from(sorted(set(KINDS) - {"sequential"})),
        st.tuples(st.sampled_from([0.25, 0.5, 0.9, 1.0, 1.5]), STATES, st.integers(2, 8)),
        min_size=1,
    ),
    st.booleans(),
)
def test_no_sentence_says_what_the_rows_do_not_bear_out(
    others: dict[str, tuple[float, dict[str, int], int]], keeps_loop: bool
) -> None:
    cases = [case("sequential", *around(1.0))]
    for strategy, (took, parts, workers) in others.items():
        states = {name: part / sum(parts.values()) for name, part in parts.items()}
        keeps = keeps_loop and strategy == "asyncio"
        cases.append(
            case(strategy, *around(took), states=states, workers=workers, keeps_loop=keeps)
        )
    comparison = Comparison(cases, environment=ENVIRONMENT)
    found, rows = comparison.verdict(), {row.strategy: row for row in comparison.rows()}
    best = min(cases, key=lambda c: c.median_s)
    good = [c for c in cases if not clearly_slower(c, best, interleaved=True)]
    named = {spoken(name): row for name, row in rows.items()}
    shares = re.findall(
        r"([\w ]+?) spent (\d+) % of (?:its|their) task time ([^.,:]+)", found.sentence
    )
    assert len(shares) == found.sentence.count("task time")
    for who, share, what in shares:
        who = {"they": "threads", "it": ""}.get(who.strip(), who.strip().lower())
        candidates = [named[who]] if who else [r for n, r in named.items() if not n.endswith("s")]
        assert any(
            row.spent is not None
            and f"{sum(row.spent[s] for s in SAID[what]) / sum(row.spent) * 100:.0f}" == share
            for row in candidates
        ), found.sentence
    enough = re.search(r"so (.+?) is enough", found.sentence)
    for kind in enough[1].split(" or ") if enough else []:
        name = {"a thread": "thread"}.get(kind, "coroutine")
        assert any(c.traits.kind == name for c in good), found.sentence
    if at_once := re.search(r"([\w ]+) did (\d+) of 8 tasks at a time", found.sentence):
        for name in at_once[1].strip().lower().split(" and "):
            (row_case,) = [c for c in cases if spoken(c.strategy) == name]
            assert row_case.typical.together == int(at_once[2]) < 8
    if "nothing more" in found.sentence:
        assert any(c.traits.kind == "process" for c in cases)
    if found.recommended != "sequential":
        chosen = next(c for c in cases if c.strategy == found.recommended)
        assert chosen in good
        said = re.search("spent|kept|dispatch|released", found.sentence)
        parts = others[chosen.strategy][1]
        assert said or parts.get("other", 0), "the states were clear"
