"""Reads a recording as far as it is good, a bounded piece at a time, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import NoReturn

from concviz.trace import events
from concviz.trace.blocks import LONGEST, QUOTED, Blocks, Bytes
from concviz.trace.header import Header
from concviz.trace.message import Message

_EXIT = b'["runner-exited"'
_TIME = attrgetter("t_ns")
_BEFORE_THE_HEADER = (
    events.Output,
    events.LeftOut,
    events.StopRequested,
    events.RunnerExited,
)
"""What can happen to a runner that has not come to tell what it is."""


class RecordingError(ValueError):
    """What cannot be opened as a recording, and why, in a sentence without its full stop."""


class Reader:
    """Pull messages with ``read`` until it is ``ended``; the last one says how the stream ended.

    Where the run's own end is missing that is a CutOff, at the time of the latest event.
    """

    def __init__(self, file: Bytes, keep: Callable[[bytes], object] | None = None) -> None:
        """``keep`` gets what is read, unpacked, as it comes."""
        self._blocks = Blocks(file, keep)
        self._exited = False
        self.header: Header | None = None
        self.latest = 0
        """Time of the latest event."""
        self.ended = False
        self.remark: str | None = None
        """What is wrong with the end, in a sentence without its full stop; None when nothing is."""

    @property
    def exited(self) -> bool:
        """Whether the end of the run was read."""
        return self._exited

    @property
    def taken(self) -> int:
        """Bytes taken from the file."""
        return self._blocks.taken

    def read(self) -> list[Message]:
        """The next messages, which may be none. Raises RecordingError where it is no recording."""
        if self.ended:
            return []
        text = self._blocks.read()
        if text is None:
            return self._end()
        found = self._of_the_head(text) if self.header is None else self._of(text)
        if self._blocks.open_ended and found and isinstance(found[-1], bytes):
            found.pop()
            self._blocks.trouble = self._blocks.trouble or "is cut off in the middle of a line"
        return found

    def stop(self) -> list[Message]:
        """Read no more: the last messages."""
        self._blocks.trouble = "was read no further than this"
        return [] if self.ended else self._end()

    def _end(self) -> list[Message]:
        if self.header is None and not self._exited:
            self._refuse()
        self.ended = True
        if self._blocks.trouble is not None:
            self.remark = f"the recording {self._blocks.trouble}"
        if self._exited:
            return []
        self.remark = self.remark or "the recording ends before the run does"
        return [events.CutOff(self.latest, self.remark)]

    def _refuse(self) -> NoReturn:
        if not self._blocks.taken:
            raise RecordingError(f"it {self._blocks.trouble or 'is empty'}")
        raise RecordingError("it has no header, with which every recording begins")

    def _of_the_head(self, text: bytes) -> list[Message]:
        """The messages of lines among which the header may be."""
        found: list[Message] = []
        while self.header is None and text:
            line, _, text = text.partition(b"\n")
            if line.strip():
                found.append(self._first(line))
        if self.header is None and self._blocks.given > LONGEST:
            self._refuse()
        return found + self._of(text)

    def _first(self, line: bytes) -> Message:
        if line.startswith(b"["):
            event = _message(line)
            if not isinstance(event, _BEFORE_THE_HEADER):
                self._refuse()
            self._note([event])
            return event
        if not line.lstrip().startswith(b"{"):
            raise RecordingError("it is no recording of concviz")
        try:
            self.header = Header.decode(line)
        except (ValueError, RecursionError) as error:
            if self._blocks.open_ended and line.startswith(b"{"):
                raise RecordingError("it is cut off in its first line") from error
            raise RecordingError(str(error)) from error
        return self.header

    def _of(self, text: bytes) -> list[Message]:
        """The messages of lines after the header: up to the next one, after the end."""
        exit_at = 0 if self._exited else text.find(_EXIT)
        at = (b"\n" + text).find(b"\n{", exit_at) if exit_at >= 0 else -1  # no event begins so
        if at < 0:
            return self._told(text)
        found = self._told(text[:at])
        if not self._exited:
            return found + self._told(text[at:])
        self.ended = True
        self.remark = "another recording follows in the same file, and is left out"
        return found

    def _told(self, text: bytes) -> list[Message]:
        found = messages_of(text)
        self._note([each for each in found if isinstance(each, events.Event)])
        return found

    def _note(self, told: list[events.Event]) -> None:
        if told:
            self.latest = max(self.latest, max(map(_TIME, told)))
            self._exited = self._exited or any(type(each) is events.RunnerExited for each in told)


def messages_of(text: bytes) -> list[Message]:
    """The events of a text of lines; of a line that is none its beginning, as bytes."""
    try:
        return [*events.decode_lines(text)]  # as below, but all in one go
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return [_message(line) for line in text.split(b"\n") if line.strip()]


def _message(line: bytes) -> Message:
    if b"[" not in line:  # of gigabytes of something else, raising takes most of the time
        return line[:QUOTED]
    try:
        return events.decode(line)
    except (ValueError, RecursionError):
        return line[:QUOTED]
