"""A terminal that a command has to itself: slow, answering or not, and given back."""

from __future__ import annotations

import os
import pty
import select
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from concviz.cli.own_terminal import ENTER, LEAVE, WHERE, OwnTerminal

PATIENCE_S = 60.0


class Ends:
    """A terminal, and who looks at it."""

    def __init__(self) -> None:
        self.ours, theirs = pty.openpty()
        self.stream: TextIO = os.fdopen(theirs, "w", encoding="utf-8")

    def seen(self, end: str) -> str:
        """What it was given since the last time, up to that: the system brings it in parts."""
        found = ""
        while not found.endswith(end):
            assert select.select([self.ours], [], [], PATIENCE_S)[0], found
            found += os.read(self.ours, 1 << 16).decode()
        return found

    def answer(self, text: str) -> None:
        """What it sends, if it sends that."""
        os.write(self.ours, text.encode())


@pytest.fixture
def ends() -> Iterator[Ends]:
    it = Ends()
    yield it
    it.stream.close()
    os.close(it.ours)


def test_one_that_answers_has_taken_a_picture_when_it_has_answered(ends: Ends) -> None:
    before = termios.tcgetattr(ends.stream)
    with OwnTerminal(ends.stream) as terminal:
        terminal.draw("first")
        assert ends.seen(WHERE) == f"{ENTER}first{WHERE}"
        assert not terminal.waits, "it may be one that does not answer"
        ends.answer("q\x1b[12;")
        assert terminal.read() == b"q"
        ends.answer("3R\x1b[D")
        assert terminal.read() == b"\x1b[D"
        terminal.draw("second")
        assert terminal.waits
        assert not terminal.blocks
        ends.answer("\x1b[1;1R\x1b")
        assert terminal.read() == b"\x1b"
        assert not terminal.waits
        terminal.draw("")
        assert ends.seen(WHERE) == f"second{WHERE}"
        terminal.draw("third")
        ends.answer("\x1b[1;1R")
    assert ends.seen(LEAVE) == f"third{WHERE}{LEAVE}"
    assert termios.tcgetattr(ends.stream) == before
    with OwnTerminal(ends.stream) as terminal:
        assert terminal.read() == b"", "no answer is left for the next one"


def test_one_that_reads_no_more_is_given_back_all_the_same(ends: Ends) -> None:
    before = termios.tcgetattr(ends.stream)
    with OwnTerminal(ends.stream) as terminal:
        while not terminal.blocks:
            terminal.draw("x" * 4096)
        assert terminal.waits
    assert termios.tcgetattr(ends.stream) == before


def test_one_that_is_gone_says_so() -> None:
    ends = Ends()
    with ends.stream, OwnTerminal(ends.stream) as terminal:
        os.close(ends.ours)
        with pytest.raises(OSError, match=r"hung up|Input/output"):
            terminal.read()
