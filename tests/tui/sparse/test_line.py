"""What may be written to a slow terminal, tried on lines that are made up: bytes, and seconds."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from concviz.tui.sparse.line import HERE, LATE_S, LOST, PATIENCE_S, TRIES, Line

STEP = 1 / 30


def column(question: str) -> int:
    return int(question.split(";")[1].split("H")[0])


class Wire:
    """A line of so many bytes a second, which takes whatever comes, and a way there and back."""

    def __init__(self, rate: float, latency: float, *, answers: bool = True) -> None:
        self.line, self.rate, self.latency, self.answers = Line(), rate, latency, answers
        self.free = self.now = 0.0
        self.asked = 0
        self.answer_at: list[tuple[float, int]] = []
        self.written: list[tuple[float, float]] = []
        """Of each picture, when it was written and when the last of it was seen."""

    def send(self, size: int) -> None:
        self.line.write(size)
        self.line.accept(size)
        self.free = max(self.free, self.now) + size / self.rate

    def picture(self, size: int) -> None:
        """One that takes so many bytes, as far as there is room for it."""
        if (room := self.line.room()) > 0:
            self.send(min(size, room))
            self.written.append((self.now, self.free + self.latency / 2))
        if self.line.wants_question(self.now):
            question = self.line.question(self.now)
            self.asked += 1
            self.send(len(question))
            if self.answers:
                self.answer_at.append((self.free + self.latency, column(question)))

    def turn(self) -> None:
        self.now += STEP
        while self.answer_at and self.answer_at[0][0] <= self.now:
            self.line.answer(self.answer_at.pop(0)[1], self.now)


@given(st.floats(3_000, 1e7), st.floats(0, 0.3), st.integers(50, 3_000))
@example(5_000, 0.02, 2_000)
@example(20_000, 0.0, 3_000)
def test_what_is_shown_is_never_a_second_old(rate: float, latency: float, size: int) -> None:
    wire = Wire(rate, latency)
    wire.picture(10)
    for _ in range(30 * 20):
        wire.turn()
        wire.picture(size)
    settled = [(at, seen) for at, seen in wire.written if at > 10]
    assert settled
    assert max(seen - at for at, seen in settled) < 1
    ages = [after - at for (at, _), (_, after) in pairwise(settled)]
    assert max(ages, default=0) < (1 if rate >= 5_000 and latency < 0.1 else 1.8), "nor until then"


@given(st.floats(0, 0.3))
def test_a_fast_line_is_not_held_back(latency: float) -> None:
    wire = Wire(1e7, latency)
    for _ in range(30 * 5):
        wire.picture(300)
        wire.turn()
    assert len(wire.written) == 30 * 5


def test_a_terminal_that_does_not_answer_is_asked_a_few_times_and_then_left_alone() -> None:
    wire = Wire(1e6, 0, answers=False)
    for _ in range(round(30 * PATIENCE_S * (TRIES + 3))):
        wire.picture(100)
        wire.turn()
    assert wire.asked == TRIES
    assert not wire.line.asked
    assert not wire.line.wants_question(wire.now)
    assert len(wire.written) == round(30 * PATIENCE_S * (TRIES + 3)), "it is written to as ever"


def test_an_answer_that_is_lost_is_asked_for_again() -> None:
    wire = Wire(1e6, 0)
    wire.picture(10)
    wire.turn()
    wire.answers = False
    while not wire.line.asked:
        wire.picture(100)
        wire.turn()
    wire.answers = True
    for _ in range(round(30 * PATIENCE_S) + 3):
        wire.picture(5_000)
        wire.turn()
    assert wire.line.answers
    assert wire.line.room() > 0


def test_a_terminal_that_has_ceased_to_answer_is_written_to_again() -> None:
    wire = Wire(1e6, 0)
    wire.picture(10)
    wire.turn()
    wire.answers = False
    before = 0
    for _ in range(round(30 * PATIENCE_S * (LOST + TRIES + 2))):
        wire.picture(5_000)
        wire.turn()
        before = before or len(wire.written) * (wire.line.room() == 0)
    assert not wire.line.answers
    assert len(wire.written) > before


def test_what_the_system_does_not_take_is_waited_for() -> None:
    line = Line()
    line.write(HERE)
    assert line.room() == 0
    line.accept(HERE)
    assert line.room() > HERE


def test_an_answer_that_nobody_asked_for_tells_nothing() -> None:
    line = Line()
    line.answer(1, 1.0)
    assert not line.answers
    question = line.question(2.0)
    line.answer(column(question) + 1, 2.0)
    assert not line.answers
    line.answer(column(question), 2.0 + LATE_S)
    assert line.answers
    line.begin()
    assert not line.answers
