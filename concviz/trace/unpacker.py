"""Compressed bytes as they were, a bounded piece at a time: a small file may hold a huge one."""

from __future__ import annotations

import zlib

MAGIC = b"\x1f\x8b"
"""What gzip begins with. A recording itself begins with text."""
_GZIP = 16 + zlib.MAX_WBITS


class Unpacker:
    """Gzip members, one after the other, as `cat` and appending make them."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._packed = b""
        self._between = True
        """Whether it is between two members, where it may well end."""

    @property
    def hungry(self) -> bool:
        """Whether it needs more to give more."""
        return not self._packed

    @property
    def whole(self) -> bool:
        """Whether what came is complete."""
        return self._between and not self._packed

    def add(self, packed: bytes) -> None:
        """There is more of it."""
        self._packed += packed

    def take(self, most: int) -> bytes:
        """The next bytes, so many at most. Raises ValueError where that is no gzip."""
        if self._between:
            self._packed = self._packed.lstrip(b"\0")  # as tapes and copies leave behind it
            if not self._packed:
                return b""
            self._member = zlib.decompressobj(_GZIP)
            self._between = False
        try:
            given = self._member.decompress(self._packed, most)
        except zlib.error as error:
            self._packed = b""
            raise ValueError(str(error)) from error
        self._between = self._member.eof
        self._packed = self._member.unused_data if self._between else self._member.unconsumed_tail
        return given
