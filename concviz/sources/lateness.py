"""For how long events are on their way from where they happen to here."""

from __future__ import annotations

from collections.abc import Iterable

from concviz.trace import events
from concviz.trace.message import Message

_AT_ONCE = (
    events.TaskSubmitted,
    events.TaskStarted,
    events.TaskFinished,
    events.TaskFailed,
    events.TaskCollected,
)
"""Those that leave as soon as they happen."""


class Lateness:
    """Of the latest events. Pure: whoever asks says what time it is, on the events' clock."""

    def __init__(self) -> None:
        self._late = self._until = 0

    def note(self, told: Iterable[Message], now: int) -> None:
        """These have arrived."""
        first: events.AnyEvent | None = None
        waited = False
        for event in told:
            if first is None and isinstance(event, _AT_ONCE):
                first = event
            # What had to wait in the runner is told: it says nothing of what comes after it.
            waited = waited or isinstance(event, events.Unread)
        if first is not None:
            self._late = 0 if waited else max(0, now - first.t_ns)
            self._until = now + self._late

    def at(self, now: int) -> int:
        """For how long the next events may be on their way: as long as the latest were.

        When none comes for that long, nothing is.
        """
        return self._late if now < self._until else 0
