"""What a program writes to its terminal, as lines."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from concviz.sources.printed import PIECE, Lines, Printed
from concviz.trace import events


def lines(*pieces: bytes) -> list[bytes]:
    it = Lines()
    return [line for piece in (*pieces, b"") for line in it.feed(piece)]


def test_colours_and_what_was_written_over_are_left_out() -> None:
    assert lines(b"\x1b[1;31mred\x1b[0m\r\n", b"\x1b]0;title\x07plain\n") == [b"red", b"plain"]
    assert lines(b" 10 %\r", b" 50 %\r 90 %", b"\r100 %\nnext") == [b"100 %", b"next"]
    assert lines(b"\n\n") == []


def test_a_line_without_an_end_is_cut() -> None:
    (first, *rest) = lines(b"x" * (PIECE + 1), b"y")
    assert len(first) == PIECE + 1
    assert rest == [b"y"]


@given(st.lists(st.binary(max_size=8)))
def test_it_does_not_matter_how_it_comes(pieces: list[bytes]) -> None:
    plain = [piece.replace(b"\r", b"").replace(b"\x1b", b"") for piece in pieces]
    assert lines(*filter(None, plain)) == [line for line in b"".join(plain).split(b"\n") if line]


def test_it_ends_when_nobody_prints_any_more() -> None:
    reads, writes = os.pipe()
    printed = Printed(reads)
    assert printed.read() == ([], False)
    os.write(writes, b"one\ntw")
    (told,), more = printed.read()
    assert isinstance(told, events.Output)
    assert (told.text, more) == ("one", True)
    os.close(writes)
    (told,), more = printed.read()
    assert isinstance(told, events.Output)
    assert (told.text, more) == ("tw", False)
    assert not printed.open
