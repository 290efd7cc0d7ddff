"""Tables of comparisons and sweeps: what stands where, in a terminal, in Markdown, in a file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.measurement import Case
from concviz.analysis.sweep import Sweep
from concviz.analysis.wording import duration
from concviz.experiments.sweep import Swept
from concviz.exporters import pages
from concviz.trace.environment import Environment
from concviz.trace.plan import Plan
from concviz.trace.states import OF_THREADS, State
from concviz.view import picture, tables
from tests.builders import (
    ENVIRONMENT,
    KINDS,
    NO_GIL_WAITS,
    UNOBSERVED,
    around,
    case,
    exact,
    without_its_typical_run,
)
from tests.exporters.objects import text_of, to_object

GIL = {"running": 0.25, "gil_wait": 0.75}


def comparison() -> Comparison:
    missing = Case(
        Plan(strategy="asyncio", workload="cpu", tasks=8),
        KINDS["asyncio"],
        "no [b]|way|[/b]",
        False,
    )
    return Comparison(
        [
            case("sequential", *around(2.0), memory=16_000_000),
            case("threads", *around(2.0), states=GIL, failed=3),
            case("process-pool", *around(1.0), memory=32_000_000),
            case("processes", 1.0, error="BrokenProcessPool: \x1b[31m"),
            missing,
        ],
        Manner(),
        ENVIRONMENT,
    )


def sweep() -> Sweep:
    cases = [case("process-pool", *around(2 / n), workers=n, tasks=12) for n in (1, 2, 3, 4)]
    return Sweep(case("sequential", *around(2.0), tasks=12), cases, Manner(), ENVIRONMENT)


def test_figures_of_a_row_stand_in_their_columns() -> None:
    rows = {row.strategy: row for row in comparison().rows()}
    names = [column.name for column in tables.COLUMNS]
    threads = dict(zip(names, tables.cells(rows["threads"]), strict=True))
    assert threads["took"] == "2.000 s"
    assert threads["from–to"] == "1.980–2.020 s"
    assert threads["speedup"] == "1.00×"
    assert threads["eff."] == "12 %"
    assert threads["GIL"] == "75 %"
    assert threads["tasks"] == "5/8"
    assert threads["memory"] == tables.NOTHING, "it was not looked at"
    pool = dict(zip(names, tables.cells(rows["process-pool"]), strict=True))
    assert pool["memory"] == "32.0 MB"
    assert pool["speedup"] == "2.00×"
    assert pool["97 %"] == "1.95–2.05"


def test_what_was_not_measured_is_a_dash_and_never_a_zero() -> None:
    rows = {row.strategy: row for row in comparison().rows()}
    cells = tables.cells(rows["asyncio"])
    assert cells[:2] == ["asyncio", "3"]
    assert set(cells[2:]) == {tables.NOTHING}


@pytest.mark.parametrize(
    ("environment", "unseen", "said"),
    [
        (
            NO_GIL_WAITS,
            {"gil_wait_s", "lock_s", "thread_wait_s"},
            "GIL waits unavailable: not known of CPython 3.99",
        ),
        (
            UNOBSERVED,
            {state.key for state in OF_THREADS} - {"running_s", "unknown_s"},
            "states are not observed",
        ),
    ],
)
def test_a_state_that_cannot_be_seen_is_never_a_zero(
    environment: Environment, unseen: set[str], said: str
) -> None:
    cases = [
        case("sequential", *around(2.0), environment=environment),
        case("threads", *around(2.0), states={"running": 0.6}, environment=environment),
    ]
    found = Comparison(cases, Manner(), environment)
    row = to_object(found)["rows"][1]
    assert {key for key, value in row["states"].items() if value is None} == unseen
    names = [column.name for column in tables.COLUMNS]
    cells = dict(zip(names, tables.cells(found.rows()[1]), strict=True))
    assert cells["GIL"] == tables.NOTHING
    assert cells["core"] == tables.NOTHING, "four tenths of the time were not seen"
    (_, line) = csv.DictReader(io.StringIO(text_of("csv", found)))
    assert {state.key for state in State if line[state.key] == ""} == unseen
    page = " ".join(pages.plain(pages.of_comparison(found, 100), 100).split())
    assert said in page, "the line at the top says so"
    assert said in text_of("markdown", found)
    verdict = found.verdict()
    assert "GIL" not in verdict.sentence
    assert "Why is not known" in verdict.sentence
    assert not {"gil_wait_share", "lock_share"} & verdict.evidence.keys()
    assert said in text_of("markdown", Sweep(cases[0], cases[1:], Manner(), environment))


def test_a_state_that_was_seen_is_said_though_not_all_of_it_can_be() -> None:
    states = {"running": 0.3, "lock": 0.7}
    threads = case("threads", *around(2.0), states=states, environment=NO_GIL_WAITS)
    found = Comparison([case("sequential", *around(2.0)), threads], Manner(), ENVIRONMENT)
    states_s = to_object(found)["rows"][1]["states"]
    assert states_s["lock_s"] == pytest.approx(0.7 * 2.0 * 8)
    assert states_s["gil_wait_s"] is None
    assert "70 % of their task time waiting for a lock" in found.verdict().sentence
    said = "threads: GIL waits unavailable: not known of CPython 3.99"
    assert said in tables.notes(found.rows()[1]), "of these workers alone"


@pytest.mark.parametrize(("seen", "said"), [(0.6, tables.NOTHING), (0.97, "0 %")])
def test_none_of_a_state_is_said_only_where_nearly_all_was_seen(seen: float, said: str) -> None:
    (row,) = Comparison([case("threads", 1.0, states={"running": seen})]).rows()
    cells = dict(zip([column.name for column in tables.COLUMNS], tables.cells(row), strict=True))
    assert (cells["GIL"], cells["core"]) == (said, said)


def test_where_there_is_no_gil_none_was_waited_for() -> None:
    free = replace(ENVIRONMENT, gil=False)
    cases = [case("sequential", *around(2.0)), case("threads", *around(1.0), environment=free)]
    found = Comparison(cases, Manner(), free)
    assert to_object(found)["rows"][1]["states"]["gil_wait_s"] == 0
    assert "There is no GIL, so a thread is enough." in found.verdict().sentence


def test_notes_say_why_and_what_became_of_tasks() -> None:
    rows = {row.strategy: row for row in comparison().rows()}
    assert tables.notes(rows["asyncio"]) == ["asyncio: not available: no [b]|way|[/b]"]
    assert tables.notes(rows["threads"]) == ["threads: 5 finished, 3 failed"]
    assert tables.notes(rows["processes"])[0] == "processes: run 1: BrokenProcessPool: ␛[31m"
    assert tables.notes(rows["process-pool"]) == []


def test_a_range_of_two_units_names_both() -> None:
    found = case("threads", 0.9, 1.1)
    (row,) = Comparison([found]).rows()
    assert tables.cells(row)[3] == "900 ms–1.100 s"


def drawn(width: int) -> str:
    page = pages.of_comparison(comparison(), width)
    return pages.plain(page, width)


def test_where_it_is_narrow_columns_go_and_are_named() -> None:
    for width in (40, 60, 80, 100, 200):
        lines = drawn(width).splitlines()
        head = next(line for line in lines if line.startswith("strategy") and "took" in line)
        told = " ".join(lines).partition("Too narrow for ")[2].partition(":")[0]
        shown = head.split()
        assert shown[0] == "strategy"
        assert {"took", "speedup"} <= set(shown)
        names = [column.name for column in tables.COLUMNS]
        assert all(name in head or name in told for name in names)
        assert "…" not in head
        assert len(head) <= max(width, 40)


def test_the_page_of_a_comparison() -> None:
    text = drawn(110)
    for words in (
        "8 × cpu 0.25 s",
        "CPython 3.11.7, GIL on · 2 cores",
        "3 runs each, interleaved · 1 warm-up",
        "Process pool: 2.00× as fast as sequential (1.95 to 2.05)",
        "· asyncio: not available: no [b]|way|[/b]",
        "process 2",
    ):
        assert words in text
    assert text.index("process pool  1.000 s") < text.index("sequential  2.000 s"), "fastest first"
    assert "\x1b" not in text


def test_a_line_stands_at_the_end_of_each_run() -> None:
    lines = drawn(110).splitlines()
    begin = next(k for k, line in enumerate(lines) if line.startswith("process pool"))
    pool, sequential = lines[begin + 1], next(line for line in lines if "main thread" in line)
    half, whole = pool.index("│"), sequential.index("│")
    assert pool.endswith("│")
    gutter = pool.index("process 1") + len("process 1") + 2
    assert abs((half - gutter) * 2 - (whole - gutter)) <= 2


def test_a_bar_is_labelled_with_what_its_own_run_took_and_a_speedup_with_the_median() -> None:
    even, odd = case("threads", 1.0, 2.0), case("process-pool", 1.0, 1.25, 3.0)
    other = without_its_typical_run("thread-pool")
    found = Comparison([case("sequential", 2.0), even, odd, other], Manner(repeat=41), ENVIRONMENT)
    lines = pages.plain(pages.of_comparison(found, 110), 110).splitlines()
    assert "process pool  1.250 s  1.60×" in lines
    assert "threads  1.000 s (run 1; the median is 1.500 s  1.33×)" in lines
    assert other.shown is not None
    assert other.shown.trial is not None
    took = other.shown.trial.makespan_s
    assert took != 5.0
    words = (
        f"thread pool  {duration(took)} (run {other.shown.number}; the median is 5.000 s  0.40×)"
    )
    assert words in lines


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=6), min_size=2, max_size=3))
def test_a_bar_and_the_table_say_the_same_of_a_strategy_at_any_time(runs: list[list[int]]) -> None:
    names = ("sequential", "threads", "process-pool")
    cases = [case(name, *took, tasks=2) for name, took in zip(names, runs, strict=False)]
    found = Comparison(cases, Manner(repeat=6), ENVIRONMENT)
    drawn = [line.plain for line in picture.stack(found, 110)]
    for row in found.rows():
        (bar,) = [line for line in drawn if line.startswith(f"{row.strategy.replace('-', ' ')}  ")]
        assert row.makespan_s is not None
        assert f"{duration(row.makespan_s)}  {row.speedup:.2f}×" in bar, "what the table says"


def test_markdown_shows_everything_and_escapes_what_would_be_markup() -> None:
    text = text_of("markdown", comparison())
    lines = text.splitlines()
    assert lines[0] == "### concviz compare: 8 × cpu 0.25 s"
    assert lines[2].startswith("**Process pool: 2.00×")
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + 5
    assert {line.count(" | ") for line in table} == {len(tables.COLUMNS) - 1}
    assert r"no \[b]\|way\|\[/b]" in text
    assert "CPython 3.11.7, GIL on" in lines[-1]
    assert text.endswith("\n")


def test_markdown_of_a_sweep_has_points_and_laws() -> None:
    text = text_of("markdown", sweep())
    assert "| sequential | 1 | 2.000 s |" in text
    assert "| process pool | 4 | 500 ms |" in text
    assert "- USL: contention 0.000" in text
    assert "something to do" not in text


def test_a_sweep_says_where_there_were_more_workers_than_tasks() -> None:
    cases = [case("thread-pool", 1.0, workers=n, tasks=3) for n in (2, 3, 4, 8)]
    found = Sweep(case("sequential", 2.0, tasks=3), cases, Manner(), ENVIRONMENT)
    sentence = "Of 4 and 8 workers only 3 had something to do, a task each."
    for text in text_of("markdown", found), pages.plain(list(pages.of_sweep(found, 100)), 100):
        assert sentence in " ".join(text.split())
    assert sentence in Swept(found).remarks()


BROKE = "ValueError: no"


@pytest.mark.parametrize("error", [BROKE, None])
def test_of_nothing_there_is_neither_a_picture_nor_a_table_but_what_happened(
    error: str | None,
) -> None:
    runs = (1.0,) if error else ()  # or somebody stopped it before the first one was over
    cases = [case(name, *runs, error=error) for name in ("sequential", "thread-pool")]
    compared_ = Comparison(cases, Manner(), ENVIRONMENT, stopped=error is None)
    swept = Sweep(cases[0], cases[1:], Manner(), ENVIRONMENT, stopped=error is None)
    for page, pasted, sentence in (
        (pages.of_comparison(compared_, 100), text_of("markdown", compared_), "No strategy"),
        (pages.of_sweep(swept, 100), text_of("markdown", swept), "Nothing"),
    ):
        lines = list(page)
        for text in pages.plain(lines), pages.html(lines), pasted:
            assert f"{sentence} came to its end" in text
            assert (BROKE in text) == (error is not None)
            for never in ("speedup ", "| took", "workers  ", "ideal", "\n\n\n"):
                assert never not in text
            stopped = text.find("Stopped before all runs were made.")
            assert (stopped >= 0) == (error is None)
            assert stopped < text.index(sentence), "it qualifies all that comes after it"
        assert ("main thread" in pages.plain(lines)) == (
            error is not None and sentence == "No strategy"
        ), "a run that broke was made, and is shown"


def test_csv_has_the_keys_of_the_object_and_all_of_its_figures() -> None:
    found = comparison()
    rows = list(csv.DictReader(io.StringIO(text_of("csv", found))))
    objects = to_object(found)["rows"]
    assert [row["strategy"] for row in rows] == [each["strategy"] for each in objects]
    assert rows[1]["gil_wait_s"] == str(objects[1]["states"]["gil_wait_s"])
    assert rows[1]["makespan_runs_s"].split() == [str(t) for t in objects[1]["makespan_runs_s"]]
    assert rows[4]["available"] == "False"
    assert rows[4]["makespan_s"] == ""
    for state in State:
        assert state.key in rows[0]


def test_csv_of_a_sweep() -> None:
    rows = list(csv.DictReader(io.StringIO(text_of("csv", sweep()))))
    assert [(row["strategy"], row["workers"]) for row in rows] == [
        ("process-pool", str(n)) for n in (1, 2, 3, 4)
    ]
    assert float(rows[1]["speedup"]) == 2.0


def test_the_chosen_line_stands_out_in_a_terminal() -> None:
    console = Console(width=120, force_terminal=True, file=io.StringIO(), color_system="standard")
    pages.write(pages.of_comparison(comparison(), 120), console)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    chosen = [line for line in lines if "process pool" in line and "1.000 s" in line]
    assert any("\x1b[1;32m" in line for line in chosen)


def test_cells_that_a_spreadsheet_would_compute_are_texts() -> None:
    odd = ["=1+1", "+1", "-1", "@x", "＝1", "\t=1", "a=1"]
    cases = [replace_strategy(case("threads", 1.0, tasks=2), name) for name in odd]
    found = Comparison([case("sequential", 2.0), *cases], Manner(), ENVIRONMENT)
    rows = list(csv.DictReader(io.StringIO(text_of("csv", found))))[1:]
    texts = ["'=1+1", "'+1", "'-1", "'@x", "'＝1", "    =1", "a=1"]
    assert [row["strategy"] for row in rows] == texts
    assert [row["strategy"] for row in to_object(found)["rows"][1:]] == odd, "as they are"


def replace_strategy(case: Case, name: str) -> Case:
    case.plan = replace(case.plan, strategy=name)
    return case


def test_the_baseline_is_the_sequential_loop_wherever_it_stands() -> None:
    """Also where it broke: another strategy is no measure of speedup."""
    broken = case("sequential", 1.0, error=BROKE)
    found = to_object(Comparison([case("threads", *around(2.0)), broken], Manner(), ENVIRONMENT))
    assert found["plan"]["strategy"] == "sequential"
    assert found["baseline"] == {"makespan_s": None, "makespan_runs_s": []}


def test_timelines_and_table_have_the_same_order_and_the_same_names() -> None:
    page = pages.plain(pages.of_comparison(comparison(), 120), 120).splitlines()
    head = next(at for at, line in enumerate(page) if line.startswith("strategy"))
    names = ("process pool", "sequential", "threads", "asyncio")
    begins = [[line for line in part if line.startswith(names)] for part in (page[:head], page)]
    drawn = [next(name for name in names if line.startswith(name)) for line in begins[0]]
    below = begins[1][len(begins[0]) :]
    told = [next(name for name in names if line.startswith(name)) for line in below[: len(names)]]
    assert drawn == told[: len(drawn)]
    assert told[-1] == "asyncio", "it broke"


def test_of_one_run_no_range_is_told() -> None:
    names = [column.name for column in tables.COLUMNS]
    found = Comparison([case("sequential", 2.0), exact("threads", 1.0)], Manner(), ENVIRONMENT)
    cells = dict(zip(names, tables.cells(found.rows()[1]), strict=True))
    assert (cells["from–to"], cells["97 %"]) == ("1 run", tables.NOTHING)
    assert to_object(found)["rows"][1]["exact"]
    page = " ".join(pages.plain(pages.of_comparison(found, 100), 100).split())
    assert "3 runs each, 1 where waits are exact, interleaved" in page
    alone = Comparison([exact("sequential", 2.0), exact("threads", 1.0)], Manner(), ENVIRONMENT)
    page = " ".join(pages.plain(pages.of_comparison(alone, 100), 100).split())
    assert page.count("1 run each: waits are exact") == 2
