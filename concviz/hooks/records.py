"""What is told most often, as records of a few bytes: a line of JSON takes twice as long to make.

A record stands between lines of JSON. It begins with a byte that no line begins with, which says
what it tells and so how long it is, and ends with a newline. Its numbers are of eight bytes each,
little-endian: the time, the task, and what is said here.
"""

from __future__ import annotations

from _struct import Struct

STARTED, FINISHED, COLLECTED, CALLED, BEGUN = range(1, 6)
END = 10
"""The last byte of a record."""

of_two = Struct("<BQQB").pack
"""``COLLECTED``."""
of_three = Struct("<BQQQB").pack
"""``STARTED``: and the thread. ``BEGUN``: the same, and it is not known in which state it is then.
``FINISHED``: and its CPU time plus one, or 0 if it is not known."""
of_four = Struct("<BQQQQB").pack
"""``CALLED``: a task was asked for. And the number of a call, which a line ``["call", …]`` before
says, and its only argument plus one, or 0 if it has none, or ``ALONE`` if only its name says what
the task is."""
ALONE = (1 << 64) - 1

_BYTES = {STARTED: 26, FINISHED: 26, BEGUN: 26, COLLECTED: 18, CALLED: 34}


def how_many(told: bytes) -> int:
    """So many lines and records are in what is told together."""
    at = number = 0
    while at < len(told):
        length = _BYTES.get(told[at])
        at = at + length if length is not None else told.index(b"\n", at) + 1
        number += 1
    return number
