"""What a process has in its memory, as far as it may be looked at."""

from __future__ import annotations

import os
import struct

WORD = struct.calcsize("P")


class AddressSpace:
    """The memory of a process."""

    def __init__(self, fd: int) -> None:
        """``fd``: its ``/proc/<pid>/mem``, opened to be read."""
        self._fd = fd

    def close(self) -> None:
        """Let go of it."""
        os.close(self._fd)

    def pointer(self, address: int) -> int:
        """What a pointer there points to. Raises OSError where there is nothing."""
        return self.words(address, 1)[0]

    def words(self, address: int, number: int) -> tuple[int, ...]:
        """So many words from there. Raises OSError where there is nothing."""
        return struct.unpack(
            f"={number}{'Q' if WORD == 8 else 'L'}", self.read(address, number * WORD)
        )

    def read(self, address: int, length: int) -> bytes:
        """So many bytes from there. Raises OSError where there is nothing."""
        try:
            raw = os.pread(self._fd, length, address)
        except (OverflowError, ValueError) as error:  # no address at all
            raise OSError(f"nothing at {address:#x}") from error
        if len(raw) < length:
            raise OSError(f"nothing at {address:#x}")
        return raw
