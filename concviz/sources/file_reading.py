"""A recording in a file, read by whoever drains it, as far as he has time."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Iterator

from concviz.sources.spool import PIECE
from concviz.trace.message import Message
from concviz.trace.reader import Reader, RecordingError
from concviz.trace.unpacker import unpacked


class FileReading:
    """Reads a regular file, which is then its own.

    Raises RecordingError where that is no recording.
    """

    error: RecordingError | None = None

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._size = os.fstat(fd).st_size
        self._stopped = False
        self._left: list[Message] = []
        self.lines = FileLines(fd)
        self.reader = Reader(self)
        try:
            while self.reader.header is None and not self.reader.ended:
                self._left += self.reader.read()
        except RecordingError:
            self.lines.close()
            raise

    def read(self, most: int, /) -> bytes:
        """The next bytes of the file."""
        return os.read(self._fd, most)

    @property
    def finished(self) -> bool:
        """Whether its end was read."""
        return self.reader.ended

    @property
    def waiting(self) -> bool:
        """Whether there is more of it."""
        return bool(self._left) or not self.reader.ended

    @property
    def behind(self) -> bool:
        """The same: it is all there."""
        return self.waiting

    @property
    def progress(self) -> float | None:
        """Part of its bytes that was read."""
        return min(1.0, self.reader.taken / self._size) if self._size else None

    def now(self) -> int:
        """The latest that is known."""
        return self.reader.latest

    def late_ns(self, now: int) -> int:
        """Nothing is on its way."""
        return 0

    def drain(self, budget_s: float, most: int) -> list[Message]:
        """Read on, within that time."""
        found, self._left = self._left, []
        deadline = time.monotonic() + budget_s
        while len(found) < most and not self.reader.ended and time.monotonic() < deadline:
            found += self.reader.stop() if self._stopped else self.reader.read()
        self._left = found[most:]
        return found[:most]

    def give_room(self, messages: int | None) -> None:
        """Nothing is read before it is drained."""

    def wait(self, timeout: float | None) -> bool:
        """It is there."""
        return True

    def stop(self) -> None:
        """Read no further."""
        self._stopped = True

    def close(self) -> None:
        """The same: nothing is under way."""
        self.stop()


class FileLines:
    """The lines of a file that stays open as long as somebody may want them."""

    error: OSError | None = None

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.close = weakref.finalize(self, os.close, fd)

    def pieces(self) -> Iterator[bytes]:
        """All of it, unpacked."""
        return unpacked(self._raw(), PIECE)

    def _raw(self) -> Iterator[bytes]:
        at = 0
        while piece := os.pread(self._fd, PIECE, at):
            at += len(piece)
            yield piece
