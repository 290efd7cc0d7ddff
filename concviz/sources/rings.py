"""Reads the rings in which watched processes tell what happens (``hooks/ring.py`` writes them).

A ring is a file ``<pid>-<ns>.ring`` that its process has mapped: two halves of lines, records
(``ring_lines``) and zeros, the
first of which begins with a header of eight numbers (the mark, the bytes of a half, events left
out, where the reader is, and of each half whether it is full). A half that is full and has been
read is filled with zeros, which gives the process room for more. Nobody waits for anybody: what
finds no room is counted.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from concviz.sources.ring_lines import WHOLE

MARK = int.from_bytes(b"concviz3", "little")
HEADER = 64
PAGE = 4096
MOST_ROOM = 1 << 26
"""A file that has more is no ring."""
PIECE = 1 << 18
"""Bytes that are read of one ring before the others have their turn."""
MOST_RINGS = 2_000
"""That are read at once; those of further processes wait until some of these have ended."""
_NAME = re.compile(r"(\d{1,10})-\d{1,20}\.ring", re.ASCII)
_HALF, _LEFT_OUT, _READER, _FULL = 1, 2, 3, 4


class Told(NamedTuple):
    """What one process has told since it was asked before."""

    ring: str
    """Its name: numbers of tasks are unique within one."""
    pid: int
    lines: bytes
    """Whole lines and records, unless something went wrong in the process."""
    left_out: int
    """Events for which there was no room since then."""


class Ring:
    """One file. Raises OSError or ValueError where it is none."""

    def __init__(self, path: Path, pid: int) -> None:
        self.path, self.pid = path, pid
        with path.open("r+b") as file:
            size = os.fstat(file.fileno()).st_size
            if not 2 * PAGE <= size <= MOST_ROOM:
                raise ValueError("no ring")
            self._bytes = mmap.mmap(file.fileno(), size)
        self._numbers = memoryview(self._bytes)[:HEADER].cast("Q")
        self._half = self._numbers[_HALF]
        self._at, self._second = divmod(self._numbers[_READER], 2)
        if self._numbers[0] != MARK or self._half * 2 != size or not HEADER <= self._at <= size:
            self.close()
            raise ValueError("no ring")
        self._left_out = 0

    @property
    def waiting(self) -> bool:
        """Whether there is something to read."""
        return self._is_full() or self._end() > self._at

    def read(self) -> Told | None:
        """What is new, a piece at most; None: nothing is."""
        full = self._is_full()  # first: then all that is in it is there
        lines = self._take(self._end(whole=full))
        if full and not lines:
            self._empty()
            lines = self._take(self._end())
        before, self._left_out = self._left_out, self._numbers[_LEFT_OUT]
        left_out = max(0, self._left_out - before)
        if not lines and not left_out:
            return None
        return Told(self.path.name, self.pid, lines, left_out)

    def _is_full(self) -> bool:
        """Whether the process has turned to the other half: nothing comes in this one any more."""
        return self._numbers[_FULL + self._second] != 0

    def _end(self, *, whole: bool = False) -> int:
        """To where a piece goes: before a line, or the rest of one, that is still being written."""
        data, at = self._bytes, self._at
        end = min(at + PIECE, self._half * (1 + self._second))
        if at == end or not data[at]:
            return at
        # what is found here is copied later, when all bytes of a record have certainly arrived
        if (found := WHOLE.match(data, at, end)) is not None and found.end() > at:
            return found.end()
        # a line that is so long, or has no end, is none: whoever reads it says so
        return end if whole or end - at == PIECE else at

    def _take(self, end: int) -> bytes:
        lines = self._bytes[self._at : end]
        self._at = end
        self._numbers[_READER] = 2 * end + self._second
        return lines

    def _empty(self) -> None:
        """Make room: this half has been read to its end, the process writes in the other one."""
        begin, end = (self._half, 2 * self._half) if self._second else (HEADER, self._half)
        self._bytes[begin:end] = bytes(end - begin)
        self._numbers[_FULL + self._second] = 0
        self._second = 1 - self._second
        self._at = self._half if self._second else HEADER
        self._take(self._at)

    def close(self) -> None:
        """Let go of it."""
        self._numbers.release()
        self._bytes.close()


class Rings:
    """Those in a folder, of processes that come and go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rings: dict[str, Ring] = {}
        self._done: set[str] = set()
        """Those that are no rings, or could not be removed."""

    @property
    def waiting(self) -> bool:
        """Whether there is something to read, as far as rings are known."""
        return any(ring.waiting for ring in list(self._rings.values()))

    def read(self) -> list[Told]:
        """What is new in all of them, in the order in which their processes began to tell."""
        self._look()
        told = (ring.read() for ring in self._rings.values())
        return [found for found in told if found is not None]

    def tells(self, pid: int) -> bool:
        """Whether something is to be read that this process has told."""
        return any(ring.waiting for ring in self._rings.values() if ring.pid == pid)

    def gone(self, pid: int) -> None:
        """That process is no more, and all that it told has been read: its rings are removed."""
        for name, ring in list(self._rings.items()):
            if ring.pid == pid and not ring.waiting:
                self._remove(name)

    def close(self) -> None:
        """Let go of all of them; the files stay."""
        for ring in self._rings.values():
            ring.close()
        self._rings.clear()

    def _look(self) -> None:
        new = sorted(self._new(), key=lambda found: found[0])
        for _, name, pid in new[: max(0, MOST_RINGS - len(self._rings))]:
            try:
                self._rings[name] = Ring(self._folder / name, pid)
            except (OSError, ValueError):
                self._done.add(name)

    def _new(self) -> Iterator[tuple[int, str, int]]:
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                name = entry.name
                if name in self._rings or name in self._done:
                    continue
                if (match := _NAME.fullmatch(name)) is not None:
                    yield int(name.partition("-")[2][:-5]), name, int(match[1])

    def _remove(self, name: str) -> None:
        self._rings.pop(name).close()
        try:
            (self._folder / name).unlink()
        except OSError:
            self._done.add(name)
