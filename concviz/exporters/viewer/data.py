"""What the script of a page draws: a run's times, exactly, in as few bytes as text allows.

Times are nanoseconds since the start of the run. Of those that grow along a list, the differences
are written ("steps"); what is not known is null. All texts are sanitised, and stay data: they
become text in the page, never markup.

A run is an object of

- ``name``, ``said``: a heading, and what is said beside it;
- ``length``; ``ended``: whether it has an end, or is known only so far;
- ``queue``: ``[steps, depths]``: from when on so many tasks waited;
- ``rows``: of each worker, then of what tasks started:
  ``name``; ``starts`` (steps), ``lengths`` and ``tasks`` of its spans, or in place of tasks, where
  short ones are put together, ``counts``, ``kinds`` (of bars: the first letter) and the time in
  which they were ``busy``; ``starting`` (from, to); ``died``; of a cluster's worker ``transfers``,
  pairs of from and to: when data came for what it did next; ``samples``; of a program's thread
  ``there`` (from, to): when it was seen, whether a task ran on it or not;
  for what tasks started ``others`` (true), and the spans in which there were any;
- ``tasks``: by number: ``outcome`` (a digit each), ``submitted`` (steps), ``collected`` (after the
  end), ``cpu``; sparse: ``labels``, ``results``, ``errors``; ``spent``: of the first ones, pairs of
  a state and its time.

Samples are ``times`` (steps), ``seen`` (a letter each, of ``STATE_LETTERS``), ``firsts`` (where a
sample stands for several: since when), ``spent`` (by state, the time in it since the sample
before), and ``reach`` (for so long after the last one a thread is taken to go on).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from concviz.analysis.time_breakdown import of_task
from concviz.analysis.wording import count
from concviz.model.entities import Worker
from concviz.model.others import Others
from concviz.model.run import Run
from concviz.model.sampled import reach
from concviz.model.samples import States
from concviz.model.tasks import UNKNOWN
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State
from concviz.trace.worker_kind import WorkerKind
from concviz.view.bars import bars, phases
from concviz.view.names import label_of
from concviz.view.row_order import in_order
from concviz.view.segments import queue_depths
from concviz.view.signs import Kind
from concviz.view.viewport import Viewport

MOST_SPANS = 200_000
"""Spans of one run; of a run with more, short ones are put together."""
MERGED_PARTS = 20_000
"""A span that is shorter than such a part of its run is short then."""
MOST_SAMPLES = 200_000
"""Samples of one run; beyond, of several one stands for all, and no time is lost."""
MOST_SPENT = 10_000
"""Tasks of which it is told how their time was spent."""
MOST_TEXTS = 1_000
"""Results, and errors."""
LONGEST_TEXT = 300
FINE = 20_000
"""A coroutine's states are told to such a part of its run."""
STATE_LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""By the number of a state."""
QUEUE_CELLS = 1_000
"""Times at which the length of the queue is told."""

Object = dict[str, Any]


def run_data(run: Run, name: str, said: str, most_rows: int, now: int) -> Object:
    """A run that has started, with so many rows of workers at most."""
    workers = in_order(run)[:most_rows]
    spans = sum(len(worker.lane) for worker in workers)
    merged = spans > MOST_SPANS
    samples = sum(len(w.states) + len(w.awaits) for w in workers)
    stride = -(-samples // MOST_SAMPLES) or 1
    length = max(1, now - run.started)
    rows = [_worker(run, worker, now, length, merged, stride) for worker in workers]
    rows += [_others(run, others, stride) for others in run.others_seen[:most_rows]]
    found: Object = {
        "name": sanitize(name),
        "said": sanitize(said),
        "length": length,
        "ended": run.ended,
        "queue": _queue(run, now),
        "rows": rows,
    }
    if not merged:
        found["tasks"] = _tasks(run, now)
    return found


def steps(times: Iterable[int | None]) -> list[int | None]:
    """Each as its difference to the last that is known, of the first to 0."""
    before, found = 0, list[int | None]()
    for time in times:
        found.append(None if time is None else time - before)
        before = before if time is None else time
    return found


def _worker(run: Run, worker: Worker, now: int, length: int, merged: bool, stride: int) -> Object:
    lane, zero, limit = worker.lane, run.started, run.end_of(worker, now)
    found: Object = {"name": sanitize(run.label(worker))}
    if merged:
        drawn = bars(run, worker, max(1, length // MERGED_PARTS), now)
        found["starts"] = steps(bar.begin for bar in drawn)
        found["lengths"] = [bar.end - bar.begin for bar in drawn]
        found["counts"] = [bar.tasks for bar in drawn]
        found["kinds"] = "".join(bar.kind.name[0] for bar in drawn)
        found["busy"] = [lane.busy(zero + bar.begin, zero + bar.end) for bar in drawn]
    else:
        found["starts"] = steps(start - zero for start in lane.starts)
        found["lengths"] = [
            max(0, min(lane.end(i), limit) - start) for i, start in enumerate(lane.starts)
        ]
        found["tasks"] = steps(lane.tasks)
    if run.program is not None and worker.kind is not WorkerKind.COROUTINE and len(worker.states):
        begin = max(worker.states.begin, worker.started)
        found["there"] = [begin - zero, max(begin, min(limit, worker.states.end)) - zero]
    if worker.starting != UNKNOWN:
        until = min([worker.started if worker.started != UNKNOWN else limit, *lane.starts[:1]])
        found["starting"] = [worker.starting - zero, until - zero]
    if run.cluster.transfers[0]:
        drawn_parts = phases(run, worker, max(1, length // MERGED_PARTS), now)
        found["transfers"] = [[p.begin, p.end] for p in drawn_parts if p.shown is Kind.TRANSFER]
    if worker.exitcode is not None:
        found["died"] = worker.ended - zero
    if worker.observed:
        if worker.kind is WorkerKind.COROUTINE:
            found["samples"] = _told(run, worker, now, length)
        else:
            found["samples"] = _samples(worker.states, zero, stride, reach(run, worker))
    return found


def _samples(states: States, zero: int, stride: int, reach: int) -> Object:
    """Every ``stride``-th, and the last: the sums of what is between are those of all."""
    last = len(states) - 1
    kept = [*range(0, last, stride), last] if len(states) else []
    times = [states.times[k] - zero for k in kept]
    return {
        "times": steps(times),
        "seen": _letters(states.seen[k] for k in kept),
        "firsts": {
            at: states.firsts[k] - zero
            for at, k in enumerate(kept)
            if states.firsts[k] != states.times[k] and stride == 1
        },
        "spent": {
            state: [0, *(sums[b] - sums[a] for a, b in pairwise(kept))]
            for state, sums in states.sums.items()
        },
        "reach": reach,
    }


def _told(run: Run, worker: Worker, now: int, length: int) -> Object:
    """What a coroutine told, as samples: each lasts as long as it did one thing."""
    pieces = [
        piece
        for bar in bars(run, worker, max(1, length // FINE), now)
        for piece in bar.pieces
        if piece.begin < piece.end
    ]
    times: list[int] = []
    seen: list[int] = []
    spent: dict[int, dict[int, int]] = {}
    for begin, end, shown in pieces:
        if not times or times[-1] < begin:
            times.append(begin)
            seen.append(State.UNKNOWN)
        state = shown if isinstance(shown, State) else State.UNKNOWN
        spent.setdefault(state, {})[len(times)] = end - begin
        times.append(end)
        seen.append(state)
    return {
        "times": steps(times),
        "seen": _letters(seen),
        "firsts": {},
        "spent": {
            state: [own.get(k, 0) for k in range(len(times))] for state, own in spent.items()
        },
        "reach": 0,
    }


def _letters(states: Iterable[int]) -> str:
    return "".join(STATE_LETTERS[state] for state in states)


def _others(run: Run, others: Others, stride: int) -> Object:
    zero = run.started
    return {
        "name": sanitize(run.label_of(others)),
        "others": True,
        "starts": steps(begin - zero for begin in others.begins),
        "lengths": [end - begin for begin, end in zip(others.begins, others.ends, strict=True)],
        "samples": _samples(others.states, zero, stride, 0),
    }


def _queue(run: Run, now: int) -> list[list[int | None]]:
    """From when on it was how long, as the screen's picture shows it in so many cells."""
    view = Viewport.fit(max(1, now - run.started), QUEUE_CELLS)
    points: list[tuple[int, int]] = []
    depth = -1
    for cell, depth_here in enumerate(queue_depths(run, view, now)):
        if depth_here != depth:
            depth = depth_here
            points.append((view.time(cell), depth))
    return [steps(time for time, _ in points), [depth for _, depth in points]]


