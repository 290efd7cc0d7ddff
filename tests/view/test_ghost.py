"""A run laid behind another: it is seen where nothing stands, and nothing in front is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.run import Run
from concviz.trace.plan import Plan
from concviz.view.ghost import Ghost
from concviz.view.legend import signs
from concviz.view.painting import Painted, blank, paint_row
from concviz.view.roles import Role
from concviz.view.segments import worker_row
from concviz.view.signs import Kind, Mark
from concviz.view.viewport import Viewport
from tests.builders import failed, many, pool_of_threads

GHOSTS = (pool_of_threads(), failed(), many(200))
DRAWN = (Mark.GHOST.glyph, Mark.GHOST_END.glyph)


def front(run: Run, row: int, view: Viewport) -> Painted:
    return paint_row(worker_row(run, run.workers[row], view, run.finished), view.width)


@given(
    st.sampled_from(GHOSTS),
    st.sampled_from(GHOSTS),
    st.integers(0, 3),
    st.integers(2, 200),
    st.integers(1, 8),
)
def test_what_stands_in_front_stays_and_only_free_cells_are_taken(
    before: Run, behind: Run, row: int, width: int, zoom: int
) -> None:
    row = min(row, len(before.workers) - 1)
    view = Viewport.fit(before.finished - before.started, width).zoomed(zoom, width // 2)
    own = front(before, row, view)
    both = Ghost(behind, "").behind(own, row, view, by_task=False)
    assert len(both.text) == len(own.text) == len(both.styles)
    for was, style, now, new in zip(own.text, own.styles, both.text, both.styles, strict=True):
        if was != " " or style != Role.IDLE:
            assert (now, new) == (was, style)
        else:
            assert (now, new) == (was, style) or (now in DRAWN and new == Role.GHOST)


@given(st.sampled_from(GHOSTS), st.integers(10, 200))
def test_behind_nothing_it_is_seen_where_its_tasks_were(run: Run, width: int) -> None:
    view = Viewport.fit(run.finished - run.started, width - 1).resized(width)
    for row, worker in enumerate(run.workers):
        shadow = Ghost(run, "").behind(blank(width), row, view, by_task=False)
        segments = worker_row(run, worker, view, run.finished)
        busy = {
            cell
            for begin, end, kind, _ in segments
            if kind in (Kind.BUSY, Kind.PARTLY, Kind.FAILED, Kind.LOST)
            for cell in range(begin, end)
        }
        drawn = {cell for cell, glyph in enumerate(shadow.text) if glyph == Mark.GHOST.glyph}
        assert busy - drawn <= {view.edge(run.finished - run.started)}, "its end is drawn there"
        assert drawn <= busy
        assert shadow.text.count(Mark.GHOST_END.glyph) == 1


def test_it_is_told_apart_without_colour_and_the_legend_knows_it() -> None:
    run = pool_of_threads()
    view = Viewport.fit(run.finished - run.started, 40).resized(42)
    shadow = Ghost(run, "").behind(blank(42), 0, view, by_task=False)
    assert set(signs([shadow])) == {Mark.GHOST, Mark.GHOST_END}


def test_rows_by_task_and_rows_that_it_does_not_have() -> None:
    run = pool_of_threads()
    ghost, view = Ghost(run, ""), Viewport.fit(run.finished - run.started, 60)
    assert (ghost.count(by_task=False), ghost.count(by_task=True)) == (3, 5)
    assert ghost.label(1) == run.label(run.workers[1])
    fourth = ghost.behind(blank(60), 4, view, by_task=True)
    assert fourth.text.lstrip().startswith(Mark.GHOST.glyph), "the last task began in the middle"
    for row, by_task in ((3, False), (5, True)):
        assert ghost.behind(blank(60), row, view, by_task) == blank(60)


def test_a_run_that_never_began_casts_no_shadow() -> None:
    ghost = Ghost(Run(Plan()), "")
    assert ghost.count(by_task=False) == 0
    assert ghost.length == 1
    assert ghost.behind(blank(10), 0, Viewport.fit(100, 10), by_task=False) == blank(10)


@given(st.integers(0, 250), st.integers(20, 120))
def test_as_of_a_time_it_is_as_far_as_it_was_by_then(ms: int, width: int) -> None:
    run = pool_of_threads()
    ghost = Ghost(run, "")
    view = Viewport.fit(ghost.length, width - 1).resized(width)
    until = ms * 1_000_000
    whole = ghost.behind(blank(width), 0, view, by_task=False)
    then = ghost.behind(blank(width), 0, view, False, until)
    edge = min(width, view.edge(until))
    assert then.text == whole.text[:edge].ljust(width)
