"""In what tasks run: hosts, processes, threads and groups, as far as they were told of.

What a local run does not tell follows from where its workers started.
"""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from concviz.trace import events
from concviz.trace.environment import Observer, on_all_hosts, weakest

K = TypeVar("K")
E = TypeVar("E", bound=events.Event)


class Surroundings:
    """Those of a run, by what tells them apart; of each what was told of the earliest time."""

    def __init__(self) -> None:
        self._hosts: dict[str, list[events.Host]] = {}
        self._observed: list[events.HostObserved] = []
        self._known_hosts: dict[str, events.Host] | None = None
        self._observer: Observer | None = None
        self._processes: dict[tuple[str, int], events.Process] = {}
        self._threads: dict[tuple[str, int, int], events.Thread] = {}
        self.groups: dict[int, events.Group] = {}
        self.exits: dict[tuple[str, int], events.ProcessExiting] = {}
        """Of processes whose main thread has come to its end; by host and process id."""
        self.ends: dict[tuple[str, int], events.ProcessEnded] = {}
        """Of processes that are no more; by host and process id."""
        self._found_processes: dict[tuple[str, int], events.Process] = {}
        """In which something was found of which nobody told."""
        self._found_threads: dict[tuple[str, int, int], events.Thread] = {}

    @property
    def hosts(self) -> dict[str, events.Host]:
        """By name, as told last; with the most by which any of its times may be wrong."""
        if self._known_hosts is None:  # asked for in each frame; clocks are measured now and then
            self._known_hosts = {
                name: replace(
                    max(told, key=lambda event: (event.t_ns, event.offset_ns)),
                    error_ns=max(event.error_ns for event in told),
                )
                for name, told in self._hosts.items()
            }
        return self._known_hosts

    @property
    def several_hosts(self) -> bool:
        """Whether there is more than one, so that it matters which."""
        return len(self._hosts) > 1

    @property
    def observer(self) -> Observer | None:
        """What can be seen of threads on all hosts; None where nobody there has told."""
        if self._observer is None and self._observed:
            self._observer = on_all_hosts(self.observers)
        return self._observer

    @property
    def observers(self) -> dict[str, Observer]:
        """What can be seen of threads on each host on which somebody looks at them."""
        found: dict[str, Observer] = {}
        for told in self._observed:
            before = found.get(told.host, told.observer)
            found[told.host] = weakest([before, told.observer])
        return found

    @property
    def processes(self) -> dict[tuple[str, int], events.Process]:
        """By host and process id. The system uses those again, of processes that have ended."""
        return self._found_processes | self._processes

    @property
    def threads(self) -> dict[tuple[str, int, int], events.Thread]:
        """By host, process id and the system's thread id."""
        return self._found_threads | self._threads

    def host(self, event: events.Host) -> None:
        """One was told of: its clock may be told again, more exactly."""
        self._hosts.setdefault(event.host, []).append(event)
        self._known_hosts = None

    def observed(self, event: events.HostObserved) -> None:
        """What can be seen of threads there, at least of those of some process."""
        if all(
            (each.host, each.observer) != (event.host, event.observer) for each in self._observed
        ):
            self._observed.append(event)
            self._observer = None

    def process(self, event: events.Process) -> None:
        """One was told of."""
        _keep(self._processes, (event.host, event.pid), event)

    def thread(self, event: events.Thread) -> None:
        """One was told of."""
        _keep(self._threads, (event.host, event.pid, event.tid), event)
        found = events.Process(event.t_ns, event.pid, host=event.host)
        _keep(self._found_processes, (event.host, event.pid), found)

    def exiting(self, event: events.ProcessExiting) -> None:
        """The main thread of one has come to its end."""
        _keep(self.exits, (event.host, event.pid), event)

    def ended(self, event: events.ProcessEnded) -> None:
        """One is no more."""
        _keep(self.ends, (event.host, event.pid), event)

    def group(self, event: events.Group) -> bool:
        """One was told of. False when it was before."""
        return self.groups.setdefault(event.group, event) is event

    def find(self, thread: events.Thread, parent: int | None) -> None:
        """A worker is this thread, in a process with that parent: perhaps nobody else says so."""
        _keep(self._found_threads, (thread.host, thread.pid, thread.tid), thread)
        found = events.Process(thread.t_ns, thread.pid, parent, thread.host)
        _keep(self._found_processes, (thread.host, thread.pid), found)

    @property
    def expected(self) -> int | None:
        """How many tasks there will be in all; None where that is not known of every group."""
        numbers = [group.tasks for group in self.groups.values()]
        known = [number for number in numbers if number is not None]
        return sum(known) if known and len(known) == len(numbers) else None

    def as_of(self, t_ns: int) -> Surroundings:
        """Those of which had been told then."""
        found = Surroundings()
        for name, told in self._hosts.items():
            if earlier := [event for event in told if event.t_ns <= t_ns]:
                found._hosts[name] = earlier
        found._observed = [event for event in self._observed if event.t_ns <= t_ns]
        found._processes = _until(self._processes, t_ns)
        found._threads = _until(self._threads, t_ns)
        found.groups = _until(self.groups, t_ns)
        found.exits = _until(self.exits, t_ns)
        found.ends = _until(self.ends, t_ns)
        found._found_processes = _until(self._found_processes, t_ns)
        found._found_threads = _until(self._found_threads, t_ns)
        return found


def _keep(known: dict[K, E], key: K, event: E) -> None:
    if key not in known or event.t_ns < known[key].t_ns:
        known[key] = event


def _until(known: dict[K, E], t_ns: int) -> dict[K, E]:
    return {key: event for key, event in known.items() if event.t_ns <= t_ns}
