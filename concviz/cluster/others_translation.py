"""From what an attachment's plugins send to what a run is told in: tasks that nobody planned. Pure.

What the scheduler tells of a task and what its worker tells come on different ways, in any order:
what is told of a run of which the scheduler has not told yet waits for that, and what the scheduler
says of an end waits a moment for the worker, which knows it better.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Any

from concviz.cluster.clocks import Clocks
from concviz.cluster.hosts import Hosts
from concviz.cluster.lines import Line
from concviz.cluster.translation import HANDLERS, Source, Translation, Wire

MOST_NUMBERS = 4_000_000
"""Tasks that are told of; those beyond are counted. As many as a run makes room for."""
MOST_EARLY = 50_000
"""Lines that wait for the scheduler's."""
EARLY_NS = 5_000_000_000
"""So long."""
LATE_NS = 2_000_000_000
"""What the scheduler says of an end counts, if the worker has said nothing for so long."""


SILENT = "Worker {name} has joined, and tells nothing: is the same concviz installed there?"


class _Task:
    """What is known of a task that may still be told of."""

    __slots__ = ("at", "begun", "called_off", "done", "ended", "group", "label", "number", "runs")

    def __init__(self, number: int, group: int, label: str) -> None:
        self.number = number
        """In the stream: another one once what it did is lost."""
        self.group = group
        self.label = label
        self.runs: list[int] = []
        self.begun: int | None = None
        """In which of its runs."""
        self.at: Source | None = None
        """Where it has begun."""
        self.called_off = self.ended = False
        self.done = False
        """Whether the scheduler knows what came of it."""