def _tasks(run: Run, now: int) -> Object:
    tasks, zero = run.tasks, run.started
    found: Object = {
        "outcome": "".join(map(str, tasks.outcome)),
        "submitted": steps(_since(tasks.submitted, zero)),
        "collected": [
            None if UNKNOWN in (end, got) else got - end
            for end, got in zip(tasks.finished, map(tasks.in_hand, range(len(tasks))), strict=True)
        ],
        "cpu": [None if cpu == UNKNOWN else cpu for cpu in tasks.cpu],
        "labels": {number: label_of(run, number) for number in tasks.named},
        "results": _texts(
            {n: r if isinstance(r, str) else repr(r) for n, r in _first(tasks.results)}
        ),
        "errors": _texts({n: failure.error for n, failure in _first(tasks.failures)}),
        "spent": [_spent(run, task, now) for task in range(min(len(tasks), MOST_SPENT))],
    }
    return found


def _since(times: Sequence[int], zero: int) -> Iterable[int | None]:
    return (None if time == UNKNOWN else time - zero for time in times)


def _first(kept: Any) -> Iterable[tuple[int, Any]]:
    return ((number, kept[number]) for number in sorted(kept)[:MOST_TEXTS])


def _texts(said: dict[int, str]) -> dict[int, str]:
    cut = ((n, sanitize(text[: LONGEST_TEXT + 1])) for n, text in said.items())
    return {n: text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…" for n, text in cut}


def _spent(run: Run, task: int, now: int) -> list[int]:
    """Pairs of a state and its time, the longest first; none where nothing was observed."""
    worker = run.tasks.worker[task]
    spent = of_task(run, task, now)
    if spent is None or worker == UNKNOWN or not run.workers[worker].observed:
        return []
    order = sorted((state for state in State if spent[state]), key=lambda state: -spent[state])
    return [number for state in order for number in (int(state), spent[state])]


def left_out(run: Run, most_rows: int, now: int) -> list[str]:
    """What of a run the page has not, or not on its own, in a sentence each."""
    said = []
    workers, others = len(run.workers), len(run.others_seen)
    if rows := max(0, workers - most_rows) + max(0, others - most_rows):
        said.append(f"… {count(rows, 'more row')}.")
    shown = in_order(run)[:most_rows]
    spans = sum(len(worker.lane) for worker in shown)
    if spans > MOST_SPANS:
        short = (now - run.started) / MERGED_PARTS / 1e6
        said.append(
            f"There are {spans:,} tasks: those shorter than {short:.3g} ms are put together,"
            " also when you zoom in, and none has its own figures here."
        )
    elif len(run.tasks) > MOST_SPENT:
        said.append(f"The states of single tasks are told of the first {MOST_SPENT:,}.")
    samples = sum(len(w.states) + len(w.awaits) for w in shown)
    if samples > MOST_SAMPLES:
        said.append(f"Of {samples:,} samples those that follow each other are put together.")
    return said
