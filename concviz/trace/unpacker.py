"""Compressed bytes as they were, a bounded piece at a time: a small file may hold a huge one."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    _Member: TypeAlias = zlib._Decompress

MAGIC = b"\x1f\x8b"
"""What gzip begins with. A recording itself begins with text."""
_GZIP = 16 + zlib.MAX_WBITS


class Unpacker:
    """Gzip members, one after the other, as `cat` and appending make them."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._packed = b""
        self._damaged: zlib.error | None = None
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
        """The next bytes, so many at most. Raises ValueError when all before a damage is given."""
        if self._damaged is not None:
            self._packed = b""
            raise ValueError(str(self._damaged)) from self._damaged
        if self._between:
            self._packed = self._packed.lstrip(b"\0")  # as tapes and copies leave behind it
            if not self._packed:
                return b""
            self._member = zlib.decompressobj(_GZIP)
            self._between = False
        before = self._member.copy()
        try:
            given = self._member.decompress(self._packed, most)
        except zlib.error as error:
            self._damaged = error
            return _undamaged(before, self._packed, most)
        self._between = self._member.eof
        self._packed = self._member.unused_data if self._between else self._member.unconsumed_tail
        return given


def _undamaged(member: _Member, packed: bytes, most: int) -> bytes:
    """What can be had of it: of a piece that is damaged, nothing is given."""
    given, step = b"", len(packed)
    while step and len(given) < most:
        before = member.copy()
        try:
            given += member.decompress(packed[:step], most - len(given))
            packed = packed[step:]
        except zlib.error:
            member = before
            step //= 2
    return given


def unpacked(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The same, of pieces of a file that may be compressed or not: so many bytes at once at most.

    What is damaged ends it.
    """
    unpacker: Unpacker | None = None
    for number, piece in enumerate(pieces):
        if number == 0 and piece.startswith(MAGIC):
            unpacker = Unpacker()
        if unpacker is None:
            yield piece
            continue
        unpacker.add(piece)
        while not unpacker.hungry:
            try:
                yield unpacker.take(most)
            except ValueError:
                return
