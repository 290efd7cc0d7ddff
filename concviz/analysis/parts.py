"""A part of a run as a run of its own: the tasks of one group, or some of them, and their workers.

What is said of a whole plan can so be said of each pool of a program. Tasks are numbered anew, in
the order in which they were asked for; samples are shared with the whole.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from concviz.analysis.steps import Steps, pieces
from concviz.model.entities import Phase, Worker
from concviz.model.lanes import OPEN, Lane
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome, Tasks
from concviz.trace.events import Group


class Part(NamedTuple):
    """Some tasks of a run that has ended."""

    whole: Run
    run: Run
    """Of these tasks alone, from when the first was asked for to the end of the last."""
    group: Group
    numbers: Sequence[int]
    """Of the tasks, in the whole."""

    def label(self, task: int) -> str:
        """What the program calls one of them; "" where it has no name."""
        told = self.whole.tasks.named.get(self.numbers[task])
        return told.label if told is not None else ""


def groups(run: Run) -> Steps[list[Part]]:
    """Each group of a program that had tasks."""
    found: dict[int, list[int]] = {}
    for count, (task, told) in enumerate(run.tasks.named.items()):
        if told.group is not None:
            found.setdefault(told.group, []).append(task)
        if count % 2_000 == 0:
            yield
    parts = []
    for key, numbers in found.items():
        group = run.surroundings.groups.get(key)
        if group is not None:
            own = [worker.index for worker in run.workers if worker.group == key]
            parts.append((yield from _part(run, group, numbers, own)))
    return parts


def batches(part: Part) -> Steps[list[Part]]:
    """The tasks of a group that were under way together: each time it had come to rest, anew."""
    tasks, found, reached = part.run.tasks, [[0]], 0
    for task in range(len(tasks)):
        if task and _begin(tasks, task) >= reached:
            found.append([])
        if task:
            found[-1].append(task)
        end = tasks.finished[task]
        reached = max(reached, end if end != UNKNOWN else part.run.finished)
        if task % 2_000 == 0:
            yield
    if len(found) == 1:
        return [part]
    own = [w.index for w in part.whole.workers if w.group == part.group.group]
    made = []
    for each in found:
        if len(each) > 1:  # one alone has no company
            numbers = [part.numbers[task] for task in each]
            made.append((yield from _part(part.whole, part.group, numbers, own)))
    return made


def _part(run: Run, group: Group, tasks: list[int], own: Iterable[int]) -> Steps[Part]:
    known = run.tasks
    numbers = sorted(tasks, key=lambda task: (_begin(known, task), task))
    made = Run()
    made.told_environment, made.program = run.environment, run.program
    made.surroundings, made.machine, made.pid = run.surroundings, run.machine, run.pid
    made.phase, made.states = Phase.FINISHED, run.states
    yield
    yield from _copy_columns(known, made.tasks, numbers)
    indices = {known.worker[task] for task in numbers} | set(own)
    places = {index: place for place, index in enumerate(sorted(indices - {UNKNOWN}))}
    for index, place in places.items():
        made.workers.append(_worker(run.workers[index], place))
        made.by_key[run.workers[index].key] = place
    made.tasks.worker = array("i", [places.get(known.worker[task], UNKNOWN) for task in numbers])
    yield from _fill_lanes(run, made)
    yield from _count(made)
    _copy_waits(run, made, places)
    yield
    begins = [t for t in (_begin(made.tasks, n) for n in range(len(numbers))) if t != OPEN]
    made.started = min(begins, default=run.started)
    ends = [*made.tasks.finished, *(worker.lane.reach[-1] for worker in made.workers)]
    made.finished = max(max(ends, default=0), made.started)
    made.log.end = made.latest = made.finished
    return Part(run, made, group, numbers)


def _begin(tasks: Tasks, task: int) -> int:
    """When it was asked for, or else when it began; OPEN where neither is known."""
    asked, began = tasks.submitted[task], tasks.started[task]
    if UNKNOWN in (asked, began):
        return max(asked, began) if asked != began else OPEN
    return asked if asked < began else began


def _copy_columns(known: Tasks, made: Tasks, numbers: Sequence[int]) -> Steps[None]:
    for name in "submitted", "started", "finished", "collected", "cpu":
        column = getattr(known, name)
        setattr(made, name, array("q", [column[task] for task in numbers]))
        yield
    made.outcome = bytearray(known.outcome[task] for task in numbers)
    for name in "failures", "returned", "told", "named", "cancelled":
        those, kept = getattr(known, name), getattr(made, name)
        if those:
            kept.update({n: those[task] for n, task in enumerate(numbers) if task in those})
        yield
    if known.loop_keepers:
        for n, task in enumerate(numbers):
            for begin, end in known.kept_loop(task):
                made.keep_loop(n, begin, end)


def _worker(worker: Worker, place: int) -> Worker:
    return replace(worker, index=place, lane=Lane(), heard=[])


def _fill_lanes(run: Run, made: Run) -> Steps[None]:
    """With the spans of these tasks alone."""
    tasks = made.tasks
    spans: list[list[Span]] = [[] for _ in made.workers]
    for some in pieces(len(tasks)):
        columns = tasks.started[some], tasks.finished[some], tasks.worker[some]
        rows = zip(*columns, range(some.start, some.stop), strict=True)
        for start, end, index, task in rows:
            if UNKNOWN not in (start, index):
                spans[index].append((start, task, end))
        yield
    for worker, own in zip(made.workers, spans, strict=True):
        own.sort()
        if _one_by_one(own):
            worker.lane.fill(own)
        else:
            until = worker.ended if worker.ended != UNKNOWN else run.finished
            yield from _open_and_close(worker.lane, own, until)
        yield


Span = tuple[int, int, int]
"""When a task began, which one, and when it ended, or UNKNOWN."""


def _one_by_one(spans: Sequence[Span]) -> bool:
    """Whether each had ended when the next one began."""
    return all(
        UNKNOWN != before[2] <= after[0] for before, after in pairwise((*spans, (OPEN, 0, OPEN)))
    )


def _open_and_close(lane: Lane, spans: Sequence[Span], until: int) -> Steps[None]:
    """As they came; those whose end was not told last until then."""
    under_way: list[tuple[int, int]] = []

    def close(until: int) -> None:
        """Those that ended by then: a lane costs most where it is told of them late."""
        while under_way and under_way[0][0] <= until:
            end, task = heappop(under_way)
            lane.close(task, end)

    for some in pieces(len(spans)):
        for start, task, end in spans[some]:
            close(start)
            lane.open(task, start)
            if end != UNKNOWN:
                heappush(under_way, (end, task))
        yield
    close(OPEN)
    begins = {task: start for start, task, _ in spans}
    for task in lane.open_tasks:
        lane.close(task, max(until, begins[task]), told=False)


def _count(made: Run) -> Steps[None]:
    tasks = made.tasks
    made.tally = [tasks.outcome.count(outcome) for outcome in Outcome]
    yield
    known = [cpu for cpu in tasks.cpu if cpu != UNKNOWN]
    made.cpu, made.cpu_known = sum(known), len(known)
    made.log.submits.add_all(t for t in tasks.submitted if t != UNKNOWN)
    made.log.starts.add_all(t for t in tasks.started if t != UNKNOWN)
    yield
    pairs = zip(tasks.started, tasks.finished, strict=True)
    made.busy = sum(end - start for start, end in pairs if UNKNOWN != start < end)


def _copy_waits(run: Run, made: Run, places: dict[int, int]) -> None:
    made.locks.functions = run.locks.functions
    for lock, waits in run.locks.waits.items():
        own = {places[index]: each for index, each in waits.items() if index in places}
        if own:
            made.locks.waits[lock] = own
