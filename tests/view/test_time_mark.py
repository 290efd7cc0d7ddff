"""The line of the time cursor through the rows of a picture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.view.painting import Painted
from concviz.view.time_mark import mark_time

LINE = "┃"


def rows(width: int) -> list[Painted]:
    return [Painted(letter * width, bytes((1,)) * width) for letter in "rqab"]


@given(st.integers(0, 100), st.integers(-200, 200), st.text("words ", max_size=120))
def test_every_row_has_the_line_in_its_cell_and_keeps_its_width(
    width: int, cell: int, said: str
) -> None:
    before = rows(width)
    marked = mark_time(before, cell, said)
    assert [len(row.text) for row in marked] == [len(row.styles) for row in marked] == [width] * 4
    for row, was in zip(marked[1:], before[1:], strict=True):
        at = {k for k in range(width) if row.text[k] != was.text[k]}
        assert at == ({cell} if 0 <= cell < width else set())
        assert all(row.text[k] == LINE for k in at)


def test_the_words_are_beside_the_line_where_there_is_room() -> None:
    assert mark_time(rows(20), 2, "now")[0].text == f"rr{LINE} now rrrrrrrrrrrr"
    assert mark_time(rows(20), 18, "now")[0].text == f"rrrrrrrrrrrrr now {LINE}r"
    assert mark_time(rows(20), -5, "now")[0].text.startswith(" now ")
    assert mark_time(rows(20), 50, "now")[0].text.endswith(" now ")
    assert mark_time(rows(4), 1, "longer")[0].text == " lon"
    assert mark_time([], 1, "now") == []
