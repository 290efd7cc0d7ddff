"""The line of the time cursor through the rows of a picture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.view.painting import Painted, paint_ruler
from concviz.view.time_mark import TimeMark

LINE = "┃"


def rows(width: int) -> list[Painted]:
    return [Painted(letter * width, bytes((1,)) * width) for letter in "rqab"]


def ruler(width: int, cell: int, said: str) -> str:
    return TimeMark.place(width, cell, said).mark(rows(width))[0].text


@given(st.integers(1, 100), st.integers(-200, 200), st.text("words ", max_size=120))
def test_every_row_below_has_the_line_in_its_cell_and_keeps_its_width(
    width: int, cell: int, said: str
) -> None:
    before = rows(width)
    marked = TimeMark.place(width, cell, said).mark(before)
    assert [len(row.text) for row in marked] == [len(row.styles) for row in marked] == [width] * 4
    assert LINE not in marked[0].text
    for row, was in zip(marked[1:], before[1:], strict=True):
        at = {k for k in range(width) if row.text[k] != was.text[k]}
        assert at == ({cell} if 0 <= cell < width else set())
        assert all(row.text[k] == LINE for k in at)


def test_the_words_are_at_the_right_end_unless_the_line_is_there() -> None:
    assert ruler(20, 2, "now") == "rrrrrrrrrrrrrrr now "
    assert ruler(20, 14, "now") == "rrrrrrrrrrrrrrr now "
    assert ruler(20, 15, "now") == " now rrrrrrrrrrrrrrr"
    assert ruler(20, -5, "now") == ruler(20, 50, "now") == "rrrrrrrrrrrrrrr now "
    assert ruler(4, 9, "longer") == " lon"


@given(st.integers(10, 60))
def test_no_tick_is_cut_by_the_words(width: int) -> None:
    ticks = [(0, "0"), (9, "1 s"), (19, "2 s"), (29, "3 s"), (39, "4 s")]
    mark = TimeMark.place(width, -1, "here")
    (row,) = mark.mark([paint_ruler(mark.beside(ticks), width)])
    shown = row.text.replace(" here ", "").split("╵")
    assert all(not part.strip() or part[0].isdigit() for part in shown[1:])
    assert not shown[0].strip()
