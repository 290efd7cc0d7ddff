"""Threads and processes that tasks have started: what they did, as far as they were seen."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from concviz.trace.events import OthersSampled
from concviz.trace.states import Spent, State, States, dominant, nothing, total


@dataclass(eq=False)
class Others:
    """Those of a process in which tasks ran. Times in nanoseconds."""

    pid: int
    states: States = field(default_factory=States)
    """Of all of them together: what a part of them did for a part of a time, all did in turn."""
    begins: array[int] = field(default_factory=lambda: array("q"))
    """When there were some, from when to when."""
    ends: array[int] = field(default_factory=lambda: array("q"))
    spent: Spent = field(default_factory=nothing)
    """The sum over all threads."""
    threads: int = 0
    """That were seen in the process itself."""
    processes: int = 0
    """That were seen to descend from it."""
    competing: int = 0
    """The most that were seen on a core, or ready for one, at a time."""
    children_seen: int = 0
    children_told: int = 0
    """CPU time of the processes: as samples say, and as the system told of those that ended."""

    def add(self, event: OthersSampled) -> bool:
        """Take in a sample. False, and nothing happens, when that time has been told already."""
        window, whole = event.t_ns - event.since_ns, sum(event.spent)
        if not whole:  # all had ended when they were looked at
            self._count(event)
            return True
        spent = [*event.spent, *nothing()[len(event.spent) :]]
        mix = [time * window // whole for time in spent]
        mix[seen := dominant(mix)] += window - sum(mix)
        if not self.states.add(event.since_ns, event.t_ns, mix, seen):
            return False
        if self.ends and self.ends[-1] == event.since_ns:
            self.ends[-1] = event.t_ns
        else:
            self.begins.append(event.since_ns)
            self.ends.append(event.t_ns)
        self.spent = total([self.spent, spent])
        self.children_seen += event.children_ns
        self._count(event)
        return True

    def _count(self, event: OthersSampled) -> None:
        self.competing = max(self.competing, event.competing)
        self.threads = max(self.threads, event.threads)
        self.processes = max(self.processes, event.processes)

    @property
    def cpu(self) -> int:
        """Time on a core, at least: what ran after the last look at a thread is not known."""
        threads = self.spent[State.RUNNING] - self.children_seen
        return threads + max(self.children_seen, self.children_told)
