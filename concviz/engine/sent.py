"""How a result travels from a worker of its own memory to the runner."""

import pickle
from collections.abc import Callable
from time import monotonic_ns

from concviz.engine import worker

SLOW_NS = 1_000_000
LARGE = 1 << 20
"""Pickling that takes less time, of results that have fewer bytes, is not told."""


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
    if pickle_ns + now - begun >= SLOW_NS or len(pickled) >= LARGE:
        worker.emit(("returned", now, task, len(pickled), pickle_ns, now - begun))
    return value
