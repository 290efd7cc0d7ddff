"""From a file to blocks of whole lines: a bounded piece at a time, whatever is in the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from concviz.trace.unpacker import MAGIC, Unpacker

BLOCK = 1 << 16
"""Bytes taken in at once."""
LONGEST = 1 << 20
"""Bytes of a line: a longer one is none of ours, and is not kept in memory."""
QUOTED = 80
"""Bytes that stand for a line that is too long: no event ends so."""


class Bytes(Protocol):
    """A file, a pipe: gives what there is, waits for at least one byte, and b"" at the end."""

    def read(self, most: int, /) -> bytes | None:
        """At most so many bytes."""


class Blocks:
    """Pull blocks with ``read`` until one is None."""

    def __init__(self, file: Bytes, keep: Callable[[bytes], object] | None = None) -> None:
        """``keep`` gets what is read, unpacked, as it comes."""
        self._file = file
        self._keep = keep
        self._unpacker: Unpacker | None = None
        self._rest = b""
        self._skipping = self._over = False
        self.taken = 0
        """Bytes taken from the file."""
        self.given = 0
        """Bytes of them, unpacked."""
        self.trouble: str | None = None
        """What is wrong with the end of the file, once it was read; None when nothing is."""
        self.open_ended = False
        """Whether the last line of the last block may be a part of one."""

    def read(self) -> bytes | None:
        """The next lines, if some are whole by now; None at the end."""
        if self._over:
            return None
        try:
            piece = self._piece()
        except OSError as error:
            self.trouble = f"cannot be read any further: {error.strerror}"
            piece = None
        except ValueError:
            self.trouble = "is damaged: what follows cannot be unpacked"
            piece = None
        if piece is None:
            return self._last()
        self.given += len(piece)
        if self._keep is not None:
            self._keep(piece)
        text, newline, self._rest = (self._rest + piece).rpartition(b"\n")
        if self._skipping and newline:
            self._skipping = False
            text = text.partition(b"\n")[2]
        if self._skipping:
            self._rest = b""
        elif len(self._rest) > LONGEST:
            text += b"\n" + self._rest[:QUOTED]
            self._rest, self._skipping = b"", True
        return text

    def _piece(self) -> bytes | None:
        if self._unpacker is None or self._unpacker.hungry:
            packed = self._file.read(BLOCK) or b""
            if not self.taken:
                if len(packed) == 1:  # of two that tell what it is
                    packed += self._file.read(BLOCK) or b""
                if packed.startswith(MAGIC):
                    self._unpacker = Unpacker()
            self.taken += len(packed)
            if self._unpacker is None or not packed:
                return packed or None
            self._unpacker.add(packed)
        return self._unpacker.take(BLOCK)

    def _last(self) -> bytes:
        self._over = True
        self.open_ended = bool(self._rest)
        if self.trouble is None:
            if self._unpacker is not None and not self._unpacker.whole:
                self.trouble = "is cut off in the middle of its compressed data"
            elif self._skipping:
                self.trouble = "is cut off in the middle of a line"
        return self._rest
