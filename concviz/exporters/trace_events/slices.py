"""What happens on the tracks: tasks with their states inside, and who handed them over."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from concviz.analysis.deaths import how
from concviz.analysis.time_breakdown import of_task
from concviz.analysis.wording import count, duration
from concviz.exporters.trace_events import states
from concviz.exporters.trace_events.events import US, Arguments, Event, Instant, Slice
from concviz.exporters.trace_events.tracks import Track, Tracks
from concviz.model.entities import Worker
from concviz.model.lanes import OPEN
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import STATES
from concviz.trace.worker_kind import WorkerKind
from concviz.view.cluster import waited
from concviz.view.phrases import what_ran
from concviz.view.words import state_word

NS = 1_000_000_000
MOST_TASKS = 500_000
"""Tasks that are shown, the first ones: a trace of so many is about 500 MB, which is what its
readers can open."""
MOST_BESIDE = 15
"""Tracks beside a worker's own, for tasks that it did at the same time and that do not nest."""


class _Span(NamedTuple):
    """The time of a task on a worker's row."""

    start: int
    end: int
    task: int


class _Placed(NamedTuple):
    """The same on a track, and what lies directly within it there."""

    track: Track
    span: _Span
    inner: list[_Span]


def _nests(span: _Span, path: list[_Placed]) -> bool:
    """Whether it nests in what has begun on a track; what has ended by then is taken away."""
    while path and path[-1].span.end <= span.start:
        path.pop()
    return not path or span.end <= path[-1].span.end


