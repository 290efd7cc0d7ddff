"""What a stream of messages comes from, whoever reads it: a run here, a recording, a pipe."""

from __future__ import annotations

from typing import Protocol

from concviz.sources.spool import Lines
from concviz.trace.message import Message
from concviz.trace.plan import Plan

UNLIMITED = 1_000_000
"""As many messages at once as anybody takes."""


class Source(Protocol):
    """Gives messages without waiting for them. It owns its clock, and what stop and close mean.

    The last message of every stream says how it ended: a RunnerExited, or a CutOff.
    """

    @property
    def plan(self) -> Plan | None:
        """What was asked for, where that is known before anything has been drained."""

    @property
    def lines(self) -> Lines | None:
        """The lines of its messages, for who wants to keep them; None where nobody keeps them."""

    @property
    def finished(self) -> bool:
        """Whether nothing more will arrive; there may still be messages to drain."""

    @property
    def waiting(self) -> bool:
        """Whether there are messages to drain."""

    @property
    def behind(self) -> bool:
        """Whether anything has happened that is known to be on its way, or has not been drained."""

    def now(self) -> int:
        """The time, in nanoseconds, on the clock of its events."""

    def late_ns(self, now: int) -> int:
        """For how long the next events may be on their way, at that time on its clock."""

    def drain(self, budget_s: float = float("inf"), most: int = UNLIMITED) -> list[Message]:
        """Messages that have arrived, at most about so many and within about that time."""

    def give_room(self, messages: int | None) -> None:
        """With so many to drain, no more need arrive until some are; None: all that there are."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all has arrived, but no longer than so many seconds. Whether it has."""

    def stop(self) -> None:
        """Ask for its end; returns at once. What it tells of the end still arrives."""

    def close(self) -> None:
        """End it now, and wait until it has left nothing behind; from any thread, and again."""
