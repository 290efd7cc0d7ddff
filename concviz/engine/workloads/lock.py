"""Tasks that spend most of their time inside one lock, of the kind that their workers can share."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from concviz.engine.workloads import Arguments, Preparation, Workload

if TYPE_CHECKING:
    import asyncio
    from threading import Lock


def lock(i: int, lock: Lock, seconds: float) -> None:
    """Wait a little, then for most of the time inside the lock, where only one task can be."""
    time.sleep(0.2 * seconds)
    with lock:
        time.sleep(0.8 * seconds)


async def lock_async(i: int, lock: asyncio.Lock, seconds: float) -> None:
    """Do the same without blocking the event loop."""
    import asyncio

    await asyncio.sleep(0.2 * seconds)
    async with lock:
        await asyncio.sleep(0.8 * seconds)


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
    """One lock for all tasks."""
    seconds = preparation.duration_s
    match preparation.kind:
        case "process":
            assert preparation.context is not None
            yield preparation.context.Lock(), seconds
        case "coroutine":
            import asyncio

            yield asyncio.Lock(), seconds
        case "interpreter":
            with closing(PipeLock()) as shared:
                yield shared, seconds
        case _:
            import threading

            yield threading.Lock(), seconds


WORKLOAD = Workload(
    summary="Spends 80 % of its time in a lock that all share.",
    function=lock,
    coroutine=lock_async,
    prepare=prepare,
    interdependent=True,
)
