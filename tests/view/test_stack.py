"""The stacked timelines of a comparison as text: one legend for all of them."""

from __future__ import annotations

import math
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.comparison import Comparison, Manner
from concviz.model.run import Run
from concviz.view.picture import stack
from concviz.view.stack import Block, rows_each, whole_ns
from tests.builders import ENVIRONMENT, case, under_way


def lines(*cases: tuple[str, str]) -> list[str]:
    found = Comparison(
        [case(strategy, 1.0, states={state: 1.0}) for strategy, state in cases],
        Manner(repeat=1),
        ENVIRONMENT,
    )
    return [line.plain for line in stack(found, 100)]


def test_the_legend_has_the_glyphs_of_all_rows_and_no_other() -> None:
    said = lines(("sequential", "running"), ("threads", "gil_wait"), ("processes", "core_wait"))
    gap = said.index("")
    assert " ".join(said[gap + 1 :]) == (
        "▇▇ running  ▄▄ waiting for a core  ≡≡ waiting for the GIL  ▌ start of a task  "
        "│ end of the run"
    )


def test_what_coroutines_mean_by_a_glyph_is_said_beside_what_threads_do() -> None:
    said = lines(("sequential", "other"), ("asyncio", "other"))
    assert any("▪ blocked, other / waiting for something else" in line for line in said)
    alone = lines(("sequential", "running"), ("asyncio", "other"))
    assert any("▪ waiting for something else" in line for line in alone)
    assert not any("blocked" in line for line in alone)


def block(run: Run, now: int | None = None, expected: int = 0) -> Block:
    return Block("one", "one", run, "", now=now, expected=expected)


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=40), st.integers(0, 10**9))
def test_the_axis_holds_a_run_under_way_and_seldom_changes(steps: list[int], expected: int) -> None:
    """However long it becomes: so that the bars of the others stay where they are."""
    run = under_way()
    whole, changes = 0, 0
    for at in sorted(steps):
        shown = [block(run, run.started + at, expected)]
        before, whole = whole, whole_ns(shown, whole)
        changes += whole != before
        assert whole >= shown[0].length
    assert changes <= 1 + max(0, math.ceil(math.log(max(steps) / min(steps), 1.25)))


def test_the_axis_of_runs_that_are_over_is_that_of_the_longest() -> None:
    shown = [case("threads", took).shown for took in (1.0, 3.0)]
    blocks = [block(each.run) for each in shown if each is not None]
    assert whole_ns(blocks, before=10**12) == max(each.length for each in blocks) == 3 * 10**9


@given(st.lists(st.integers(1, 12), min_size=1, max_size=7), st.integers(1, 60))
def test_blocks_have_as_many_rows_as_there_is_room_for(workers: list[int], room: int) -> None:
    blocks = [block(shown_run(n)) for n in workers]
    each, gap = rows_each(blocks, room)
    needed = sum(b.rows(each) + gap for b in blocks) - gap
    assert needed <= room or (each, gap) == (1, 0)
    assert each == 1 or needed <= room
    if gap == 0:
        assert sum(b.rows(2) + 1 for b in blocks) - 1 > room, "there was no room for gaps"


@cache
def shown_run(workers: int) -> Run:
    found = case("threads", 1.0, tasks=workers).shown
    assert found is not None
    return found.run