class OthersTranslation(Translation):
    """One for an attachment."""

    def __init__(self, hosts: Hosts, clocks: Clocks) -> None:
        super().__init__(hosts, clocks, 0)
        self._handlers = _HANDLERS
        self._tasks: dict[int, _Task] = {}
        """By the number that the scheduler's plugin gave them."""
        self._of_run: dict[int, _Task] = {}
        self._calls: dict[tuple[int, int], int] = {}
        """Numbers of calls of actors, by the source and its number of them."""
        self._early: OrderedDict[int, tuple[int, list[tuple[Source, int, Line]]]] = OrderedDict()
        """By run: since when lines wait, and which."""
        self._waiting = 0
        self._due: deque[tuple[int, _Task, Wire]] = deque()
        """Ends as the scheduler told them, and when they count."""
        self._forgotten: deque[tuple[int, int]] = deque()
        self._untold = 0
        self._came: deque[tuple[int, str, str]] = deque()
        """Workers that are to tell something by then, by address and name."""

    def tick(self, now: int) -> list[Wire]:
        """What is to be told because some time has gone by; now and then."""
        told: list[Wire] = []
        while self._due and self._due[0][0] <= now:
            _, task, event = self._due.popleft()
            if not task.ended and task.number == event[2]:
                task.ended = True
                told.append(event)
        while self._forgotten and self._forgotten[0][0] <= now:
            told += self._purge(self._forgotten.popleft()[1], now)
        while self._came and self._came[0][0] <= now:
            _, address, name = self._came.popleft()
            if address not in self._by_address:
                told.append(("not-seen", now, SILENT.format(name=name)))
        while self._early and next(iter(self._early.values()))[0] + EARLY_NS <= now:
            self._drop_early()
        if self._untold:
            told.append(("not-told", now, self._untold))
            self._untold = 0
        return told

    def _purge(self, number: int, now: int) -> Iterator[Wire]:
        """The scheduler has forgotten a task, some time ago: nothing more is to be told of it."""
        task = self._tasks[number]
        if task.at is not None and not task.ended:
            if not task.at.over:  # it was called off, and goes on
                self._forgotten.append((now + EARLY_NS, number))
                return
            task.ended = True
            yield "lost", now, task.number, "its worker is gone"
        del self._tasks[number]
        for run in task.runs:
            self._of_run.pop(run, None)

    # -- from the scheduler --

    def _group(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        _, _, group, prefix, whose = line
        label = f"{prefix} · {whose}" if whose else prefix
        yield "group", t_ns, group, "cluster", label

    def _new(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        _, _, number, group, label, again, there = line
        if self._next >= MOST_NUMBERS:
            self._untold += 1
            return
        before = self._tasks.get(again) if again is not None else None
        task = self._tasks[number] = _Task(self._take_number(), group, label)
        yield self._named(task, t_ns, None if before is None else before.number)
        if not there:
            yield "submitted", t_ns, task.number

    def _named(self, task: _Task, t_ns: int, again: int | None) -> Wire:
        return "task", t_ns, task.number, task.group, task.label, None, 1, again

    def _given(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        _, _, number, run, _ = line
        if (task := self._tasks.get(number)) is None:
            self._drop_early(run)
            return
        task.runs.append(run)
        self._of_run[run] = task
        _, early = self._early.pop(run, (0, []))
        self._waiting -= len(early)
        for its, then, told in early:
            yield from self._handlers[told[0]](self, its, then, told)

    def _back(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        """It was taken from a worker, and is still wanted."""
        _, _, number, gone = line
        task = self._tasks.get(number)
        if task is not None and task.begun is not None and not task.ended:
            why = "its worker is gone" if gone else "the cluster took it back"
            yield from self._anew(task, t_ns, why)

    def _anew(self, task: _Task, t_ns: int, why: str) -> Iterator[Wire]:
        before = task.number
        yield "lost", t_ns, before, why
        task.number, task.begun, task.at, task.ended = self._take_number(), None, None, False
        yield self._named(task, t_ns, before)
        yield "submitted", t_ns, task.number

    def _result_lost(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if (task := self._tasks.get(line[2])) is not None:
            yield "lost", t_ns, task.number, line[3]

    def _called_off(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        task = self._tasks.get(line[2])
        if task is None or task.ended:
            return
        if task.begun is None:
            task.ended = True
            yield "cancelled", t_ns, task.number
        else:  # nobody can interrupt it: when it ends, its worker tells
            task.called_off = True

    def _computed(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        if (task := self._tasks.get(line[2])) is not None and not task.ended:
            task.done = True
            self._due.append((t_ns + LATE_NS, task, ("finished", t_ns, task.number, None, None)))
        return
        yield

    def _erred(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        _, _, number, text, by_worker = line
        if (task := self._tasks.get(number)) is None or task.ended:
            return
        task.done = True
        event = "failed", t_ns, task.number, None, text, ""
        if by_worker:
            self._due.append((t_ns + LATE_NS, task, event))
        else:
            task.ended = True
            yield event

    def _forget(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        number = line[2]
        if (task := self._tasks.get(number)) is not None:
            if not task.done:
                yield from self._called_off(source, t_ns, line)
            self._forgotten.append((t_ns + EARLY_NS, number))

    def _there(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        _, _, tasks, running = line
        if tasks:
            what = f"{tasks:,} {'task was' if tasks == 1 else 'tasks were'} there already"
            begun = f", {running:,} of them at workers" if running else ""
            yield "not-seen", t_ns, f"{what}{begun}: when they came and began was not seen."

    def _worker_came(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        self._came.append((t_ns + EARLY_NS, line[2], line[3]))
        return
        yield

    def _task_stolen(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        task, victim = self._tasks.get(line[2]), self._by_address.get(line[3])
        if task is not None and victim is not None:
            yield "stolen", t_ns, task.number, victim.place.pid, victim.host

    # -- from workers --

    def _of_a_run(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        """Of a run that the scheduler has told of, or will."""
        run = line[2]
        task = self._of_run.get(run)
        if task is not None:
            yield from _OF_RUNS[line[0]](self, source, t_ns, line, task)
        elif run < 0:
            yield from self._of_a_call(source, t_ns, line)
        else:
            _, early = self._early.setdefault(run, (t_ns, []))
            early.append((source, t_ns, line))
            self._waiting += 1
            if self._waiting > MOST_EARLY:
                self._drop_early()

    def _drop_early(self, run: int | None = None) -> None:
        """Nobody will tell what these lines are of: those of a run, or the oldest."""
        if run is None:
            _, (_, dropped) = self._early.popitem(last=False)
        else:
            _, dropped = self._early.pop(run, (0, []))
        self._waiting -= len(dropped)
        self._untold += len(dropped)

    def _run_arrived(self, source: Source, t_ns: int, line: Line, task: _Task) -> Iterator[Wire]:
        if not task.ended:
            yield "arrived", t_ns, task.number, source.place.pid, source.host

    def _run_fetched(self, source: Source, t_ns: int, line: Line, task: _Task) -> Iterator[Wire]:
        _, _, _, since_ns, size, address = line
        since = self._clocks.to_stream(source.host, since_ns)
        if since is not None and (place := self._by_address.get(address)) is not None:
            yield "fetched", t_ns, task.number, since, size, place.place.pid, place.host

    def _run_began(self, source: Source, t_ns: int, line: Line, task: _Task) -> Iterator[Wire]:
        _, _, run, tid, _ = line
        if task.begun is not None and task.begun != run:
            yield from self._anew(task, t_ns, "it was begun again elsewhere")
        task.begun, task.at = run, source
        yield "started", t_ns, task.number, source.lane(tid)

    def _run_ended(self, source: Source, t_ns: int, line: Line, task: _Task) -> Iterator[Wire]:
        if task.ended or task.begun != line[2]:
            return  # what a run did that was lost meanwhile
        task.ended = True
        if task.called_off:
            yield "cancelled", t_ns, task.number
        else:
            yield line[0], t_ns, task.number, *line[3:]

    def _of_a_call(self, source: Source, t_ns: int, line: Line) -> Iterator[Wire]:
        """Of a call of an actor, which is no task of the scheduler's."""
        place = id(source), line[2]
        if line[0] == "began":
            number = self._calls[place] = self._take_number()
            yield "task", t_ns, number, None, line[4]
            yield "started", t_ns, number, source.lane(line[3])
        elif (known := self._calls.pop(place, None)) is not None:
            yield line[0], t_ns, known, *line[3:]

    def _take_number(self) -> int:
        number, self._next = self._next, self._next + 1
        return number


_OF_RUNS: dict[str, Any] = {
    "arrived": OthersTranslation._run_arrived,
    "fetched": OthersTranslation._run_fetched,
    "began": OthersTranslation._run_began,
    "finished": OthersTranslation._run_ended,
    "failed": OthersTranslation._run_ended,
}
_HANDLERS: dict[str, Any] = {
    **HANDLERS,
    **dict.fromkeys(_OF_RUNS, OthersTranslation._of_a_run),
    "group": OthersTranslation._group,
    "new": OthersTranslation._new,
    "given": OthersTranslation._given,
    "back": OthersTranslation._back,
    "lost": OthersTranslation._result_lost,
    "called-off": OthersTranslation._called_off,
    "computed": OthersTranslation._computed,
    "erred": OthersTranslation._erred,
    "forgotten": OthersTranslation._forget,
    "stolen": OthersTranslation._task_stolen,
    "there": OthersTranslation._there,
    "worker-came": OthersTranslation._worker_came,
}
