"""Records and lines, one after the other, are read as they were told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from concviz.hooks import records
from concviz.hooks.records import END, of_four, of_three, of_two
from concviz.sources import ring_lines
from concviz.sources.ring_lines import WHOLE, AnyLine, lines_of

NUMBERS = st.integers(0, (1 << 62) - 1)
Piece = tuple[bytes, AnyLine]


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    """What is told, and what it says."""
    kind = draw(st.integers(0, 5))
    t, task, more = draw(NUMBERS), draw(NUMBERS), draw(NUMBERS)
    if kind == records.STARTED:
        return of_three(kind, t, task, more, END), ring_lines.StartedLine(t, task, more)
    if kind == records.BEGUN:
        return of_three(kind, t, task, more, END), ring_lines.StartedLine(t, task, more, "unknown")
    if kind == records.FINISHED:
        cpu = more - 1 if more else None
        return of_three(kind, t, task, more, END), ring_lines.FinishedLine(t, task, cpu)
    if kind == records.COLLECTED:
        return of_two(kind, t, task, END), ring_lines.CollectedLine(t, task)
    if kind == records.CALLED:
        given = draw(st.sampled_from([0, 1, 1 << 63, records.ALONE]))
        line = ring_lines.CalledLine(t, task, more, given)
        return of_four(kind, t, task, more, given, END), line
    return b'["cancelled",%d,%d]\n' % (t, task), ring_lines.CancelledLine(t, task)


@given(st.lists(pieces(), max_size=20), st.integers(0, 400))
def test_what_is_told_is_read_as_far_as_it_is_whole(told: list[Piece], cut: int) -> None:
    text = b"".join(each for each, _ in told)
    assert lines_of(text) == [line for _, line in told]
    assert records.how_many(text) == len(told)
    whole = WHOLE.match(text[:cut])
    assert whole is not None
    number, length = 0, 0
    while number < len(told) and length + len(told[number][0]) <= cut:
        length += len(told[number][0])
        number += 1
    assert whole.end() == length, "up to the last piece that is whole"
    assert lines_of(whole[0]) == [line for _, line in told[:number]]


@given(st.binary(max_size=200))
def test_what_nobody_told_is_reported_and_no_more(text: bytes) -> None:
    assert all(isinstance(each, bytes) or each.t >= 0 for each in lines_of(text))
