"""A ring of bytes in a file that is mapped into memory: written here, read by who watches.

It has two halves. The first begins with a header of eight numbers (native, eight bytes each): the
mark, the bytes of a half, how many events found no room, where the reader is (twice that, and one
more in the second half), and of each half whether it is full and not yet read. The rest is zeros,
and lines of JSON, each ending in a newline.

A line is one call to ``mmap.write``, which copies it to where that mapping's position is and moves
that on: in C, so no other thread and no signal handler comes in between, nobody waits, and there is
no number to keep besides. What was told is in the file however the process ends. The reader takes
what comes before the first zero, up to a line's end: a line that is just being copied has zeros.

A half that has no room for a line is full, and the other one is written if it has been read: the
reader fills a full half with zeros again. What finds no room in both is counted.
"""

from __future__ import annotations

import os
import time
from mmap import mmap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MARK = int.from_bytes(b"concviz2", "little")
HEADER = 64
HALF = 1 << 19
"""Bytes of a half, with the header: the system maps whole pages."""

HALF_AT, LEFT_OUT_AT, READER_AT, FULL_AT = 1, 2, 3, 4
"""Where in the header that number is; ``FULL_AT`` is the first half's."""

# the descriptor that a mapping keeps before 3.13 is out of the way of the program's own
_OUT_OF_THE_WAY = 100


class Ring:
    """This process's own ring. All but ``write`` is for one thread at a time."""

    write: Callable[[bytes], int]
    """Write a whole line; ValueError where there is no room for it in this half."""

    def __init__(self, folder: str, half: int = HALF) -> None:
        """Make the file; OSError if there is no room on the disk, ValueError in memory."""
        self.path = f"{folder}/{os.getpid()}-{time.monotonic_ns()}.ring"
        unfinished = f"{self.path}.new"
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            # a page that finds no room on the disk when it is written would kill the process
            os.posix_fallocate(descriptor, 0, 2 * half)
            self._halves = _mapped(descriptor, half, 0), _mapped(descriptor, half, half)
        except BaseException:
            os.unlink(unfinished)  # noqa: PTH108 - the program has perhaps not imported pathlib
            raise
        finally:
            os.close(descriptor)
        self._numbers = memoryview(self._halves[0])[:HEADER].cast("Q")
        self._numbers[0] = MARK
        self._numbers[HALF_AT] = half
        self._numbers[READER_AT] = 2 * HEADER
        self._longest = half - HEADER
        self._current = 0
        self._halves[0].seek(HEADER)
        self.write = self._halves[0].write
        os.rename(unfinished, self.path)  # noqa: PTH104

    @property
    def is_stuck(self) -> bool:
        """Whether nobody has read the other half yet."""
        return self._numbers[FULL_AT + 1 - self._current] != 0

    def leave_out(self) -> None:
        """Count an event that finds no room."""
        self._numbers[LEFT_OUT_AT] += 1

    def write_elsewhere(self, line: bytes) -> None:
        """Write a line that has no room in this half, or count it as left out."""
        if len(line) > self._longest or self.is_stuck:
            self.leave_out()
            return
        before = self._current
        self._current = 1 - before
        self._halves[before].seek(0, os.SEEK_END)  # nothing fits any more, however short
        self._numbers[FULL_AT + before] = 1
        half = self._halves[self._current]
        half.seek(0 if self._current else HEADER)
        self.write = half.write
        self.write(line)


def _mapped(descriptor: int, size: int, offset: int) -> mmap:
    """A part of the file in memory, without a descriptor of its own, or with a high number.

    The program's next file must have the number that it would have without us.
    """
    try:
        return mmap(descriptor, size, offset=offset, trackfd=False)  # type: ignore[call-arg, unused-ignore]
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
        return mmap(descriptor, size, offset=offset)
    finally:
        for low in filled[:-1]:
            os.close(low)
