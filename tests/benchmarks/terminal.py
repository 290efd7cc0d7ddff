"""Something in a terminal, and what it writes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect

ROOT = Path(__file__).parents[2]


def spawn(*arguments: str, size: tuple[int, int] = (30, 120)) -> pexpect.spawn[bytes]:
    """Python in a terminal of that many rows and columns."""
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    child: pexpect.spawn[bytes] = pexpect.spawn(
        sys.executable,
        list(arguments),
        dimensions=size,
        env=environment,
        cwd=str(ROOT),
        timeout=60,
    )
    child.delaybeforesend = None  # else each key is held back for 50 ms
    return child


def pump(child: pexpect.spawn[bytes], seconds: float, see: Callable[[bytes], object] = len) -> int:
    """Read for so long, and have somebody see it; the number of bytes."""
    end, read = time.monotonic() + seconds, 0
    while (left := end - time.monotonic()) > 0:
        try:
            piece = child.read_nonblocking(1 << 16, timeout=left)
        except pexpect.TIMEOUT:
            break
        read += len(piece)
        see(piece)
    return read
