"""The collector: all events, in order; it says when more come than it reads, and what it leaves."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Iterator

import pytest

from concviz.runner.collector import BATCH, Collector
from concviz.runner.manager import _Batches
from concviz.trace import events
from tests.running import PATIENCE_S, wait_for

THREADS = ("concviz-collect", "concviz-last-word")


class Pipes:
    """A collector's surroundings: the supervisor and the lab."""

    def __init__(self) -> None:
        self.read, write = os.pipe()
        asked, self.ask = os.pipe()
        self.answered, answer = os.pipe()
        self._all = [self.read, write, asked, self.ask, self.answered, answer]
        self.collector = Collector(write, (asked, answer))
        self._written = b""

    def lines(self) -> list[events.AnyEvent]:
        """Everything that it wrote, to its end."""
        while select.select([self.read], [], [], 0)[0]:
            self._written += os.read(self.read, 1 << 16)
        lines, end, rest = self._written.rpartition(b"\n")
        self._written = rest
        return events.decode_lines(lines + end)

    def has_answered(self, within: float = PATIENCE_S) -> bool:
        return bool(select.select([self.answered], [], [], within)[0])

    def close(self) -> None:
        os.write(self.ask, b"?")

        def over() -> bool:
            self.lines()
            return not any(thread.name in THREADS for thread in threading.enumerate())

        wait_for(over, "its threads have ended")
        for fd in self._all:
            os.close(fd)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    pipes = Pipes()
    yield pipes
    pipes.close()


def flood(collector: Collector, number: int) -> None:
    for task in range(number):
        collector.emit(("submitted", task, task))


def read_on(pipes: Pipes, into: list[events.AnyEvent], until: threading.Event) -> None:
    rest = b""
    while not until.is_set() or select.select([pipes.read], [], [], 0)[0]:
        if select.select([pipes.read], [], [], 0.01)[0]:
            *lines, rest = (rest + os.read(pipes.read, 1 << 16)).split(b"\n")
            into += map(events.decode, lines)


def test_what_waits_is_told_with_every_batch_and_that_it_waits_no_more(pipes: Pipes) -> None:
    flood(pipes.collector, 3 * BATCH)
    told: list[events.AnyEvent] = []
    over = threading.Event()
    reader = threading.Thread(target=read_on, args=(pipes, told, over))
    reader.start()
    pipes.collector.start()
    pipes.collector.close()
    over.set()
    reader.join()
    tasks = [event.task for event in told if isinstance(event, events.TaskSubmitted)]
    assert tasks == [*range(3 * BATCH)]
    left = [event.events for event in told if isinstance(event, events.Unread)]
    assert len(left) == 3
    assert left[-1] == 0
    seen = 0
    for event in told:
        if isinstance(event, events.Unread) and event.events:
            more = seen + event.events - 3 * BATCH
            assert more in (0, 1), "what was read and what waits is all, perhaps with the end"
        seen += isinstance(event, events.TaskSubmitted)


def test_a_calm_run_has_no_word_of_it(pipes: Pipes) -> None:
    pipes.collector.start()
    flood(pipes.collector, 50)
    pipes.collector.close()
    assert len(pipes.lines()) == 50


def test_asked_for_a_last_word_it_reads_a_batch_and_counts_the_rest(pipes: Pipes) -> None:
    """What it has read, and what it says that it leaves, is everything."""
    number = 10 * BATCH
    flood(pipes.collector, number)
    pipes.collector.start()  # it writes until the pipe is full
    wait_for(lambda: select.select([pipes.read], [], [], 0)[0], "it writes")
    os.write(pipes.ask, b"?")
    assert not pipes.has_answered(within=0.1), "it cannot, before somebody reads"
    told: list[events.AnyEvent] = []
    over = threading.Event()
    reader = threading.Thread(target=read_on, args=(pipes, told, over))
    reader.start()
    assert pipes.has_answered()
    over.set()
    reader.join()
    last = told[-1]
    assert isinstance(last, events.Unread)
    read = sum(isinstance(event, events.TaskSubmitted) for event in told)
    assert read + last.events == number
    assert last.events > 0
    assert read <= 4 * BATCH


def test_asked_in_a_quiet_moment_it_answers_at_once(pipes: Pipes) -> None:
    pipes.collector.start()
    os.write(pipes.ask, b"?")
    assert pipes.has_answered()
    assert pipes.lines() == []


def test_what_waits_elsewhere_counts_too(pipes: Pipes) -> None:
    pipes.collector.elsewhere = 17
    flood(pipes.collector, 1)
    pipes.collector.start()
    wait_for(lambda: select.select([pipes.read], [], [], 0)[0], "it writes")
    _, said = pipes.lines()
    assert isinstance(said, events.Unread)
    assert said.events == 17


def test_batches_in_the_manager_know_how_many_events_wait() -> None:
    batches = _Batches()
    batches.put((3, b"abc"))
    batches.put((2, b"de"))
    assert batches.take() == (b"abc", 2)
    assert batches.take() == (b"de", 0)
