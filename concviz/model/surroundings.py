"""In what tasks run: hosts, processes, threads and groups, as far as they were told of.

What a local run does not tell follows from where its workers started.
"""

from __future__ import annotations

from typing import TypeVar

from concviz.trace import events

K = TypeVar("K")
E = TypeVar("E", bound=events.Event)


class Surroundings:
    """Those of a run, by what tells them apart; each as the event that told of it first."""

    def __init__(self) -> None:
        self.hosts: dict[str, events.Host] = {}
        self.processes: dict[tuple[str, int], events.Process] = {}
        """By host and process id."""
        self.threads: dict[tuple[str, int, int], events.Thread] = {}
        """By host, process id and the system's thread id."""
        self.groups: dict[int, events.Group] = {}

    def host(self, event: events.Host) -> None:
        """One was told of: the clock of a host may be told again, more exactly."""
        known = self.hosts.get(event.host)
        if known is None or event.error_ns < known.error_ns:
            self.hosts[event.host] = event

    def process(self, event: events.Process) -> None:
        """One was told of; the system uses numbers again, of processes that have ended."""
        self.processes.setdefault((event.host, event.pid), event)

    def thread(self, event: events.Thread) -> None:
        """One was told of, and with it its process."""
        self.process(events.Process(event.t_ns, event.pid, host=event.host))
        self.threads.setdefault((event.host, event.pid, event.tid), event)

    def group(self, event: events.Group) -> bool:
        """One was told of. False when it was before."""
        return self.groups.setdefault(event.group, event) is event

    @property
    def expected(self) -> int | None:
        """How many tasks there will be in all; None where that is not known of every group."""
        numbers = [group.tasks for group in self.groups.values()]
        known = [number for number in numbers if number is not None]
        return sum(known) if known and len(known) == len(numbers) else None

    def as_of(self, t_ns: int) -> Surroundings:
        """Those of which had been told then."""
        found = Surroundings()
        found.hosts = _told(self.hosts, t_ns)
        found.processes = _told(self.processes, t_ns)
        found.threads = _told(self.threads, t_ns)
        found.groups = _told(self.groups, t_ns)
        return found


def _told(all_of_them: dict[K, E], t_ns: int) -> dict[K, E]:
    return {key: event for key, event in all_of_them.items() if event.t_ns <= t_ns}
