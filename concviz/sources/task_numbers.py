"""From what processes call tasks and groups to the numbers that the stream has for them."""

from __future__ import annotations

from array import array

NONE = -1
FURTHEST = 1_000_000
"""A key may be so much beyond the largest one: a wrong one must not take all the room."""
MOST = 100_000_000


class Numbers:
    """Counts what it is asked for, from 0 on.

    Keys are whole numbers that mostly count up within a ring, and texts, of which most are a name
    and such a number ("q4711:3"): those take eight bytes each, all others take more.
    """

    def __init__(self) -> None:
        self.count = 0
        self._dense: dict[str, array[int]] = {}
        self._others: dict[tuple[str, int | str], int] = {}

    def number(self, ring: str, key: int | str) -> tuple[int, bool]:
        """Its number, and whether it is a new one."""
        space, key = _place(ring, key)
        if isinstance(key, int):
            known = self._dense.get(space)
            if known is None:
                known = self._dense[space] = array("q")
            if key < min(len(known) + FURTHEST, MOST):
                if key >= len(known):
                    known.extend((NONE,) * (key + 1 - len(known)))
                if (number := known[key]) == NONE:
                    number = known[key] = self._next()
                    return number, True
                return number, False
        other = space, key
        if (found := self._others.get(other)) is not None:
            return found, False
        number = self._others[other] = self._next()
        return number, True

    def knows(self, ring: str, key: int | str) -> bool:
        """Whether it was asked for that."""
        space, key = _place(ring, key)
        if isinstance(key, int):
            known = self._dense.get(space, ())
            if key < len(known):
                return known[key] != NONE
        return (space, key) in self._others

    def _next(self) -> int:
        self.count += 1
        return self.count - 1


def _place(ring: str, key: int | str) -> tuple[str, int | str]:
    """Among which keys it is, and as which of them."""
    if not isinstance(key, str):
        return ring, key
    space, colon, tail = key.rpartition(":")
    if colon and tail.isascii() and tail.isdecimal() and len(tail) < 16:
        return f"{space}:", int(tail)  # no ring has such a name
    return "", key
