"""The Manager whose queue carries the events of worker processes."""

from __future__ import annotations

import pickle
import queue
from collections.abc import Callable
from multiprocessing.managers import BaseProxy, SyncManager, Token
from typing import Any

from concviz.worker.sender import Sender
from concviz.worker.tracing import Wire

Packed = tuple[int, bytes]
"""How many events, and these, pickled; no event: the end."""


class _Batches(queue.Queue[Packed]):
    """Knows how many events are in it."""

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self._events = 0

    def _put(self, item: Packed) -> None:
        super()._put(item)
        self._events += item[0]

    def _get(self) -> Packed:
        item = super()._get()
        self._events -= item[0]
        return item

    def take(self) -> tuple[bytes, int]:
        """Wait for the next batch; and how many events wait behind it."""
        _, packed = self.get()
        return packed, self._events


class EventQueue(BaseProxy):
    """The runner's proxy of a queue in the Manager's process, from which it takes batches."""

    _exposed_ = ("put", "take")

    _call: Callable[..., Any] = BaseProxy._callmethod
    _token: Token
    _authkey: bytes
    _id: str

    def take(self) -> tuple[list[Wire], int] | None:
        """Wait for the next batch, and how many events wait behind it; None is the end."""
        packed, behind = self._call("take")
        return (pickle.loads(packed), behind) if packed else None

    def end(self) -> None:
        """Whoever gets the batches gets no more."""
        self._call("put", ((0, b""),))

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


EventManager.register("Events", _Batches, EventQueue)
