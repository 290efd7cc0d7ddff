"""From what the plugins of a session send to what a run is told in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from concviz.cluster.clocks import Clocks
from concviz.cluster.hosts import Hosts
from concviz.cluster.lines import Line, Place, place_of, unpack
from concviz.cluster.sightings import Sightings

Wire = tuple[Any, ...]
GONE = "its worker process is gone"
UNKNOWN_NS = 1_000_000_000
"""If nobody has said by then how a process has ended, nobody will."""
MOST_HELD = 100_000
"""Lines of a process that wait until it is known what time it was."""


class Translation:
    """One for a session. ``take`` gives events as the stream has them."""

    def __init__(
        self,
        hosts: Hosts,
        clocks: Clocks,
        tasks: int = 0,
        latest: dict[int, int] | None = None,
        starting: Iterable[str] = (),
    ) -> None:
        """``tasks``: how many are planned; whatever else turns out to be one has a number beyond.

        ``latest`` is told which number a task has that was begun again. ``starting``: names of
        workers of which it was told that they are starting, by ``starting_key``.
        """
        self._hosts = hosts
        self._clocks = clocks
        self._sightings = Sightings(clocks.to_stream)
        self._sources: dict[str, Source] = {}
        self._by_address: dict[str, Source] = {}
        self.stranded = False
        """Whether there is a task left that no worker can do any more."""
        self._starting = {name: starting_key(name) for name in starting}
        self._key: dict[str, str] = {}
        """Of threads that are known by another key than their own: that of their start."""
        self._gone: list[Source] = []
        """Of which the scheduler says that they are no more, and nobody else anything."""
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
        for line in lines:  # what says what time others are cannot wait for that
            if line[0] == "asked":
                self._clocks.asked_there(source.host, line[2], now)
            else:
                source.held.append(line)
        told += self._clock(now)
        told += self._told(source, now)
        for gone in [each for each in self._gone if each.gone + UNKNOWN_NS <= now]:
            told += self._end(gone, gone.gone)  # nobody has said how
        return told

    def finish(self, now: int) -> list[Wire]:
        """Nothing more is heard. What has no time by now will have none."""
        told = [event for gone in list(self._gone) for event in self._end(gone, gone.gone)]
        unplaced = [source for source in self._sources.values() if source.held]
        for host in dict.fromkeys(source.host for source in unplaced):
            sentence = f"What happened on {host}: its clock could not be compared with this one's."
            told.append(("not-seen", now, sentence))
        if unplaced:
            told.append(("not-told", now, sum(len(source.held) for source in unplaced)))
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
            name = starting_key(place.name)
            yield "process", t_ns, place.pid, None, source.host, "", name

    def _ready(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        source.start = line[2], line[3]
        return iter(())

    def _lane(self, source: Source, tid: int) -> str:
        key = source.lane(tid)
        return self._key.get(key, key)

    def _thread(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        _, _, tid, _, run_ns, wait_ns = line
        key = self._lane(source, tid)
        if (begun := self._starting.pop(source.place.name, None)) is not None:
            self._key[key] = key = begun
            run_ns, wait_ns = source.start
        source.lanes.append(key)
        label = starting_key(source.place.name)
        if source.place.threads > 1 or len(source.lanes) > 1:
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
        yield "started", t_ns, number, self._lane(source, line[3])

    def _of_task(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        task = line[2]
        yield line[0], t_ns, None if task is None else self.attempt(task), *line[3:]

    def _sampled(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        for what, when, key, *rest in self._sightings.sampled(source.host, t_ns, line):
            yield what, when, self._key.get(key, key), *rest

    def _lock_seen(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        return self._sightings.lock_seen(source.host, t_ns, line)

    def _observed(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        return self._sightings.observed(source.host, t_ns, line)

    def _holds(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if (worker := self._by_address.get(line[2])) is not None:
            yield "process-memory", t_ns, worker.place.pid, *line[3:], worker.host

    def _stolen(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if (victim := self._by_address.get(line[3])) is not None:
            yield "stolen", t_ns, self.attempt(line[2]), victim.place.pid, victim.host

    def _lost(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if self.attempt(line[2]) in self._begun:  # else it only waits for another worker
            yield from self._again(line[2], t_ns, GONE)

    def _given_up(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        number = self.attempt(line[2])
        if number in self._begun:
            yield "lost", t_ns, number, f"{GONE}, and the cluster has given the task up"
        else:
            yield "failed", t_ns, number, None, line[3], line[3]

    def _again(self, task: int, t_ns: int, why: str) -> Iterator[Wire]:
        before = self.attempt(task)
        number, self._next = self._next, self._next + 1
        self._latest[task] = number
        yield "lost", t_ns, before, why
        yield "task", t_ns, number, 0, f"{task} again", None, 1, task
        yield "submitted", t_ns, number

    def _strands(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        self.stranded = True
        return iter(())

    def _worker_gone(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        gone = self._by_address.pop(line[2], None)
        if gone is not None and not gone.over:
            gone.gone = t_ns
            self._gone.append(gone)  # its nanny may say how it has ended
        return iter(())

    def _exited(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        _, _, pid, exitcode = line
        for ended in self._sources.values():
            place = ended.place
            if (place.role, ended.host, place.pid) == ("worker", source.host, pid):
                yield from self._end(ended, t_ns, exitcode)
        yield "process-ended", t_ns, pid, exitcode, source.host

    def _bye(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        return self._end(source, t_ns)

    def _end(self, source: Source, t_ns: int, exitcode: int = 0) -> Iterator[Wire]:
        if source.over:
            return
        source.over = True
        if source in self._gone:
            self._gone.remove(source)
        for key in source.lanes:
            if exitcode:
                yield "worker-died", t_ns, key, exitcode, False
            else:
                yield "worker-stopped", t_ns, key, 0


def starting_key(worker: str) -> str:
    """What a worker process is called, and its key while it is being started and has no number."""
    return f"worker {worker.rpartition('://')[2]}"  # one that nobody named is named by its address


class Source:
    """A process that sends lines."""

    def __init__(self, place: Place, host: str) -> None:
        self.place = place
        self.host = host
        self.held: list[Line] = []
        """What has come before it was known what time that was."""
        self.lanes: list[str] = []
        self.start: tuple[int | None, int | None] = (None, None)
        """Of its main thread until it was ready: on a core, and without one."""
        self.over = False
        self.gone = 0
        """When the scheduler has lost it."""

    def lane(self, tid: int) -> str:
        """The key of the worker that a thread of it is."""
        return f"{self.host}/{self.place.pid}:{tid}"


def _as_it_is(_: Translation, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
    yield line[0], t_ns, *line[2:]


Handler = Callable[[Any, Source, int, Line], Iterator[Wire]]
"""What makes events of a kind of line."""
HANDLERS: dict[str, Handler] = {
    "here": Translation._here,
    "ready": Translation._ready,
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
    "holds": Translation._holds,
    "stolen": Translation._stolen,
    "lost": Translation._lost,
    "given-up": Translation._given_up,
    "stranded": Translation._strands,
    "worker-gone": Translation._worker_gone,
    "exited": Translation._exited,
    "bye": Translation._bye,
}
