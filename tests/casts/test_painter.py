"""What is drawn of a screen is what it shows, and nothing but that."""

from __future__ import annotations

import re

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem

from concviz.casts.painter import Painter, colours_of
from concviz.casts.screen import Screen
from tests.casts.test_screen import ANY, COLUMNS, NARROW, ROWS
from tests.tui.sparse.terminal import seen_on

OURS = re.compile(r"\x1b\[(\d+;\d+H|[\d;]*m|\?25[lh])")


@given(st.lists(st.lists(NARROW, max_size=6), max_size=6), st.integers(1, 16), st.integers(1, 8))
def test_the_terminal_shows_as_much_of_the_screen_as_fits(
    pictures: list[list[str]], columns: int, rows: int
) -> None:
    screen = Screen(COLUMNS, ROWS)
    full, cut = pyte.Screen(COLUMNS, ROWS), pyte.Screen(columns, rows)
    direct = pyte.Screen(COLUMNS, ROWS)
    whole, part = (
        Painter(COLUMNS, ROWS, ColorSystem.TRUECOLOR),
        Painter(columns, rows, ColorSystem.STANDARD),
    )
    for orders in pictures:
        for order in orders:
            screen.feed(order)
            pyte.Stream(direct).feed(order)
        pyte.Stream(full).feed(whole.paint(screen))
        pyte.Stream(cut).feed(part.paint(screen))
        assert full.display == screen.display
        for y in range(rows):
            row = screen.display[y][:columns] if y < ROWS else ""
            assert cut.display[y].rstrip() == row.rstrip()
        for ours, theirs in zip(seen_on(full), seen_on(direct), strict=True):
            for one, other in zip(ours, theirs, strict=True):
                assert one.text == other.text
                if one.text != " ":  # pyte's erased cells keep more than the background
                    assert one == other


@given(st.lists(ANY, max_size=30))
def test_nothing_of_a_cast_reaches_the_terminal_but_what_is_drawn(orders: list[str]) -> None:
    screen = Screen(COLUMNS, ROWS)
    painter = Painter(COLUMNS, ROWS, ColorSystem.EIGHT_BIT)
    painter.paint(screen)
    for order in orders:
        screen.feed(order)
        left = OURS.sub("", painter.paint(screen))
        assert not any(each < " " or "\x7f" <= each < "\xa0" for each in left)
    assert painter.paint(screen) == "", "it is there already"


def test_without_colours_and_in_ascii() -> None:
    screen = Screen(COLUMNS, ROWS)
    screen.feed("\x1b[1;31;44m▇▇─漢\x1b[0mé")
    painter = Painter(COLUMNS, 1, None, "ascii")
    painted = painter.paint(screen)
    assert painted.isascii()
    assert "\x1b[0;1m##-??\x1b[0m?" in painted
    screen.feed("\x1b[1;4H")
    assert "#" not in painter.paint(screen), "it is there already"
    painter.forget(0)
    assert "#" in painter.paint(screen)


def test_colours_as_the_environment_says() -> None:
    assert colours_of({"TERM": "xterm-256color"}) is ColorSystem.EIGHT_BIT
    assert colours_of({"TERM": "xterm", "COLORTERM": "truecolor"}) is ColorSystem.TRUECOLOR
    assert colours_of({"TERM": "linux"}) is ColorSystem.STANDARD
    assert colours_of({"TERM": "xterm", "NO_COLOR": "1"}) is None
