"""Which rows are in view: as many as there is room for, and none that there is not."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from concviz.view.row_heights import HIGHEST, cells_of, height_for
from concviz.view.rows_in_view import RowsInView

COUNTS, ROOMS = st.integers(0, 200), st.integers(0, 60)
CHANGES: st.SearchStrategy[Callable[[RowsInView], RowsInView]] = st.one_of(
    st.tuples(COUNTS, ROOMS).map(lambda to: lambda rows: rows.of(*to)),
    COUNTS.map(lambda count: lambda rows: rows.of(count, rows.room)),
    st.integers(-300, 300).map(lambda by: lambda rows: rows.scrolled(by)),
    st.integers(0, 199).map(
        lambda row: lambda rows: rows.showing(row) if row < rows.count else rows
    ),
    st.just(lambda rows: rows.anew().of(rows.count, rows.room)),
)


@st.composite
def views(draw: st.DrawFn) -> RowsInView:
    """As whatever happens makes them."""
    rows = RowsInView().of(draw(COUNTS), draw(ROOMS))
    for change in draw(st.lists(CHANGES, max_size=8)):
        rows = change(rows)
    return rows


@given(views())
@example(RowsInView().of(0, 8).of(1, 0).scrolled(1))
def test_rows_in_view_fit_and_leave_no_gap(rows: RowsInView) -> None:
    shown = rows.shown
    assert 1 <= rows.height <= HIGHEST
    assert cells_of(len(shown), rows.height) <= max(rows.room, 0)
    assert 0 <= shown.start <= max(0, rows.count - 1)
    if len(shown) < rows.count:
        assert cells_of(len(shown) + 1, rows.height) > rows.room, "no room is left"


@given(views(), COUNTS)
def test_rows_do_not_grow_while_more_come(rows: RowsInView, more: int) -> None:
    assert rows.of(rows.count + more, rows.room).height <= rows.height
    assert rows.anew().of(more, rows.room).height == height_for(more, rows.room)


@given(views(), st.data())
def test_a_row_is_brought_into_view_by_as_little_as_it_takes(
    rows: RowsInView, data: st.DataObject
) -> None:
    if not rows.count or not rows.fitting:
        return
    row = data.draw(st.integers(0, rows.count - 1))
    shown = rows.showing(row)
    assert row in shown.shown
    if row in rows.shown:
        assert shown == rows
    else:
        assert row in (shown.shown.start, shown.shown.stop - 1)


@given(views(), st.integers(0, 59))
def test_the_row_under_a_line(rows: RowsInView, line: int) -> None:
    if line < cells_of(len(rows.shown), rows.height):
        assert rows.row_at(line) in rows.shown
        assert (rows.row_at(line) - rows.top) * rows.height <= line
