"""A ring of bytes in a file that is mapped into memory: written here, read by who watches.

It has two halves. The first begins with a header of eight numbers (native, eight bytes each): the
mark, the bytes of a half, how many events found no room, where the reader is (twice that, and one
more in the second half), and of each half whether it is full and not yet read. The rest is zeros,
and lines of JSON, each ending in a newline, and between them records (``records``), which may
have zeros in them.

Either is one call to ``mmap.write``, which copies it to where that mapping's position is and moves
that on: in C, so no other thread and no signal handler comes in between, nobody waits, and there is
no number to keep besides. What was told is in the file however the process ends. The reader takes
what comes before the first zero, up to a line's end: a line that is just being copied has zeros,
and a record no newline at its end.

A half that has no room for a line is full, and the other one is written if it has been read: the
reader fills a full half with zeros again. What finds no room in both is counted.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import RLock
from mmap import mmap

from .records import how_many

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MARK = int.from_bytes(b"concviz3", "little")
HEADER = 64
HALF = 1 << 19
"""Bytes of a half, with the header: the system maps whole pages."""
HALF_OF_CHILD = 1 << 17
"""Of a forked child: it has less time to tell much, and a fork should not take long."""

HALF_AT, LEFT_OUT_AT, READER_AT, FULL_AT = 1, 2, 3, 4
"""Where in the header that number is; ``FULL_AT`` is the first half's."""

# Before 3.13 a mapping has a descriptor, which it closes at its end. It is closed before, so that
# number may be the program's own by then: it is one that few programs reach, and the mapping's end
# is that of the interpreter, after all modules: so long that keeps what is to be called in a child.
_OUT_OF_THE_WAY = 32
_kept: list[mmap] = []
os.register_at_fork(after_in_child=_kept.__len__)


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
            self._halves = _mapped(descriptor, half)
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
        self._halves[0].seek(HEADER)
        self._writes = _writing(self._halves[0]), _writing(self._halves[1])
        self.write = self._writes[0]
        os.rename(unfinished, self.path)  # noqa: PTH104

    @property
    def is_stuck(self) -> bool:
        """Whether nobody has read the other half yet."""
        return self._numbers[FULL_AT + self._other] != 0

    @property
    def _other(self) -> int:
        """The half that is not written just now."""
        return 1 if self.write is self._writes[0] else 0

    def leave_out(self, line: bytes) -> None:
        """Count an event that finds no room, or several that are told together."""
        self._numbers[LEFT_OUT_AT] += how_many(line)

    def write_elsewhere(self, line: bytes) -> None:
        """Write a line that has no room in this half, or count it as left out."""
        if len(line) > self._longest or self.is_stuck:
            self.leave_out(line)
            return
        other = self._other
        self._halves[1 - other].seek(0, os.SEEK_END)  # nothing fits any more, however short
        self._halves[other].seek(0 if other else HEADER)
        write, full = self._writes[other], FULL_AT + 1 - other
        # without a call between the two no signal handler comes in between, which might raise
        self._numbers[full] = 1
        self.write = write
        write(line)


def _writing(half: mmap) -> Callable[[bytes], int]:
    """What writes to a half, one thread at a time: without a GIL a lock has to see to that."""
    write = half.write
    if getattr(sys, "_is_gil_enabled", lambda: True)():
        return write
    lock = RLock()

    def write_alone(line: bytes) -> int:
        with lock:
            return write(line)

    return write_alone


def _mapped(descriptor: int, half: int) -> tuple[mmap, mmap]:
    """The halves of the file in memory, without descriptors of their own.

    The program's next file must have the number that it would have without us, and its children
    may look at what is open.
    """
    try:
        return (
            mmap(descriptor, half, trackfd=False),  # type: ignore[call-arg, unused-ignore]
            mmap(descriptor, half, offset=half, trackfd=False),  # type: ignore[call-arg, unused-ignore]
        )
    except TypeError:  # before 3.13
        pass
    filled: list[int] = []
    try:
        while not filled or filled[-1] < _OUT_OF_THE_WAY:
            filled.append(os.dup(descriptor))
    except OSError:
        pass  # few files may be open
    try:
        return (
            _mapped_at(filled.pop() if filled else -1, descriptor, half, 0),
            _mapped_at(filled.pop() if filled else -1, descriptor, half, half),
        )
    finally:
        for low in filled:
            os.close(low)


def _mapped_at(number: int, descriptor: int, half: int, offset: int) -> mmap:
    """A half in memory; what that keeps has this number, and is closed at once."""
    if number >= 0:
        os.close(number)
    mapped = mmap(descriptor, half, offset=offset)
    _kept.append(mapped)
    if number >= 0 and _is_same_file(number, descriptor):
        os.close(number)
    return mapped


def _is_same_file(number: int, descriptor: int) -> bool:
    """Whether the number is one for the same file: another thread may have been quicker."""
    try:
        return os.path.samestat(os.fstat(number), os.fstat(descriptor))
    except OSError:
        return False
