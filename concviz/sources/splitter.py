"""From pieces of bytes to lines."""

from __future__ import annotations


class Splitter:
    """Cuts a stream of bytes into lines; empty ones are dropped."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[bytes]:
        """The lines that the piece completes; an empty piece is the end and completes the rest."""
        *lines, self._rest = (self._rest + piece).split(b"\n") if piece else [self._rest, b""]
        return [line for line in lines if line]
