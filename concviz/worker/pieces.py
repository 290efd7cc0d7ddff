"""Events through a pipe into which many write at once: in pieces small enough to stay whole.

Each piece says who wrote it and whether more follows. The standard library only.
"""

from __future__ import annotations

import marshal
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from concviz.worker.tracing import Wire

MOST = 512
"""Bytes that any system writes to a pipe in one (POSIX calls it PIPE_BUF; Linux has 4,096)."""
_WRITER, _LENGTH = 8, 2
_HEAD = _WRITER + _LENGTH + 1


def send(fd: int, writer: int, event: Wire) -> None:
    """Write an event. ``writer`` is a number that no other thread has."""
    data = marshal.dumps(event)  # type: ignore[arg-type]  # of what JSON knows, too
    room = _room(fd)
    for begin in range(0, len(data), room):
        piece = data[begin : begin + room]
        more = begin + room < len(data)
        head = writer.to_bytes(_WRITER, "little") + len(piece).to_bytes(_LENGTH, "little")
        os.write(fd, head + bytes([more]) + piece)


def received(pipe: BinaryIO) -> Iterator[list[Any]]:
    """The events that are written to the pipe, as they are complete."""
    begun: dict[bytes, bytes] = {}
    while len(head := pipe.read(_HEAD)) == _HEAD:
        writer = head[:_WRITER]
        data = begun.pop(writer, b"") + pipe.read(int.from_bytes(head[_WRITER:-1], "little"))
        if head[-1]:
            begun[writer] = data
        else:
            yield list(marshal.loads(data))


def _room(fd: int) -> int:
    try:
        most = os.fpathconf(fd, "PC_PIPE_BUF")
    except (OSError, ValueError):
        most = MOST
    return min(most, 1 << 15) - _HEAD
