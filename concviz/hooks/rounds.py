"""How late an event loop came back to a task that was ready to go on.

Used in watched programs, and by the workers of a run. All of it is measured from within the loop,
and disturbs nothing: frames are not looked into, but for that of ``asyncio.sleep``.
"""

from __future__ import annotations

import asyncio

from .awaiting import EXECUTOR, IO, LOOP, OTHER, SLEEP, sleeping

NOTICED_NS = 100_000
"""A look for events that took so long has waited for one."""
WORTH_NS = 1_000_000
"""A shorter wait or delay is not looked into."""
_OUTSIDE = (IO, EXECUTOR, OTHER, SLEEP)
"""What comes from outside of the loop, which takes notice of it when it looks."""


class Rounds:
    """When an event loop last looked for events: in between it runs what is ready.

    Who is ready when the loop looks goes on in that round, or in the next one. So a task that goes
    on was ready, but had to wait for the loop, for two or three rounds at most.
    """

    __slots__ = ("_before", "_earlier", "_latest")

    def __init__(self) -> None:
        self._latest = self._before = self._earlier = (0, 0)
        """The beginnings and ends of the last three looks."""

    def looked(self, begun: int, ended: int) -> None:
        """The loop has looked for events, from then till then."""
        self._latest, self._before, self._earlier = (begun, ended), self._latest, self._before

    def late(self, kind: str, coroutine: object, since: int, now: int) -> int:
        """How long a task that waited since then had been ready: the loop was busy with others."""
        if now - since < WORTH_NS or kind == LOOP:
            return 0
        late = self._busy(kind, since, now)
        if kind == SLEEP and late >= WORTH_NS:
            late = self._busy(kind, max(since, _due(coroutine, now)), now)
        return late

    def _busy(self, kind: str, since: int, now: int) -> int:
        (begin, end), (before, noticed), (_, first) = self._latest, self._before, self._earlier
        busy = now - max(since, end)
        if kind in _OUTSIDE:
            busy += max(0, begin - max(since, noticed))
            if kind == SLEEP or noticed - before < NOTICED_NS:
                busy += max(0, before - max(since, first))
        return max(0, busy)


def _due(coroutine: object, now: int) -> int:
    """When a coroutine has slept for as long as it wanted."""
    frame = getattr(sleeping(coroutine), "cr_frame", None)
    handle = frame.f_locals.get("h") if frame is not None else None
    if handle is None:
        return now
    left: float = handle.when() - asyncio.get_running_loop().time()
    return now + round(left * 1e9)
