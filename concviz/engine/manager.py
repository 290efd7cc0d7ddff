"""The Manager whose queue carries the events of worker processes."""

from __future__ import annotations

import pickle
import queue
from collections.abc import Callable
from multiprocessing.managers import BaseProxy, SyncManager
from typing import Any

from concviz.engine.worker import Wire


class EventQueue(BaseProxy):
    """Proxy of a queue in the Manager's process; puts and gets batches of events."""

    _exposed_ = ("put", "get")

    _call: Callable[..., Any] = BaseProxy._callmethod

    def put(self, batch: list[Wire] | None) -> None:
        """Send a batch; None is the end."""
        # Pickled here, so that the Manager's process passes on bytes and looks at no event.
        self._call("put", (pickle.dumps(batch, pickle.HIGHEST_PROTOCOL),))

    def get(self) -> list[Wire] | None:
        """Wait for the next batch."""
        batch: list[Wire] | None = pickle.loads(self._call("get"))
        return batch

    def _after_fork(self) -> None:
        # A forked worker would connect twice more, to count itself as a user of the queue and to
        # take that back: 2 ms that the picture would blame on the strategy. The runner's own proxy
        # keeps the queue alive for as long as there are workers.
        self._manager = None


class EventManager(SyncManager):
    """A process that holds queues of events."""

    def events(self) -> EventQueue:
        """A new queue."""
        proxy: EventQueue = self.Events()  # type: ignore[attr-defined]
        return proxy


EventManager.register("Events", queue.Queue, EventQueue)
