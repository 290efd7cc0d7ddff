"""The lines of a run in a file without a name, so that it can be kept when it is over."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from typing import Protocol

PIECE = 1 << 20


class Lines(Protocol):
    """The lines of a stream, as far as they have come."""

    @property
    def error(self) -> OSError | None:
        """Why they are not all there, such as a full disk."""

    def pieces(self) -> Iterator[bytes]:
        """All of them, from the first one on; from any thread, and again. Raises OSError."""


class Spool:
    """A temporary file that is gone with this process, in whatever way that ends.

    Raises OSError where there can be none. Later errors end what is kept, not the run: see
    ``error``.
    """

    def __init__(self) -> None:
        import tempfile  # for who keeps lines

        with tempfile.TemporaryFile(prefix="concviz-") as file:
            self._fd = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._fd)
        self._size = 0
        self._writing = threading.Lock()
        self.error: OSError | None = None

    @classmethod
    def if_possible(cls) -> Spool | None:
        """One, unless there can be none: a run that cannot be kept is still a run."""
        try:
            return cls()
        except OSError:
            return None

    def write(self, data: bytes) -> None:
        """Add whole lines."""
        with self._writing:
            if self.error is not None:
                return
            left = memoryview(data)
            try:
                while left:
                    left = left[os.pwrite(self._fd, left, self._size + len(data) - len(left)) :]
            except OSError as error:
                self.error = error
                return
            self._size += len(data)

    def pieces(self) -> Iterator[bytes]:
        """What has been added so far."""
        at, end = 0, self._size
        while at < end and (piece := os.pread(self._fd, min(PIECE, end - at), at)):
            at += len(piece)
            yield piece
