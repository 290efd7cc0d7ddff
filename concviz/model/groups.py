"""The tasks of a group: an executor's, a pool's, a loop's. Which they are, and how far."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from concviz.model.queue import Queue
from concviz.model.tasks import Outcome
from concviz.model.times import Peaks, Times

ALWAYS = (1 << 63) - 1


class GroupTasks:
    """Of one group, as far as was known by a time: by default all that is known."""

    def __init__(self) -> None:
        self._tasks, self._told, self._in_order = array("i"), array("q"), True
        self._queue = Queue()
        self._ends, self._failures, self._cancels, self._done = Times(), Times(), Times(), Times()
        """``_done``: ends of tasks that had begun."""
        self._losses = Times()
        self._longest = Peaks()
        """For how long a task waited that began then."""
        self._until = ALWAYS

    def as_of(self, t_ns: int) -> GroupTasks:
        """The same by an earlier time; what comes later is of later times, and does not show."""
        found = GroupTasks.__new__(GroupTasks)
        found.__dict__.update(self.__dict__)
        found._until = t_ns
        return found

    # -- what the fold tells --

    def add(self, task: int, t_ns: int) -> None:
        """One belongs to it, as was told then."""
        self._in_order &= not self._told or t_ns >= self._told[-1]
        self._tasks.append(task)
        self._told.append(t_ns)

    def submitted(self, t_ns: int) -> None:
        """One waits."""
        self._queue.submits.add(t_ns)

    def started(self, t_ns: int, waited: int) -> None:
        """One begins that has waited so long."""
        self._queue.starts.add(t_ns)
        self._longest.tell(t_ns, waited)

    def ended(self, t_ns: int, *, begun: bool, failed: bool = False) -> None:
        """One ends that had ``begun``, or never will."""
        self._ends.add(t_ns)
        (self._done if begun else self._queue.left).add(t_ns)
        if failed:
            self._failures.add(t_ns)

    def failed(self, t_ns: int) -> None:
        """One that had returned: its result did not come back."""
        self._failures.add(t_ns)

    def cancelled(self, t_ns: int, *, begun: bool) -> None:
        """One was called off."""
        self._cancels.add(t_ns)
        self.ended(t_ns, begun=begun)

    def lost(self, t_ns: int, *, begun: bool, ended: bool) -> None:
        """One is lost that had ``begun``, or never will, or had even ``ended``."""
        self._losses.add(t_ns)
        if not ended:
            self.ended(t_ns, begun=begun)

    def ended_before(self, t_ns: int, lost: int, *, begun: bool) -> None:
        """One that was lost then had ended before: that came late."""
        for times in self._ends, self._done if begun else self._queue.left:
            times.discard(lost)
            times.add(t_ns)

    def had_begun(self, t_ns: int) -> None:
        """One that ended then had begun after all: that came late."""
        self._queue.left.discard(t_ns)
        self._done.add(t_ns)

    # -- what is asked --

    @property
    def tasks(self) -> array[int]:
        """In the order in which they were told of."""
        if self._until == ALWAYS:
            return self._tasks
        if self._in_order:
            return self._tasks[: bisect_right(self._told, self._until)]
        told = zip(self._tasks, self._told, strict=True)
        return array("i", [task for task, t_ns in told if t_ns <= self._until])

    def __len__(self) -> int:
        if self._until == ALWAYS:
            return len(self._tasks)
        return bisect_right(self._told, self._until) if self._in_order else len(self.tasks)

    def waited(self, t_ns: int) -> int:
        """The longest that any of them had waited by then, in nanoseconds, if they come in turn."""
        t_ns = min(t_ns, self._until)
        longest = self._longest.until(t_ns, 0)
        if waiting := self._queue.depth(t_ns):
            submits = self._queue.submits
            longest = max(longest, t_ns - submits.all[submits.until(t_ns) - waiting])
        return longest

    def depth(self, t_ns: int) -> int:
        """How many waited then."""
        return self._queue.depth(min(t_ns, self._until))

    def count(self, outcome: Outcome) -> int:
        """How many of them have that outcome, of those that a task can have in a run under way."""
        t_ns = self._until
        ended, failed = self._ends.until(t_ns), self._failures.until(t_ns)
        cancelled, lost = self._cancels.until(t_ns), self._losses.until(t_ns)
        running = self._queue.starts.until(t_ns) - self._done.until(t_ns)
        found = {
            Outcome.RUNNING: running,
            Outcome.FAILED: failed,
            Outcome.CANCELLED: cancelled,
            Outcome.FINISHED: ended - failed - cancelled - lost,
            Outcome.LOST: lost,
            Outcome.WAITING: len(self) - running - ended,
        }
        return max(0, found.get(outcome, 0))
