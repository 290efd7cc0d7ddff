"""From what the plugins of a session send to what a run is told in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from concviz.cluster.clocks import Clocks
from concviz.cluster.hosts import Hosts
from concviz.cluster.lines import Line, Place, place_of, unpack
from concviz.cluster.sightings import Sightings

Wire = tuple[Any, ...]
MOST_HELD = 100_000
"""Lines of a process that wait until it is known what time it was."""


class Translation:
    """One for a session. ``take`` gives events as the stream has them."""

    def __init__(
        self, hosts: Hosts, clocks: Clocks, tasks: int = 0, latest: dict[int, int] | None = None
    ) -> None:
        """``tasks``: how many are planned; whatever else turns out to be one has a number beyond.

        ``latest`` is told which number a task has that was begun again.
        """
        self._hosts = hosts
        self._clocks = clocks
        self._sightings = Sightings(clocks.to_stream)
        self._sources: dict[str, Source] = {}
        self._by_address: dict[str, Source] = {}
        self._next = tasks
        self._handlers: Mapping[str, Handler] = HANDLERS
        self._latest: dict[int, int] = {} if latest is None else latest
        self._begun: set[int] = set()

    @property
    def open(self) -> int:
        """How many processes have introduced themselves, and not said good-bye.

        (The scheduler does not count, which says it when all is over.)
        """
        sources = self._sources.values()
        return sum(not source.over for source in sources if source.place.role != "scheduler")

    def attempt(self, task: int) -> int:
        """The number that a task has now: another one each time that it is done again."""
        return self._latest.get(task, task)

    def take(self, packed: bytes, now: int) -> list[Wire]:
        """The events of a batch. Raises ValueError when it is none."""
        name, left_out, lines = unpack(packed)
        told: list[Wire] = []
        if left_out:
            told.append(("not-told", now, left_out))
        source = self._sources.get(name)
        if source is None:
            if not lines:
                return told
            if lines[0][0] != "here":
                told.append(("not-told", now, len(lines)))
                return told
            source = self._sources[name] = self._met(place_of(lines[0][2]), now)
        source.held += lines
        told += self._clock(now)
        told += self._told(source, now)
        return told

    def _met(self, place: Place, now: int) -> Source:
        host = self._hosts.name(place.machine, place.address)
        self._clocks.met(host, place.machine, now)
        source = Source(place, host)
        if place.role == "worker":
            self._by_address[place.address] = source
        return source

    def _clock(self, now: int) -> Iterator[Wire]:
        for host in self._clocks.take():
            yield "host", host.t_ns, host.host, host.offset_ns, host.error_ns
        for source in self._sources.values():
            if source.held:
                yield from self._told(source, now)

    def _told(self, source: Source, now: int) -> Iterator[Wire]:
        lines, source.held = source.held, []
        for number, line in enumerate(lines):
            if line[0] == "asked":
                self._clocks.asked_there(source.host, line[2], now)
                continue
            t_ns = self._clocks.to_stream(source.host, line[1])
            if t_ns is None:
                source.held = lines[number:]
                if (over := len(source.held) - MOST_HELD) > 0:
                    del source.held[:over]
                    yield "not-told", now, over
                return
            yield from self._handlers.get(line[0], _as_it_is)(self, source, t_ns, line)

    # -- a line each --

    def _here(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        place = source.place
        if place.role == "worker":
            name = f"worker {place.name}"
            yield "process", t_ns, place.pid, None, source.host, "", name

    def _thread(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        _, _, tid, _, run_ns, wait_ns = line
        key = source.lane(tid)
        source.lanes.append(key)
        label = f"worker {source.place.name}"
        if source.place.threads > 1:
            label += f" · {len(source.lanes)}"
        yield "worker", t_ns, key, "cluster", None, label
        pid = source.place.pid
        yield "worker-started", t_ns, key, pid, tid, run_ns, wait_ns, [], source.host

    def _arrived(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        yield "arrived", t_ns, self.attempt(line[2]), source.place.pid, source.host

    def _started(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        task = line[2]
        if self.attempt(task) in self._begun:
            yield from self._again(task, t_ns, "it was begun again elsewhere")
        number = self.attempt(task)
        self._begun.add(number)
        yield "started", t_ns, number, source.lane(line[3])

    def _of_task(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        task = line[2]
        yield line[0], t_ns, None if task is None else self.attempt(task), *line[3:]

    def _sampled(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        return self._sightings.sampled(source.host, t_ns, line)

    def _lock_seen(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        return self._sightings.lock_seen(source.host, t_ns, line)

    def _observed(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        return self._sightings.observed(source.host, t_ns, line)

    def _memory(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if (worker := self._by_address.get(line[2])) is not None:
            yield "process-memory", t_ns, worker.place.pid, *line[3:], worker.host

    def _stolen(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if (victim := self._by_address.get(line[3])) is not None:
            yield "stolen", t_ns, self.attempt(line[2]), victim.place.pid, victim.host

    def _lost(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if self.attempt(line[2]) in self._begun:  # else it only waits for another worker
            yield from self._again(line[2], t_ns, line[3] or "its worker process is gone")

    def _again(self, task: int, t_ns: int, why: str) -> Iterator[Wire]:
        before = self.attempt(task)
        number, self._next = self._next, self._next + 1
        self._latest[task] = number
        yield "lost", t_ns, before, why
        yield "task", t_ns, number, 0, f"{task} again", None, 1, task
        yield "submitted", t_ns, number

    def _worker_gone(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if (gone := self._by_address.pop(line[2], None)) is not None:
            yield from self._end(gone, t_ns)

    def _bye(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        yield from self._end(source, t_ns)

    def _end(self, source: Source, t_ns: int) -> Iterator[Wire]:
        if source.over:
            return
        source.over = True
        for key in source.lanes:
            yield "worker-stopped", t_ns, key, 0


class Source:
    """A process that sends lines."""

    def __init__(self, place: Place, host: str) -> None:
        self.place = place
        self.host = host
        self.held: list[Line] = []
        """What has come before it was known what time that was."""
        self.lanes: list[str] = []
        self.over = False

    def lane(self, tid: int) -> str:
        """The key of the worker that a thread of it is."""
        return f"{self.host}/{self.place.pid}:{tid}"


def _as_it_is(_: Translation, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
    yield line[0], t_ns, *line[2:]


Handler = Callable[[Any, Source, int, Line], Iterator[Wire]]
"""What makes events of a kind of line."""
HANDLERS: dict[str, Handler] = {
    "here": Translation._here,
    "thread": Translation._thread,
    "arrived": Translation._arrived,
    "started": Translation._started,
    "finished": Translation._of_task,
    "failed": Translation._of_task,
    "output": Translation._of_task,
    "left-out": Translation._of_task,
    "results": Translation._of_task,
    "sampled": Translation._sampled,
    "lock-seen": Translation._lock_seen,
    "observed": Translation._observed,
    "memory": Translation._memory,
    "stolen": Translation._stolen,
    "lost": Translation._lost,
    "worker-gone": Translation._worker_gone,
    "bye": Translation._bye,
}
