"""A worker process's end of the Manager's queue.

It says to the Manager what a proxy of the queue would say. That proxy's module takes 28 ms to be
imported in every worker that is not forked: more than all else that we put there, and the picture
would blame it on the strategy. The standard library only.
"""

from __future__ import annotations

import pickle
from multiprocessing.connection import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from typing import Any

    from concviz.worker.tracing import Wire


class Sender:
    """Puts batches of events into the queue. Pickled, it is still that of the same queue."""

    def __init__(self, address: str | tuple[str, int], authkey: bytes, queue: str) -> None:
        """Where the Manager listens, the key that it asks for, and its name for the queue."""
        self._address = address
        self._authkey = authkey
        self._queue = queue
        self._connection: Connection[Any, Any] | None = None

    def put(self, batch: list[Wire]) -> None:
        """Send a batch. Raises OSError or EOFError when the Manager is gone."""
        if self._connection is None:
            self._connection = Client(self._address, authkey=self._authkey)
            self._ask(None, "accept_connection", "concviz-worker")
        # Pickled here, so that the Manager's process passes on bytes and looks at no event.
        packed = pickle.dumps(batch, pickle.HIGHEST_PROTOCOL)
        self._ask(self._queue, "put", (len(batch), packed))

    def _ask(self, of: str | None, method: str, argument: object) -> None:
        assert self._connection is not None
        self._connection.send((of, method, (argument,), {}))
        kind, answer = self._connection.recv()
        if kind != "#RETURN":
            raise OSError(f"the Manager answered {kind}: {answer}")
