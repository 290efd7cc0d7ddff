"""How far a terminal is behind: what may be written to it, so that it shows nothing that is old.

A line of a few kilobytes a second, with buffers at both ends that take what comes, would show a run
as it was seconds ago. So the terminal is asked where its cursor is (DSR 6), which it answers when
it has come to the question; nearly all do, also through SSH. Of one that does not, it is known when
the system takes no more. Pure: times are seconds of a monotonic clock.
"""

from __future__ import annotations

from typing import NamedTuple

COLUMNS = 40
"""Every terminal is as wide. By the column in which it is asked a question is known again."""
HERE, FAR = 16_384, 4_096
"""Bytes that may be on their way before anything is known: to a terminal here, and through SSH."""
LEAST, MOST = 1_500, 65_536
LATE_S = 0.25
"""How much longer than the shortest time an answer may take."""
PATIENCE_S = 2.0
"""A question that was not answered for so long is asked again."""
TRIES, LOST = 4, 16
"""So many questions without an answer: it never answers; it is another terminal by now."""
ASKS_S = 0.1
"""While there is much room, it is asked no more often."""


class _Question(NamedTuple):
    at: float
    written: int
    """Bytes up to it."""


class Line:
    """The line to one terminal."""

    def __init__(self, window: int = HERE) -> None:
        """``window``: bytes that may be on their way at first."""
        self._first = window
        self.begin()

    def begin(self) -> None:
        """Nothing is known any more: it may be another terminal."""
        self._window = self._first
        self._written = self._accepted = self._shown = 0
        self._questions: dict[int, _Question] = {}
        """Without an answer, by column."""
        self._column = 0
        self._asked = float("-inf")
        self._shortest: float | None = None
        """Of all times until an answer; None while there was none."""

    @property
    def asked(self) -> bool:
        """Whether an answer may still come."""
        return bool(self._questions) and (self.answers or len(self._questions) < TRIES)

    @property
    def answers(self) -> bool:
        """Whether the terminal has answered."""
        return self._shortest is not None

    def write(self, size: int) -> None:
        """So many bytes are written."""
        self._written += size

    def accept(self, size: int) -> None:
        """The system has taken so many of them."""
        self._accepted += size

    def wants_question(self, now: float) -> bool:
        """Whether it is time to ask."""
        if self._questions:
            return self.asked and now - self._asked > PATIENCE_S
        behind = self._written - self._shown
        return behind > 0 and (now - self._asked > ASKS_S or behind > self._window // 2)

    def question(self, now: float) -> str:
        """What to write now; it must be told of as all else that is written."""
        if len(self._questions) >= LOST:
            self.begin()
        self._asked, self._column = now, self._column % COLUMNS + 1
        words = f"\x1b7\x1b[1;{self._column}H\x1b[6n\x1b8"
        self._questions[self._column] = _Question(now, self._written + len(words))
        return words

    def answer(self, column: int, now: float) -> None:
        """The terminal has come to the question that was asked in that column."""
        if (question := self._questions.get(column)) is None:
            return
        took = now - question.at
        self._shortest = took if self._shortest is None else min(self._shortest, took)
        late = took - self._shortest
        if late > LATE_S:
            on_its_way = question.written - self._shown
            self._window = max(LEAST, min(self._window, round(on_its_way * LATE_S / late)))
        elif late < LATE_S / 2 and question.written - self._shown > self._window // 4:
            self._window = min(MOST, self._window * 3 // 2)
        self._shown = question.written
        self._questions = {  # what was asked before was not answered, and will not be
            at: each for at, each in self._questions.items() if each.at > question.at
        }

    def room(self) -> int:
        """How many bytes may be written now."""
        if self.answers:
            return max(0, self._window - (self._written - self._shown))
        return MOST if self._written - self._accepted < LEAST else 0
