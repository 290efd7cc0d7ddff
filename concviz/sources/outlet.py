"""Where what a run tells goes: to who takes it in, into a recording, and what is kept of it."""

from __future__ import annotations

import threading
from typing import BinaryIO

from concviz.sources.inbox import Inbox
from concviz.sources.spool import Spool
from concviz.trace import events
from concviz.trace.message import Message
from concviz.trace.recorder import Recorder


class Outlet:
    """Takes messages from any thread, in batches.

    ``record`` gets every line; with ``keep`` they are kept in ``lines``, too.
    """

    def __init__(self, record: BinaryIO | None, *, keep: bool) -> None:
        self.inbox: Inbox[Message] = Inbox()
        self.lines = Spool.if_possible() if keep else None
        self.record_error: OSError | None = None
        """What ended the recording before its end, such as a full disk; the run goes on."""
        self._record = record
        self._writing = threading.Lock()
        self._left = False

    def put(self, messages: list[Message], lines: list[bytes] | None = None) -> None:
        """Into the inbox and the recording: as these lines, or else as the messages are encoded."""
        if not messages:
            return
        with self._writing:
            if not self._left:
                self.inbox.put(messages)
            if self._record is None and self.lines is None:
                return
            text = _encoded(messages) if lines is None else b"".join(line + b"\n" for line in lines)
            if self.lines is not None and not self._left:
                self.lines.write(text)
            if self._record is not None and not self._record.closed:
                try:
                    self._record.write(text)
                except OSError as error:
                    self._record, self.record_error = None, error

    def leave(self, record: Recorder) -> bool:
        """Nobody takes from the inbox any more: all that was kept, and all that comes, goes there.

        False where that is not possible; then nothing has changed.
        """
        lines = self.lines
        if lines is None:
            return False
        with self._writing:
            if lines.error is None:
                for piece in lines.pieces():
                    record.write(piece)
            if lines.error is not None or record.error is not None:
                return False
            self._record, self._left = record, True
        self.inbox.open()
        return True


def _encoded(messages: list[Message]) -> bytes:
    """As lines; what is no event is one as it is."""
    if not any(isinstance(message, bytes) for message in messages):
        return events.encode_lines(messages)
    return b"".join(
        message + b"\n" if isinstance(message, bytes) else events.encode_lines([message])
        for message in messages
    )
