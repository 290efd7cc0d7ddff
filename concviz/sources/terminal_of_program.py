"""The streams of a program that runs beside a screen: what it prints goes to a terminal of its own.

A pseudo-terminal and no pipe, because a program that finds no terminal keeps what it prints until
it has much of it.
"""

from __future__ import annotations

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from concviz.sources.supervised_program import Streams

_OFLAG, _LFLAG = 1, 3


class Terminal(NamedTuple):
    """What a program has, and where what it prints can be read."""

    streams: Streams
    printed: int


@contextmanager
def terminal(stdin: int | None = None) -> Iterator[Terminal]:
    """One whose ``streams`` are ours until the program has been started.

    ``stdin``: what it reads, else it has nothing to read. Who takes ``printed`` closes it; it is
    closed here where that fails. Raises OSError.
    """
    printed, prints = os.openpty()
    given = [prints]
    try:
        attributes = termios.tcgetattr(prints)
        attributes[_OFLAG] &= ~termios.OPOST
        attributes[_LFLAG] &= ~termios.ECHO
        termios.tcsetattr(prints, termios.TCSANOW, attributes)
        with suppress(OSError):
            termios.tcsetwinsize(prints, termios.tcgetwinsize(1))
        reads = os.open(os.devnull, os.O_RDONLY) if stdin is None else os.dup(stdin)
        given.append(reads)
        yield Terminal(Streams(reads, prints, prints), printed)
    except BaseException:
        os.close(printed)
        raise
    finally:
        for fd in given:
            os.close(fd)
