"""Which locks the tasks of a run waited for: how long, how often, and how many of them at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from concviz.model.lanes import Lane
from concviz.model.locks import Waits
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN


@dataclass(frozen=True)
class Waited:
    """What was seen of the waits for a lock."""

    name: str
    """For people: "lock A" is the one for which the workers of the run waited longest."""
    function: str
    """The function in which it was first seen to be waited for; "" where that is not known."""
    waited_ns: int
    """Nanoseconds of all workers together."""
    waits: int
    """How many, at least: those that a sample saw."""
    workers: int
    """Those that waited for it, sooner or later."""
    at_once: int
    """The most that did so at a moment."""


_Part = tuple[int, int, int]
"""Of a wait, within a task: worker, begin, end."""


def of_run(run: Run, spent: int) -> list[Waited]:
    """The locks for which tasks waited, the longest first.

    ``spent``: nanoseconds that they waited for locks in all. As waits shorter than the time
    between two samples are not seen one by one, it is shared out in proportion to those that were.
    """
    return _told(run, {lock: _parts(run, lock) for lock in run.locks.waits}, spent)


def of_task(run: Run, task: int, spent: int) -> list[Waited]:
    """The same of one task, by the names that the locks have in the run."""
    index, start = run.tasks.worker[task], run.tasks.started[task]
    if index == UNKNOWN:
        return []
    lane = run.workers[index].lane
    end = lane.ends[lane.find(task, start)]
    parts = {
        lock: [(index, *part) for part in _within(waits[index], start, end)]
        for lock, waits in run.locks.waits.items()
        if index in waits
    }
    return _told(run, parts, spent)


def _told(run: Run, parts: dict[str, list[_Part]], spent: int) -> list[Waited]:
    ranks = {lock: rank for rank, lock in enumerate(_ranked(run))}
    lengths = {lock: _length(its) for lock, its in parts.items() if its}
    whole = sum(lengths.values())
    return [
        Waited(
            _name(ranks[lock]),
            run.locks.functions.get(lock, ""),
            spent * lengths[lock] // whole if whole else 0,
            len(parts[lock]),
            len({worker for worker, _, _ in parts[lock]}),
            _at_once(parts[lock]),
        )
        for lock in sorted(lengths, key=lambda lock: -lengths[lock])
    ]


def _ranked(run: Run) -> list[str]:
    totals = {
        lock: sum(each.total for each in waits.values()) for lock, waits in run.locks.waits.items()
    }
    return sorted(totals, key=lambda lock: -totals[lock])


def _parts(run: Run, lock: str) -> list[_Part]:
    return [
        (worker, *part)
        for worker, waits in run.locks.waits[lock].items()
        for begin, end in zip(waits.begins, waits.ends, strict=True)
        for part in _busy(run.workers[worker].lane, begin, end)
    ]


def _within(waits: Waits, start: int, end: int) -> Iterator[tuple[int, int]]:
    for k in range(bisect_right(waits.ends, start), len(waits.ends)):
        if waits.begins[k] >= end:
            return
        yield max(waits.begins[k], start), min(waits.ends[k], end)


def _busy(lane: Lane, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a time in which the worker had a task."""
    if not len(lane):
        return
    for k in range(lane.nearest(begin), len(lane)):
        if lane.starts[k] >= end:
            return
        part = max(begin, lane.starts[k]), min(end, lane.ends[k])
        if part[0] < part[1]:
            yield part


def _length(parts: list[_Part]) -> int:
    return sum(end - begin for _, begin, end in parts)


def _at_once(parts: list[_Part]) -> int:
    """How many there are at most at a moment. One that ends then is none."""
    most = now = 0
    for _, change in sorted([(begin, 1) for _, begin, _ in parts] + [(e, -1) for *_, e in parts]):
        now += change
        most = max(most, now)
    return most


def _name(rank: int) -> str:
    """A, …, Z, AA, AB, …"""
    letters, rank = "", rank + 1
    while rank:
        rank, letter = divmod(rank - 1, len(ascii_uppercase))
        letters = ascii_uppercase[letter] + letters
    return f"lock {letters}"
