"""A ring of bytes in a file that is mapped into memory: written here, read by who watches.

A header of eight numbers (native, eight bytes each): the mark, how many bytes the ring has room
for, how many were ever written, how many were ever read (the reader writes that), and how many
events found no room. Then the bytes: lines of JSON, each ending in a newline. Telling is a copy in
memory, so it waits for nobody, and what was told is in the file however the process ends.
"""

from __future__ import annotations

import os
import time
from mmap import mmap

MARK = int.from_bytes(b"concviz1", "little")
HEADER = 64
ROOM = 1 << 20

_SIZE, _WRITTEN, _READ, _LEFT_OUT = 1, 2, 3, 4

# the descriptor that a mapping keeps before 3.13 is out of the way of the program's own
_OUT_OF_THE_WAY = 100


class Ring:
    """This process's own ring. One thread at a time may write (``tell`` sees to it)."""

    def __init__(self, folder: str, room: int = ROOM) -> None:
        """Make the file; OSError if there is no room on the disk, ValueError in memory."""
        self.path = f"{folder}/{os.getpid()}-{time.monotonic_ns()}.ring"
        unfinished = f"{self.path}.new"
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            # a page that finds no room on the disk when it is written would kill the process
            os.posix_fallocate(descriptor, 0, HEADER + room)
            self._bytes = _mapped(descriptor, HEADER + room)
        except BaseException:
            os.unlink(unfinished)  # noqa: PTH108 - the program has perhaps not imported pathlib
            raise
        finally:
            os.close(descriptor)
        self._numbers = memoryview(self._bytes)[:HEADER].cast("Q")
        self._numbers[0] = MARK
        self._numbers[_SIZE] = room
        self._room = room
        self._written = 0
        self._until = room
        os.rename(unfinished, self.path)  # noqa: PTH104

    def write(self, line: str) -> None:
        """Write a line and its end, or count it as left out when there is no room for it."""
        data = b"%b\n" % line.encode()
        begin = self._written
        end = begin + len(data)
        if end > self._until:
            self._until = self._numbers[_READ] + self._room
            if end > self._until:
                self._numbers[_LEFT_OUT] += data.count(b"\n")  # several may be told at once
                return
        at = begin % self._room
        if at + len(data) <= self._room:
            self._bytes[HEADER + at : HEADER + at + len(data)] = data
        else:
            first = self._room - at
            self._bytes[HEADER + at : HEADER + self._room] = data[:first]
            self._bytes[HEADER : HEADER + len(data) - first] = data[first:]
        self._written = end
        self._numbers[_WRITTEN] = end


def _mapped(descriptor: int, size: int) -> mmap:
    """The file in memory, without a descriptor of its own, or with one of a high number.

    The program's next file must have the number that it would have without us.
    """
    try:
        return mmap(descriptor, size, trackfd=False)  # type: ignore[call-arg, unused-ignore]
    except TypeError:  # before 3.13
        pass
    filled: list[int] = []
    try:
        while not filled or filled[-1] < _OUT_OF_THE_WAY:
            filled.append(os.dup(descriptor))
    except OSError:
        pass  # few files may be open
    try:
        for last in filled[-1:]:
            os.close(last)
        return mmap(descriptor, size)
    finally:
        for low in filled[:-1]:
            os.close(low)
