"""The Manager whose queue carries the events of worker processes."""

from __future__ import annotations

import pickle
import queue
from collections.abc import Callable
from multiprocessing.managers import BaseProxy, SyncManager, Token
from typing import Any

from concviz.engine.sender import Sender
from concviz.engine.worker import Wire


class EventQueue(BaseProxy):
    """The runner's proxy of a queue in the Manager's process, from which it gets batches."""

    _exposed_ = ("put", "get")

    _call: Callable[..., Any] = BaseProxy._callmethod
    _token: Token
    _authkey: bytes
    _id: str

    def get(self) -> list[Wire] | None:
        """Wait for the next batch; None is the end."""
        batch: list[Wire] | None = pickle.loads(self._call("get"))
        return batch

    def end(self) -> None:
        """Whoever gets the batches gets no more."""
        self._call("put", (pickle.dumps(None),))

    def sender(self) -> Sender:
        """For a worker process: what it needs to put batches into the queue."""
        address = self._token.address
        assert isinstance(address, (str, tuple))
        return Sender(address, bytes(self._authkey), self._id)

    def _after_fork(self) -> None:
        # A forked worker would connect twice, to count itself as a user of the queue, which it is
        # not, and to take that back: 2 ms that the picture would blame on the strategy.
        self._manager = None


class EventManager(SyncManager):
    """A process that holds queues of events."""

    def events(self) -> EventQueue:
        """A new queue."""
        proxy: EventQueue = self.Events()  # type: ignore[attr-defined]
        return proxy


EventManager.register("Events", queue.Queue, EventQueue)
