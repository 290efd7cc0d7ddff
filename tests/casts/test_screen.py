"""The screen shows what another terminal emulator shows, whatever comes in whichever pieces."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from concviz.casts.pen import Pen
from concviz.casts.screen import CURSOR, Screen

COLUMNS, ROWS = 12, 5
NUMBERS = st.integers(0, 14)


def sequence(final: str, *numbers: int) -> str:
    return f"\x1b[{';'.join(map(str, numbers))}{final}"


PRINTED = st.text("ab ─▇≈é漢", min_size=1, max_size=15)
COLOURS = ["0", "1;31", "38;2;1;2;3", "48;5;7", "7", "39;49", "27;22"]
ORDERS = st.one_of(
    PRINTED,
    PRINTED,
    st.sampled_from(["\r", "\n", "\r\n", "\b", "\t", "\x1b7", "\x1b8", "\x1bD", "\x1bM"]),
    st.sampled_from(["\x1b[H", "\x1b[2J", "\x1b[J", "\x1b[1J", "\x1b[K", "\x1b[1K", "\x1b[2K"]),
    st.builds(sequence, st.sampled_from("ABCDEFGdLM"), NUMBERS),
    st.builds(sequence, st.just("H"), NUMBERS, NUMBERS),
    st.builds("\x1b[{}m".format, st.sampled_from(COLOURS)),
    st.sampled_from(["\x1b[?7l", "\x1b[?7h", "\x1b[?25l", "\x1b[?25h"]),
)
"""What pyte does as terminals do; not so: parts that scroll, and ``ESC E``."""
NARROW = ORDERS.filter(lambda order: "漢" not in order)
"""pyte leaves halves of wide characters behind."""
ANY = st.one_of(
    ORDERS,
    st.builds(sequence, st.just("r"), st.integers(1, 3), st.integers(4, 5)),
    st.builds(sequence, st.characters(min_codepoint=0x40, max_codepoint=0x7E), NUMBERS, NUMBERS),
    st.text(max_size=10),
    st.text("\x1b[]P\\\x07?0123;m\x18", max_size=10),
    st.sampled_from(["\x1b[?1049h", "\x1b[?1049l", "\x1b(0", "\x1b(B", "e\u0301", "\x1bc"]),
)


@given(st.lists(NARROW, max_size=30))
@example(["a" * 12, "\x1b[C", "b"])
@example(["\x1b[?7l", "abcdefghijklmn"])
def test_it_shows_what_another_emulator_shows(orders: list[str]) -> None:
    ours, theirs = Screen(COLUMNS, ROWS), pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(theirs)
    for order in orders:
        ours.feed(order)
        stream.feed(order)
    assert ours.display == theirs.display
    assert ours.cursor == (min(theirs.cursor.x, COLUMNS - 1), theirs.cursor.y)
    assert (CURSOR in ours.modes) != theirs.cursor.hidden


@given(st.lists(ANY, max_size=30), st.data())
def test_it_does_not_matter_where_pieces_end(orders: list[str], data: st.DataObject) -> None:
    whole, pieced = Screen(COLUMNS, ROWS), Screen(COLUMNS, ROWS)
    text = "".join(orders)
    whole.feed(text)
    while text:
        end = data.draw(st.integers(1, len(text)))
        pieced.feed(text[:end])
        text = text[end:]
    assert pieced.lines == whole.lines
    assert (pieced.cursor, pieced.modes) == (whole.cursor, whole.modes)


@given(st.lists(ANY, max_size=30), st.integers(1, 20), st.integers(1, 8))
def test_it_is_always_whole(orders: list[str], columns: int, rows: int) -> None:
    screen = Screen(COLUMNS, ROWS)
    for at, order in enumerate(orders):
        if at == 9:
            screen.resize(columns, rows)
        before = screen.copy()
        frozen = [*map(tuple, before.lines)]
        screen.feed(order)
        assert [*map(tuple, before.lines)] == frozen
        assert [len(line) for line in screen.lines] == [screen.columns] * screen.rows
        x, y = screen.cursor
        assert 0 <= x < screen.columns
        assert 0 <= y < screen.rows
        for line in screen.lines:
            for left, (text, _) in zip([None, *line], line, strict=False):
                assert text or (left is not None and left[0])
                assert not any(each < " " or "\x7f" <= each < "\xa0" for each in text)


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("a\x1b]0;a title\x07b", "ab"),
        ("a\x1b]52;c;c2VjcmV0\x1b\\b", "ab"),
        ("a\x1bPq" + "#0;2;0;0;0" * 1000 + "\x1b\\b", "ab"),
        ("a\x1b[6n\x1b[c\x1b[>0q\x1b[?2026$p\x1b[18t\x05b", "ab"),
        ("a\x1b[" + "1;" * 1000 + "b", None),
        ("\x1b(0lqk\x1b(Bq", "┌─┐q"),
        ("漢字\x1b[1;2Hx", " x字"),
        ("漢字\x1b[1;2H\x1b[X", "  字"),
        ("漢\x1b[1;1H\x1b[@", " 漢"),
        ("漢字\x1b[1;2H\x1b[P", " 字"),
        ("e\u0301" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("a\u202eb\u200bc", "abc"),
        ("-\x1b[4b", "-----"),
        ("ab\x1b[?1049hcd\x1b[?1049le", "abe"),
        ("ab\x1bcd", "d"),
        ("abc\x1b[1G\x1b[2X", "  c"),
    ],
)
def test_what_is_drawn_of_it(output: str, shown: str | None) -> None:
    screen = Screen(20, 3)
    screen.feed(output)
    if shown is not None:
        assert screen.display[0].rstrip() == shown


def test_a_part_that_scrolls() -> None:
    screen = Screen(3, 5)
    screen.feed("1\r\n2\r\n3\r\n4\r\n5\x1b[2;4r\x1b[4;1H\n6")
    assert [line.strip() for line in screen.display] == ["1", "3", "4", "6", "5"]
    screen.feed("\x1b[2;1H\x1bM7")
    assert [line.strip() for line in screen.display] == ["1", "7", "3", "4", "5"]
    screen.feed("\x1b[3;1H\x1b[L\x1b[5;1H\n\x1b[9A8")
    assert [line.strip() for line in screen.display] == ["8", "7", "", "3", "5"]
    screen.feed("\x1b[3;1H\x1b[M\x1b[r\x1b[S")
    assert [line.strip() for line in screen.display] == ["7", "3", "", "5", ""]


def test_colours() -> None:
    screen = Screen(20, 3)
    screen.feed("\x1b[1;38;2;1;2;3;48;5;9ma\x1b[0;97;100mb\x1b[3;39mc\x1b[K")
    assert [pen for _, pen in screen.lines[0][:4]] == [
        Pen((1, 2, 3), 9, frozenset({1})),
        Pen(15, 8),
        Pen(None, 8, frozenset({3})),
        Pen(None, 8),
    ]
