"""Batches: few puts for many events, none of them lost, the start of a task at once."""

from __future__ import annotations

import threading

import pytest

from concviz.worker import batch as batch_module
from concviz.worker.batch import INTERVAL_S, Batch
from concviz.worker.tracing import Wire
from tests.running import wait_for


class Queue:
    """Stands in for a Manager's queue."""

    def __init__(self) -> None:
        self.batches: list[list[Wire]] = []
        self.broken = False

    def put(self, batch: list[Wire], /) -> None:
        if self.broken:
            raise BrokenPipeError
        self.batches.append(list(batch))

    @property
    def events(self) -> list[Wire]:
        return [event for batch in self.batches for event in batch]


def test_start_of_a_task_leaves_at_once_with_what_waits() -> None:
    queue = Queue()
    batch = Batch(queue.put)
    batch.put(("worker-started", 1, "w", 2, 3))
    batch.put(("started", 2, 0, "w"))
    assert queue.batches == [[("worker-started", 1, "w", 2, 3), ("started", 2, 0, "w")]]


def test_short_tasks_do_not_wait_until_something_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(batch_module, "monotonic", lambda: now)
    senders: list[threading.Thread] = []
    batch = Batch(lambda _: senders.append(threading.current_thread()))
    for task in range(100):
        batch.put(("started", task, task, "w"))
        batch.put(("finished", task, task, None, None))
        now += INTERVAL_S / 20
    assert senders.count(threading.current_thread()) == 1, "the first one, after a pause"
    now += INTERVAL_S
    batch.put(("started", 100, 100, "w"))
    assert senders.count(threading.current_thread()) == 2


def test_the_rest_leaves_by_itself() -> None:
    queue = Queue()
    batch = Batch(queue.put)
    batch.put(("finished", 1, 0, None, None))
    wait_for(lambda: queue.batches, "the event left")
    assert queue.events == [("finished", 1, 0, None, None)]


def test_many_events_make_few_puts() -> None:
    queue = Queue()
    batch = Batch(queue.put)
    number = 5_000
    for task in range(number):
        batch.put(("started", task, task, "w"))
    batch.flush()
    assert [event[1] for event in queue.events] == list(range(number))
    assert len(queue.batches) < number / 10


def test_nothing_is_lost_between_threads() -> None:
    queue = Queue()
    batch = Batch(queue.put)
    number = 2_000

    def work(worker: int) -> None:
        for task in range(number):
            batch.put(("finished", task, worker, None, None))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batch.flush()
    for worker in range(4):
        mine = [event[1] for event in queue.events if event[2] == worker]
        assert mine == list(range(number))


def test_flush_of_nothing_puts_nothing() -> None:
    queue = Queue()
    Batch(queue.put).flush()
    assert queue.batches == []


def test_queue_that_is_gone_ends_the_late_flush_without_a_word() -> None:
    """The run is being torn down; an exception in the thread would fail this test."""
    queue = Queue()
    queue.broken = True
    before = set(threading.enumerate())
    batch = Batch(queue.put)
    (thread,) = set(threading.enumerate()) - before
    batch.put(("finished", 1, 0, None, None))
    wait_for(lambda: not thread.is_alive(), "the thread ended")
