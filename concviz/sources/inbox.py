"""Where what was read of a run waits for who takes it in, with as much room as he asks for."""

from __future__ import annotations

import contextlib
import threading
import time
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")
LOOK_S = 0.5
"""How often somebody who waits for room looks whether it is still wanted."""


class Inbox(Generic[T]):
    """Messages from several threads, in batches, for one that takes them by and by."""

    def __init__(self) -> None:
        self.room: int | None = None
        """With so many messages in it, it is full; None: never."""
        self._batches: SimpleQueue[list[T]] = SimpleQueue()
        self._left: list[T] = []
        self._put = self._taken = 0
        self._open = False
        self._fewer = threading.Event()

    def put(self, batch: list[T]) -> None:
        """Add a batch, however full it is. One thread at a time."""
        self._put += len(batch)
        self._batches.put(batch)

    def take(self, budget_s: float, most: int) -> list[T]:
        """What has arrived, at most so many and within about that time, without waiting."""
        messages, self._left = self._left, []
        deadline = time.monotonic() + budget_s
        with contextlib.suppress(Empty):
            while len(messages) < most and time.monotonic() < deadline:
                messages += self._batches.get_nowait()
        self._left = messages[most:]
        given = messages[:most]
        self._taken += len(given)
        self._fewer.set()
        return given

    @property
    def waiting(self) -> bool:
        """Whether there are messages to take."""
        return bool(self._left) or not self._batches.empty()

    @property
    def full(self) -> bool:
        """Whether nothing more should be put into it for now."""
        room = self.room
        return room is not None and self._put - self._taken > room and not self._open

    def wait_for_room(self) -> None:
        """Return when it is not full."""
        while self.full:
            self._fewer.clear()
            if self.full:
                self._fewer.wait(LOOK_S)

    def open(self) -> None:
        """From now on there is room for all, whatever is asked for."""
        self._open = True
        self._fewer.set()
