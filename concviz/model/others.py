"""Threads and processes that tasks have started: what they did, as far as they were seen."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

from concviz.model.samples import Room, States, as_of
from concviz.model.times import Amounts, Latest, Peaks
from concviz.trace.events import OthersSampled
from concviz.trace.sparse import dense
from concviz.trace.states import Spent, State, dominant, nothing, total

ALL = tuple(State)


class Others:
    """Those of a process in which tasks ran. Times in nanoseconds."""

    def __init__(self, pid: int, host: str = "", room: Room | None = None) -> None:
        self.pid, self.host = pid, host
        self.states = States(room)
        """Of all of them together: what a part did for a part of a time, all did in turn."""
        self.begins = array("q")
        """When there were some, from when to when."""
        self.ends = array("q")
        self.spent: Spent = nothing()
        """The sum over all threads."""
        self.threads = 0
        """That were seen in the process itself."""
        self.processes = 0
        """That were seen to descend from it."""
        self.competing = 0
        """The most that were seen on a core, or ready for one, at a time."""
        self.children_seen = 0
        self.children_told = 0
        """CPU time of the processes: as samples say, and as the system told of those that ended."""
        self.heard = -1
        """The earliest time of which anything was told."""
        self._logs = _Logs()

    def add(self, event: OthersSampled, states: Sequence[State] = ALL) -> bool:
        """Take in a sample. False, and nothing happens, when that time has been told already.

        ``states`` are those of the numbers in it.
        """
        spent = dense(event.spent, states)
        window, whole = event.t_ns - event.since_ns, sum(spent)
        if not whole:  # all had ended when they were looked at
            self._count(event)
            return True
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
        for state, time in enumerate(spent):
            if time:
                self._logs.spent.setdefault(state, Amounts()).add(event.t_ns, time)
        self._logs.children.add(event.t_ns, event.children_ns)
        self._count(event)
        return True

    def _count(self, event: OthersSampled) -> None:
        self.hear(event.t_ns)
        for name in _MOST:
            most = getattr(event, name)
            setattr(self, name, max(getattr(self, name), most))
            self._logs.most[name].tell(event.t_ns, most)

    def hear(self, t_ns: int) -> None:
        """Something is told of them."""
        self.heard = t_ns if self.heard < 0 else min(self.heard, t_ns)

    def tell_children(self, t_ns: int, cpu: int) -> None:
        """So much CPU time was used, as the system told, by processes that had ended."""
        self.hear(t_ns)
        self.children_told = cpu
        self._logs.told.tell(t_ns, cpu)

    @property
    def cpu(self) -> int:
        """Time on a core, at least: what ran after the last look at a thread is not known."""
        threads = self.spent[State.RUNNING] - self.children_seen
        return threads + max(self.children_seen, self.children_told)

    def as_of(self, t_ns: int) -> Others:
        """What was known then; nothing more can be added to that."""
        found, logs = Others(self.pid, self.host), self._logs
        found.heard, found.states = self.heard, as_of(self.states, t_ns)
        end = found.states.end if len(found.states) else 0
        count = bisect_left(self.begins, end)
        found.begins, found.ends = self.begins[:count], self.ends[:count]
        if count:
            found.ends[-1] = min(found.ends[-1], end)
        for state, amounts in logs.spent.items():
            found.spent[state] = amounts.until(t_ns)[1]
        found.children_seen = logs.children.until(t_ns)[1]
        found.children_told = logs.told.until(t_ns, 0)
        for name in _MOST:
            setattr(found, name, logs.most[name].until(t_ns, 0))
        return found


_MOST = "competing", "threads", "processes"


class _Logs:
    """What they did, by when it was told."""

    def __init__(self) -> None:
        self.spent: dict[int, Amounts] = {}
        self.children = Amounts()
        self.told: Latest[int] = Latest()
        self.most = {name: Peaks() for name in _MOST}
