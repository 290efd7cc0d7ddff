"""Writes what a terminal is given as a cast, while it is given."""

from __future__ import annotations

from typing import BinaryIO

from concviz.casts.asciicast import Event, Header, Kind, encode_event, encode_header

TOGETHER_S = 0.008
"""Pieces of output within this time are one event: what a program writes at once comes in several.

Half of what the fastest screens need to be drawn anew, so nobody sees the difference.
"""


class CastRecorder:
    """Times are those of the caller's clock, of which the first is the start of the cast."""

    def __init__(self, file: BinaryIO, header: Header, *, idle_limit_s: float | None) -> None:
        """Where nothing is to be seen for longer than that, only that long is recorded."""
        self._file = file
        self._idle_limit_s = idle_limit_s
        self._begun: float | None = None
        self._cut_s = 0.0
        """Time that was left out."""
        self.latest_s = 0.0
        """Time of what was recorded last."""
        self._held: Event | None = None
        self._quiet = ""
        self.written = 0
        """Bytes in the file."""
        self._write(encode_header(header))

    def output(self, text: str, now_s: float, *, quiet: bool = False) -> None:
        """It was written on the terminal; ``quiet``: nobody could see it.

        Then it is written together with what comes next, and does not count as something happening.
        """
        if quiet:
            self._quiet += text
            return
        if self._begun is None:
            self._begun = now_s
        at_s = max(self.latest_s, now_s - self._begun - self._cut_s)
        limit_s = self._idle_limit_s
        if limit_s is not None and at_s > self.latest_s + limit_s:
            self._cut_s += at_s - self.latest_s - limit_s
            at_s = self.latest_s + limit_s
        self.latest_s = at_s
        self._put(text)

    def add(self, text: str) -> None:
        """Right after what was written last."""
        self._put(text)

    def close(self) -> None:
        """Write what is held back. The file stays open."""
        if self._quiet:
            self._put("")
        self._release()
        self._file.flush()

    def _put(self, text: str) -> None:
        text, self._quiet = self._quiet + text, ""
        held = self._held
        if held is not None and self.latest_s <= held.time_s + TOGETHER_S:
            self._held = held._replace(data=held.data + text)
            return
        self._release()
        self._held = Event(self.latest_s, Kind.OUTPUT, text)

    def _release(self) -> None:
        if self._held is not None:
            self._write(encode_event(self._held))
            self._held = None

    def _write(self, line: bytes) -> None:
        self._file.write(line)
        self.written += len(line)
