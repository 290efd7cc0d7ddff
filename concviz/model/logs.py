"""When what is known of a run came to be known: from it the run as of any time is told."""

from __future__ import annotations

from concviz.model.queue import Queue
from concviz.model.tasks import UNKNOWN
from concviz.model.times import Amounts, Latest, Peaks, Times


class Logs:
    """What happened at which time; the rest stands in the columns of tasks, lanes and samples."""

    def __init__(self) -> None:
        self.submits, self.starts = Times(), Times()
        self.ends, self.failures, self.collects = Times(), Times(), Times()
        self.cancels, self.dropped = Times(), Times()
        """Tasks that were called off; and of those, the ones that had not begun."""
        self.left = Times()
        """Tasks that ended and had not begun, called off or not: they wait no more."""
        self.losses, self.lost_waiting = Times(), Times()
        """Tasks that were lost; and of those, the ones that had not begun."""
        self.others = Times()
        """When workers and the run began and ended."""
        self.number: Peaks = Peaks()
        """How many tasks there were."""
        self.waits = Amounts()
        """From submission to start, of each task, when both were known."""
        self.done = Amounts()
        """How long each task took that started and ended, when both were known."""
        self.cpu = Amounts()
        self.preparing: Latest[str] = Latest()
        self.rates: Latest[float | None] = Latest()
        self.unread: Latest[int] = Latest()
        self.memory = Peaks()
        self.unknown, self.duplicate = Times(), Times()
        self.characters = Amounts()
        """Printed, and not passed on."""
        self.not_told = Amounts()
        """Events of which a program could not tell."""
        self.stop = self.end = UNKNOWN
        """When the end was asked for, and when it was told."""
        self.finish = UNKNOWN
        """When the strategy's code ended, if that was told."""
        self.heard = 0
        """How often a worker was heard of for the first time, or of an earlier time."""

    @property
    def queue(self) -> Queue:
        """Of all tasks together."""
        return Queue(self.submits, self.starts, self.left)

    def latest(self, t_ns: int) -> int:
        """The latest time of an event until then."""
        found = UNKNOWN
        for times in (
            self.submits,
            self.starts,
            self.ends,
            self.collects,
            self.cancels,
            self.losses,
            self.others,
        ):
            if count := times.until(t_ns):
                found = max(found, times.all[count - 1])
        return found
