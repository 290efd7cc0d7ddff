"""Tasks that compute inside one lock, of the kind that their workers can share."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from concviz.workloads import Arguments, Preparation, Workload
from concviz.workloads.cpu import cpu

if TYPE_CHECKING:
    import asyncio
    from threading import Lock


TURNS = 4
"""Several, so that tasks that began together queue for the lock until the end."""


def lock(i: int, lock: Lock, seconds: float, rounds: int) -> None:
    """Four times: wait a little, then compute inside the lock, where only one task can be."""
    for _ in range(TURNS):
        time.sleep(seconds)
        with lock:
            cpu(i, rounds)


async def lock_async(i: int, lock: asyncio.Lock, seconds: float, rounds: int) -> None:
    """Do the same; what is computed blocks the event loop."""
    import asyncio

    for _ in range(TURNS):
        await asyncio.sleep(seconds)
        async with lock:
            cpu(i, rounds)


class PipeLock:
    """A lock that sub-interpreters can share, as they share the files of their process.

    A pipe holds one byte while the lock is free: to acquire is to read it, to release is to write
    it back. Copies (pickled, in the same process) are the same lock.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self.release()

    def acquire(self) -> None:
        """Wait until the lock is free and take it."""
        os.read(self._reader, 1)

    def release(self) -> None:
        """Let the next one have it."""
        os.write(self._writer, b"1")

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def close(self) -> None:
        """Close the pipe, for all copies."""
        os.close(self._reader)
        os.close(self._writer)


@contextmanager
def prepare(preparation: Preparation) -> Iterator[Arguments]:
    """One lock for all tasks; 20 % of the duration to wait, and work for the rest."""
    seconds = 0.2 * preparation.duration_s / TURNS
    rounds = round(0.8 * preparation.rounds(lambda rounds: cpu(0, rounds)) / TURNS)
    match preparation.kind:
        case "process":
            assert preparation.context is not None
            yield preparation.context.Lock(), seconds, rounds
        case "coroutine":
            import asyncio

            yield asyncio.Lock(), seconds, rounds
        case "interpreter":
            with closing(PipeLock()) as shared:
                yield shared, seconds, rounds
        case _:
            import threading

            yield threading.Lock(), seconds, rounds


WORKLOAD = Workload(
    summary="Computes 80 % of its time, inside a lock that all share.",
    function=lock,
    coroutine=lock_async,
    prepare=prepare,
    interdependent=True,
)
