"""How a result travels from a worker of its own memory to the runner, and what that takes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from time import monotonic_ns, thread_time_ns

from concviz.worker import tracing as worker

SLOW_NS = 1_000_000
LARGE = 1 << 20
"""Bytes. Pickling that takes less time, of what has fewer of them, is not told."""
AT_ONCE_NS = 5_000_000
"""CPU time that a worker may spend on the digest of a result that nobody gets."""


arrived: Callable[[int, object], object] = lambda task, value: None  # noqa: E731
"""Is told, in the runner, of every result that has come; replaced by who wants to know."""


class Sent:
    """A result on its way to the runner: pickled once, here, so that a failure is the task's."""

    def __init__(self, task: int, value: object) -> None:
        begun = monotonic_ns()
        self._pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        self._told = task, monotonic_ns() - begun

    def __sizeof__(self) -> int:
        """With what it holds: a cluster asks how much its results take."""
        return object.__sizeof__(self) + len(self._pickled)

    def __reduce__(self) -> tuple[Callable[[bytes, int, int], object], tuple[bytes, int, int]]:
        return unpickled, (self._pickled, *self._told)


def unpickled(pickled: bytes, task: int, pickle_ns: int) -> object:
    """The result, in the runner, which tells what that took if it was no trifle."""
    begun = monotonic_ns()
    value = pickle.loads(pickled)
    now = monotonic_ns()
    arrived(task, value)
    travelled = len(pickled), pickle_ns, now - begun
    if telling(*travelled):
        worker.emit(("returned", now, task, *travelled))
    return value


def telling(size: int, pickle_ns: int, unpickle_ns: int) -> bool:
    """Whether a journey was no trifle."""
    return size >= LARGE or pickle_ns + unpickle_ns >= SLOW_NS


def tell_digest(task: int, value: object) -> None:
    """In a worker whose results go nowhere: what they were, as far as that is quickly told."""
    from concviz.worker.digest import Budget, digest

    found, why = digest(value, Budget(LARGE, thread_time_ns() + AT_ONCE_NS))
    worker.emit(("results", monotonic_ns(), task, [found], why))
