"""What is told of a run as a whole."""

from __future__ import annotations

from typing import Annotated

import msgspec

from concviz.trace.events.base import Event, Nanoseconds


class Preparing(Event, tag="preparing", frozen=True):
    """The runner does something before the run, such as calibrating or starting a server."""

    what: str


class Calibrated(Event, tag="calibrated", frozen=True):
    """How many rounds a second the busy loop of a workload does alone on a core."""

    workload: str
    rounds_per_s: float


class RunStarted(Event, tag="run-started", frozen=True):
    """The strategy's own code begins: time zero of every figure.

    In a process (0: not told) that has these threads and children already.
    """

    pid: Annotated[int, msgspec.Meta(ge=0)] = 0
    threads: list[int] = msgspec.field(default_factory=list)
    children: list[int] = msgspec.field(default_factory=list)


class RunFinished(Event, tag="run-finished", frozen=True):
    """The strategy's own code ended; ``error`` is what it raised, if it did."""

    error: str | None
    children_ns: Nanoseconds = 0
    """CPU time of child processes that ended since its begin, in the process of the runner."""


class MachineSampled(Event, tag="machine", frozen=True):
    """So many core-nanoseconds were used, by whomever, on the usable cores since then."""

    since_ns: Nanoseconds
    busy_ns: Nanoseconds
    cores: Annotated[float, msgspec.Meta(gt=0, le=100_000)]
    """Not a whole number under a quota."""


class MemorySampled(Event, tag="memory", frozen=True):
    """The run's processes together held so much memory; pages they share count once."""

    held_bytes: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]


class Unread(Event, tag="unread", frozen=True):
    """So many events that had happened by then were still to be read: more came than are read.

    Told with what is read while there are any, and once when there are none again.
    """

    events: Nanoseconds


class NotTold(Event, tag="not-told", frozen=True):
    """So many events, since the last of these, happened too fast for a program to tell of them."""

    events: Nanoseconds


class OthersTasks(Event, tag="others-tasks", frozen=True):
    """What others have the same cluster do, who have nothing to do with this run."""

    ended: Nanoseconds
    """Tasks of theirs that have come to their end since the last of these."""
    under_way: Nanoseconds
    """Those that the cluster knows of now, and that have not."""


class NotSeen(Event, tag="not-seen", frozen=True):
    """Something of a program that cannot be seen, and why: a sentence for people."""

    what: str


class StopRequested(Event, tag="stop-requested", frozen=True):
    """Somebody asked for the run to be stopped; the runner is killed a moment later."""


class RunnerExited(Event, tag="runner-exited", frozen=True):
    """The runner process is gone: the last event of every run. ``exitcode`` < 0 is a signal."""

    exitcode: int


class CutOff(Event, tag="cut-off", frozen=True):
    """The stream ends without the end of its run: whoever read it says so, and why, in words.

    Nothing is known of what happened after the time of the latest event, which is this one's.
    """

    reason: str
