"""Reads a recording: as far as it is good, a bounded piece at a time, whatever is in it."""

from __future__ import annotations

from operator import attrgetter
from typing import Protocol

from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.unpacker import MAGIC, Unpacker

BLOCK = 1 << 16
"""Bytes taken in at once."""
LONGEST = 1 << 20
"""Bytes of a line: a longer one is no event of ours, and is not kept in memory."""
QUOTED = 80
"""Bytes that are passed on of a line that is no event."""

_TIME = attrgetter("t_ns")


class RecordingError(ValueError):
    """What cannot be opened as a recording, and why, in a sentence without its full stop."""


class Bytes(Protocol):
    """A file, a pipe: gives what there is, waits for at least one byte, and b"" at the end."""

    def read(self, most: int, /) -> bytes | None:
        """At most so many bytes."""


class Reader:
    """Pull messages with ``read`` until it is ``ended``; the last one says how the stream ended.

    Where the run's own end is missing that is a CutOff, at the time of the latest event.
    """

    def __init__(self, file: Bytes) -> None:
        self._file = file
        self._unpacker: Unpacker | None = None
        self._rest = b""
        self._skipping = False
        """Whether it is in the middle of a line that is too long."""
        self._exited = False
        self.header: Header | None = None
        self.latest = 0
        """Time of the latest event."""
        self.taken = 0
        """Bytes taken from the file."""
        self.ended = False
        self.remark: str | None = None
        """What is wrong with the end, in a sentence without its full stop; None when nothing is."""

    def read(self) -> list[Message]:
        """The next messages, which may be none. Raises RecordingError where it is no recording."""
        if self.ended:
            return []
        try:
            block = self._block()
        except OSError as error:
            return self._end(f"the recording cannot be read any further: {error.strerror}")
        except ValueError:
            return self._end("the recording is damaged: what follows cannot be unpacked")
        if block is None:
            return self._last()
        *_, self._rest = whole = (self._rest + block).rpartition(b"\n")
        found: list[Message] = []
        if self._skipping and whole[1]:
            self._skipping = False
            whole = (whole[0].partition(b"\n")[2], *whole[1:])
        found += self._messages(whole[0])
        if len(self._rest) > LONGEST or self._skipping:
            if not self._skipping:
                self._refuse_without_header()
                found.append(self._rest[:QUOTED])
            self._rest, self._skipping = b"", True
        return found

    def stop(self) -> list[Message]:
        """Read no more: the last messages."""
        return [] if self.ended else self._end("it was read no further than this")

    def _block(self) -> bytes | None:
        """The next bytes, unpacked; None at the end."""
        if self._unpacker is None or self._unpacker.hungry:
            piece = self._file.read(BLOCK) or b""
            if not self.taken:
                if len(piece) == 1:  # of two that tell what it is
                    piece += self._file.read(BLOCK) or b""
                if piece.startswith(MAGIC):
                    self._unpacker = Unpacker()
            self.taken += len(piece)
            if not piece:
                return None
            if self._unpacker is None:
                return piece
            self._unpacker.add(piece)
        return self._unpacker.take(BLOCK)

    def _last(self) -> list[Message]:
        """At the end of the file."""
        found: list[Message] = []
        remark = None
        if self._rest.strip() and not self._skipping:
            found = self._messages(self._rest)
            if isinstance(found[-1], bytes):
                found.pop()
                remark = "the recording is cut off in the middle of a line"
        elif self._skipping:
            remark = "the recording is cut off in the middle of a line"
        if self._unpacker is not None and not self._unpacker.whole:
            remark = "the recording is cut off in the middle of its compressed data"
        return found + self._end(remark)

    def _end(self, remark: str | None) -> list[Message]:
        self.ended = True
        self._rest = b""
        self._refuse_without_header()
        self.remark = remark
        if self._exited:
            return []
        self.remark = remark or "the recording ends before the run does"
        return [events.CutOff(self.latest, self.remark)]

    def _refuse_without_header(self) -> None:
        if self.header is None:
            if not self.taken:
                raise RecordingError("it is empty")
            raise RecordingError("it is no recording: it does not begin with a header")

    def _messages(self, text: bytes) -> list[Message]:
        """Those of whole lines."""
        found: list[Message] = []
        while self.header is None and text:
            line, _, text = text.partition(b"\n")
            if line.strip():
                found.append(self._first(line))
        found += messages_of(text)
        told = [each for each in found if isinstance(each, events.Event)]
        self.latest = max(self.latest, *map(_TIME, told)) if told else self.latest
        self._exited = self._exited or any(type(each) is events.RunnerExited for each in told)
        return found

    def _first(self, line: bytes) -> Message:
        """A line as long as there was no header: what was printed by then may come before it."""
        if line.startswith(b"["):
            try:
                return events.decode(line)
            except (ValueError, RecursionError) as error:
                raise RecordingError("it is no recording: its first line is no event") from error
        try:
            self.header = Header.decode(line)
        except (ValueError, RecursionError) as error:
            raise RecordingError(str(error)) from error
        return self.header


def messages_of(text: bytes) -> list[Message]:
    """The events of a text of lines; of a line that is none its beginning, as bytes."""
    try:
        return [*events.decode_lines(text)]  # as below, but all in one go
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return [_message(line) for line in text.split(b"\n") if line.strip()]


def _message(line: bytes) -> Message:
    try:
        return events.decode(line)
    except (ValueError, RecursionError):
        return line[:QUOTED]
