"""A part of a run as a run of its own: the tasks of one group, or some of them, and their workers.

What is said of a whole plan can so be said of each pool of a program. Tasks are numbered anew, in
the order in which they were asked for; samples are shared with the whole.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from heapq import heappop, heappush
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
    made.environment, made.program = run.environment, run.program
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
    times = [t for t in (tasks.submitted[task], tasks.started[task]) if t != UNKNOWN]
    return min(times, default=OPEN)


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
    spans = [(t, task) for task, t in enumerate(tasks.started) if t != UNKNOWN]
    spans = sorted(span for span in spans if tasks.worker[span[1]] != UNKNOWN)
    under_way: list[list[tuple[int, int]]] = [[] for _ in made.workers]

    def close(index: int, until: int) -> None:
        """Those that ended by then: a lane costs most where it is told of them late."""
        ends = under_way[index]
        while ends and ends[0][0] <= until:
            end, task = heappop(ends)
            made.workers[index].lane.close(task, end)

    for some in pieces(len(spans)):
        for start, task in spans[some]:
            index = tasks.worker[task]
            close(index, start)
            made.workers[index].lane.open(task, start)
            if tasks.finished[task] != UNKNOWN:
                heappush(under_way[index], (tasks.finished[task], task))
        yield
    for worker in made.workers:
        close(worker.index, OPEN)
        for task in worker.lane.open_tasks:
            until = worker.ended if worker.ended != UNKNOWN else run.finished
            worker.lane.close(task, max(until, tasks.started[task]), told=False)


def _count(made: Run) -> Steps[None]:
    tasks = made.tasks
    made.tally = [tasks.outcome.count(outcome) for outcome in Outcome]
    yield
    known = [cpu for cpu in tasks.cpu if cpu != UNKNOWN]
    made.cpu, made.cpu_known = sum(known), len(known)
    for some in pieces(len(tasks)):
        for submitted, started in zip(tasks.submitted[some], tasks.started[some], strict=True):
            if submitted != UNKNOWN:
                made.log.submits.add(submitted)
            if started != UNKNOWN:
                made.log.starts.add(started)
        yield
    pairs = zip(tasks.started, tasks.finished, strict=True)
    made.busy = sum(max(0, end - start) for start, end in pairs if UNKNOWN not in (start, end))


def _copy_waits(run: Run, made: Run, places: dict[int, int]) -> None:
    made.locks.functions = run.locks.functions
    for lock, waits in run.locks.waits.items():
        own = {places[index]: each for index, each in waits.items() if index in places}
        if own:
            made.locks.waits[lock] = own
