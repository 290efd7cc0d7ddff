"""How a result travels from a worker of its own memory to the runner, and what that takes."""

import pickle
from collections.abc import Callable
from time import monotonic_ns

from concviz.worker import tracing as worker

SLOW_NS = 1_000_000
LARGE = 1 << 20
"""Bytes. Pickling that takes less time, of what has fewer of them, is not told."""


class Sent:
    """A result on its way to the runner: pickled once, here, so that a failure is the task's."""

    def __init__(self, task: int, value: object) -> None:
        begun = monotonic_ns()
        self._pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        self._told = task, monotonic_ns() - begun

    def __reduce__(self) -> tuple[Callable[[bytes, int, int], object], tuple[bytes, int, int]]:
        return unpickled, (self._pickled, *self._told)


def unpickled(pickled: bytes, task: int, pickle_ns: int) -> object:
    """The result, in the runner, which tells what that took if it was no trifle."""
    begun = monotonic_ns()
    value = pickle.loads(pickled)
    now = monotonic_ns()
    travelled = len(pickled), pickle_ns, now - begun
    if telling(*travelled):
        worker.emit(("returned", now, task, *travelled))
    return value


def telling(size: int, pickle_ns: int, unpickle_ns: int) -> bool:
    """Whether a journey was no trifle."""
    return size >= LARGE or pickle_ns + unpickle_ns >= SLOW_NS
