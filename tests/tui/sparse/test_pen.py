"""From one pen to another, by the numbers that terminals know."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from concviz.tui.sparse.pen import PLAIN, Pen, change, change_for_blanks, for_blanks, pen_of

ATTRIBUTES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")
OFF = {"22": {"1", "2"}, "23": {"3"}, "24": {"4", "21"}, "27": {"7"}}
"""As ECMA-48 has it."""

colours = st.sampled_from(("", "1", "7", "8;5;200", "8;2;1;22;133"))
foregrounds = colours.map(lambda each: f"3{each}" if each else "") | st.just("97")
backgrounds = colours.map(lambda each: f"4{each}" if each else "") | st.just("107")
links = st.sampled_from(("", "id=1;https://example.org"))
pens = st.builds(
    Pen, st.frozensets(st.sampled_from(ATTRIBUTES), max_size=4), foregrounds, backgrounds, links
)


def after(pen: Pen, written: str) -> Pen:
    """The pen that a terminal has when that was written."""
    for link in re.findall(r"\x1b]8;(.*?)\x1b\\", written):
        pen = pen._replace(link="" if link == ";" else link)
    for sgr in re.findall(r"\x1b\[([0-9;]*)m", written):
        pen = _rendition(pen, sgr)
    return pen


def _rendition(pen: Pen, sgr: str) -> Pen:
    rest = sgr.split(";")
    while rest:
        number = rest.pop(0)
        if number in ("", "0"):
            pen = PLAIN._replace(link=pen.link)
        elif number in ("38", "48"):
            colour = ";".join([number, *(rest.pop(0) for _ in range(2 if rest[0] == "5" else 4))])
            pen = (
                pen._replace(foreground=colour)
                if number == "38"
                else pen._replace(background=colour)
            )
        elif number in OFF:
            pen = pen._replace(attributes=pen.attributes - OFF[number])
        elif number in ATTRIBUTES:
            pen = pen._replace(attributes=pen.attributes | {number})
        elif number[:-1] in ("3", "9"):
            pen = pen._replace(foreground="" if number == "39" else number)
        else:
            assert number[:-1] in ("4", "10")
            pen = pen._replace(background="" if number == "49" else number)
    return pen


@given(pens, pens)
def test_a_change_makes_of_one_pen_the_other(before: Pen, wanted: Pen) -> None:
    assert after(before, change(before, wanted)) == wanted
    assert change(wanted, wanted) == ""


@given(pens, pens)
def test_a_change_is_never_longer_than_beginning_anew(before: Pen, wanted: Pen) -> None:
    before, wanted = before._replace(link=""), wanted._replace(link="")
    assert len(change(before, wanted)) <= len("\x1b[0;m" + change(PLAIN, wanted)[2:])


@given(pens, pens)
def test_for_spaces_less_is_needed_and_looks_the_same(before: Pen, wanted: Pen) -> None:
    written, held = change_for_blanks(before, wanted)
    assert after(before, written) == held
    assert for_blanks(held) == for_blanks(wanted)
    assert len(written) <= len(change(before, wanted))


@given(pens)
def test_a_pen_is_read_from_its_numbers(pen: Pen) -> None:
    numbers = ";".join(filter(None, [*pen.attributes, pen.foreground, pen.background]))
    assert pen_of(numbers, pen.link) == pen


def test_the_terminals_own_colours_are_no_colours() -> None:
    assert pen_of("39;49") == PLAIN
