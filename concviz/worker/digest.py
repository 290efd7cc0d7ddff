"""A few characters that are the same for equal results, so that those of two runs can be compared.

Of what a result is pickled to, but neither of which parts of it are the same object, nor of the
order in which sets and dicts have their elements: these differ from process to process. Numbers of
different types (1 and 1.0) differ. Standard library only.
"""

from __future__ import annotations

import pickle
from time import thread_time_ns

from concviz.worker.describe import cut, printable

try:
    from _blake2 import blake2b  # hashlib takes 5 ms in each worker, for OpenSSL
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BYTES = 8
"""Of a digest: by chance, one pair of different results in 10 to the 19th has the same."""
REASON = 200
"""Characters of why there is none."""


class Budget:
    """What may be spent on a digest: bytes, and CPU time of this thread, until it has had so much.

    (Nanoseconds. On a busy machine a clock would tell of others.)
    """

    def __init__(self, most: int, until: int) -> None:
        self.left = most
        self._until = until

    def spend(self, size: int) -> None:
        """Raises OverflowError, in words, when there is no more."""
        self.left -= size
        if self.left < 0:
            raise OverflowError("it is too large")
        if thread_time_ns() > self._until:
            raise OverflowError("that would take too long")


def digest(value: object, budget: Budget) -> tuple[str, str]:
    """The digest, or nothing and why there is none; nothing is raised, whatever the value does."""
    try:
        return _digest(value, budget).hex(), ""
    except OverflowError as error:
        return "", str(error)
    except BaseException as error:
        try:
            why = printable(cut(" ".join(f"{type(error).__name__}: {error}".split()), REASON))
        except BaseException:
            why = "it cannot be pickled"
        return "", why


def _digest(value: object, budget: Budget) -> bytes:
    hashed = _Hashed(budget)
    pickler = _Pickler(hashed, 4)
    pickler.budget = budget
    pickler.fast = True  # without a memory of objects: only what is equal counts
    pickler.dump(value)
    return hashed.hash.digest()


class _Hashed:
    """A file of which only the hash is kept."""

    def __init__(self, budget: Budget) -> None:
        self.hash = blake2b(digest_size=BYTES)
        self._budget = budget

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self._budget.spend(size)
        self.hash.update(data)
        return size


class _Pickler(pickle.Pickler):
    """Sorts what has no order."""

    budget: Budget

    def persistent_id(self, value: Any) -> tuple[str, bytes] | None:
        kind = type(value)
        if kind is set or kind is frozenset:
            return kind.__name__, b"".join(sorted(_digest(each, self.budget) for each in value))
        if kind is dict:
            pairs = (
                _digest(key, self.budget) + _digest(each, self.budget)
                for key, each in value.items()
            )
            return "dict", b"".join(sorted(pairs))
        return None