class Slices:
    """Those of a run."""

    def __init__(self, run: Run, tracks: Tracks) -> None:
        self._run, self._tracks = run, tracks
        begins = [w.begins for w in run.workers if w.begins != UNKNOWN]
        begins += [run.started] if run.started != UNKNOWN else []
        self._crowded = 0
        begins += [begin for others in run.others_seen for begin in others.begins[:1]]
        self.zero = min([*begins, *run.submits[:1]], default=0)
        """The time of the run at which the trace begins."""

    def us(self, t_ns: int) -> float:
        """A time as it stands in the trace, which begins where the run does."""
        return (t_ns - self.zero) / US

    # -- the strategy --

    def of_strategy(self) -> Iterator[Event]:
        """The run itself, and in it each task as it is handed over and collected."""
        run, track = self._run, self._tracks.strategy
        if run.started != UNKNOWN:
            end = run.finished if run.finished != UNKNOWN else run.latest
            told: Arguments = {"phase": run.phase.value, "tasks": len(run.tasks)}
            told |= {o.word: run.count(o) for o in Outcome if run.count(o)}
            if run.error is not None:
                told["error"] = sanitize(run.error)
            yield self._slice(track, f"run: {what_ran(run)}", "run", run.started, end, told)
        for what, times in ("submit", run.tasks.submitted), ("collect", run.tasks.collected):
            for task, time in enumerate(times[:MOST_TASKS]):
                if time == UNKNOWN:
                    continue
                found = self._slice(track, f"{what} {self._name(task)}", "strategy", time, time)
                if run.tasks.started[task] != UNKNOWN:
                    found.flow_out = what == "submit"
                    found.flow_in = what == "collect" and task not in run.tasks.lost
                if found.flow_out or found.flow_in:
                    found.bind_id = f"{task + 1:#x}"
                yield found

    # -- workers --

    def of_worker(self, worker: Worker) -> Iterator[Event]:
        """Its start-up, its tasks and what it did in each, and how it died."""
        run = self._run
        own = self._tracks.workers[worker.index]
        limit = run.end_of(worker, run.latest)
        if worker.starting != UNKNOWN:
            until = min([worker.started if worker.started != UNKNOWN else limit, *_first(worker)])
            if until > worker.starting:
                yield self._slice(own, "starting up", "worker", worker.starting, until)
        if run.program is not None and worker.kind is not WorkerKind.COROUTINE:
            yield from self._outside(own, worker, limit)
        yield from self._transfers(own, worker, limit)
        for track, span, inner in self._placed(own, _spans(worker, limit)):
            yield self._task(track, worker, span)
            since = span.start
            for within in inner:  # what a thread does then is another task's
                yield from self._states(track, worker, span.task, since, within.start)
                since = within.end
            yield from self._states(track, worker, span.task, since, span.end)
        if worker.exitcode is not None:
            at = worker.died if worker.died != UNKNOWN else limit
            said = {"detail": how(run, worker), "exitcode": worker.exitcode}
            name = f"{run.label(worker)} died"
            yield Instant(name, "worker", own.pid, own.tid, self.us(at), "t", said)

    def _transfers(self, own: Track, worker: Worker, limit: int) -> Iterator[Slice]:
        """Data that came for its tasks, as far as it did nothing else meanwhile."""
        reached = self.zero
        for span in _spans(worker, limit) if self._run.cluster.transfers[0] else ():
            if (way := self._fetched(span, reached)) is not None:
                size = sum(fetch.size_bytes for fetch in self._run.cluster.fetches(span.task))
                told: Arguments = {"task": span.task, "size_bytes": size}
                name = f"transfer for {self._name(span.task)}"
                yield self._slice(own, name, "transfer", *way, told)
            reached = max(reached, span.end)

    def _fetched(self, span: _Span, reached: int) -> tuple[int, int] | None:
        """From when to when a worker that had nothing else to do had data fetched for a task."""
        way = self._run.cluster.fetching(span.task)
        if way is None or min(way[1], span.start) <= max(way[0], reached):
            return None
        return max(way[0], reached), min(way[1], span.start)

    def _outside(self, own: Track, worker: Worker, limit: int) -> Iterator[Slice]:
        """What the thread did while no task ran on it, and no data came for one."""
        if not len(worker.states):
            return
        reached = max(worker.states.begin, worker.started)  # before that it was starting up
        for span in _spans(worker, limit):
            begin, end = self._fetched(span, reached) or (span.start, span.start)
            yield from self._thread(own, worker, reached, begin)
            yield from self._thread(own, worker, end, span.start)
            reached = max(reached, span.end)
        yield from self._thread(own, worker, reached, min(limit, worker.states.end))

    def _thread(self, own: Track, worker: Worker, begin: int, end: int) -> Iterator[Slice]:
        if begin < end:
            for since, until, state in states.of_all(worker.states, begin, end):
                yield self._slice(own, state_word(self._run, state), "state", since, until)

    def of_marks(self) -> Iterator[Instant]:
        """What the program said was so."""
        for mark in self._run.marks:
            own = self._tracks.workers[mark.worker]
            said = sanitize(mark.label) or "mark"
            told: Arguments = {"detail": said}
            yield Instant(f"mark: {said}", "mark", own.pid, own.tid, self.us(mark.t_ns), "t", told)

    def _placed(self, own: Track, spans: Iterable[_Span]) -> list[_Placed]:
        """Each span that nests in some track."""
        paths: dict[Track, list[_Placed]] = {own: []}
        placed = []
        for span in spans:
            track = next((t for t, path in paths.items() if _nests(span, path)), None)
            if track is None and len(paths) <= MOST_BESIDE:
                track = self._tracks.beside(own)
                paths[track] = []
            if track is None:
                self._crowded += 1
                continue
            found = _Placed(track, span, [])
            if path := paths[track]:
                path[-1].inner.append(span)
            path.append(found)
            placed.append(found)
        return placed

    def _task(self, track: Track, worker: Worker, span: _Span) -> Slice:
        tasks, task = self._run.tasks, span.task
        outcome = Outcome(tasks.outcome[task])
        bad = "" if outcome is Outcome.FINISHED else f" ({outcome.word})"
        told = self._told(task, outcome, duration((span.end - span.start) / NS))
        name = f"{self._name(task)}{bad}"
        found = self._slice(track, name, "task", span.start, span.end, told)
        if tasks.started[task] == span.start and tasks.worker[task] == worker.index:
            found.flow_in = tasks.submitted[task] != UNKNOWN
            found.flow_out = tasks.collected[task] != UNKNOWN and task not in tasks.lost
            if found.flow_in or found.flow_out:
                found.bind_id = f"{task + 1:#x}"
        return found

    def _told(self, task: int, outcome: Outcome, took: str) -> Arguments:
        """What is known of a task. Text is data, made safe to show."""
        run, tasks = self._run, self._run.tasks
        submitted, started = tasks.submitted[task], tasks.started[task]
        told: Arguments = {"task": task, "outcome": outcome.word}
        said = f"{outcome.word}, {took}"
        if (named := tasks.named.get(task)) is not None:
            told |= {"label": sanitize(named.label)} if named.label else {}
            told |= {"submitted_by": named.by} if named.by is not None else {}
            told |= {"items": named.items} if named.items > 1 else {}
            group = run.surroundings.groups.get(named.group) if named.group is not None else None
            told |= {"group": sanitize(group.label or group.kind)} if group is not None else {}
        if (result := tasks.results.get(task)) is not None:
            odd = isinstance(result, float) and not math.isfinite(result)
            told["result"] = sanitize(str(result)) if odd or isinstance(result, str) else result
            said += f": {told['result']}"
        if (failure := tasks.failures.get(task)) is not None:
            told["error"] = sanitize(failure.error)
            said += f": {told['error']}"
        if tasks.cpu[task] != UNKNOWN:
            told["cpu_s"] = tasks.cpu[task] / NS
        if UNKNOWN not in (submitted, started):
            told["queue_wait_s"] = max(0, started - submitted) / NS
        if (parts := waited(run, task)) is not None:
            told["at_scheduler_s"], told["ready_s"] = parts[0] / NS, parts[1] / NS
        if fetches := run.cluster.fetches(task):
            told["transfer_bytes"] = sum(fetch.size_bytes for fetch in fetches)
        if (lost := tasks.lost.get(task)) is not None:
            told["lost"] = sanitize(lost.why)
        if task in tasks.attempts:
            told["again"] = tasks.first_of(task)
        if (came := tasks.returned.get(task)) is not None:
            told["returned_bytes"] = came.size_bytes
        spent = of_task(run, task)
        told |= {state.key: spent[state] / NS for state in STATES if spent and spent[state]}
        return told | {"detail": said}  # which the Firefox Profiler shows

    def _name(self, task: int) -> str:
        """Never one of those that mean something to a reader."""
        named = self._run.tasks.named.get(task)
        label = f": {sanitize(named.label)}" if named is not None and named.label else ""
        return f"task {task}{label}"

    def _states(
        self, track: Track, worker: Worker, task: int, begin: int, end: int
    ) -> Iterator[Slice]:
        for since, until, state in states.of_task(self._run, worker, task, begin, end):
            yield self._slice(track, state_word(self._run, state), "state", since, until)

    def crowded(self) -> Iterator[Instant]:
        """What has been left out by now, because it overlaps with too much."""
        if self._crowded:
            track = self._tracks.strategy
            said = {"detail": f"{count(self._crowded, 'task')} of a worker at the same time"}
            at = self.us(self._run.latest)
            yield Instant("left out", "run", track.pid, track.tid, at, "t", said)

    # -- what tasks have started --

    def of_others(self) -> Iterator[Slice]:
        """What threads and processes did that tasks have started, in turn where they were many."""
        for others, track in zip(self._run.others_seen, self._tracks.others, strict=True):
            for begin, end in zip(others.begins, others.ends, strict=True):
                for since, until, state in states.of_all(others.states, begin, end):
                    yield self._slice(track, state_word(self._run, state), "state", since, until)

    def _slice(
        self,
        track: Track,
        name: str,
        cat: str,
        begin: int,
        end: int,
        args: Arguments | None = None,
    ) -> Slice:
        dur = max(0, end - begin) / US
        return Slice(name, cat, track.pid, track.tid, self.us(begin), dur, args or {})


def _first(worker: Worker) -> list[int]:
    return list(worker.lane.starts[:1])


def _spans(worker: Worker, limit: int) -> Iterator[_Span]:
    lane = worker.lane
    for index, (start, task) in enumerate(zip(lane.starts, lane.tasks, strict=True)):
        if task < MOST_TASKS:
            end = lane.end(index)
            yield _Span(start, max(start, limit if end == OPEN else end), task)
