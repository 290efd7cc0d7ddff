"""What was known of a run by a time before its end, taken from what is known of it now.

Each part is taken when it is asked for. Most of what grows with the tasks is looked at through a
mask (``tasks_as_of``) or counted by bisection (``times``); only the rows and samples that somebody
looks at are copied up to the time, at the speed of memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from concviz.model import lanes, samples
from concviz.model.entities import Counts, Mark, Phase, Worker
from concviz.model.groups import GroupTasks
from concviz.model.known import Known
from concviz.model.locks import Locks
from concviz.model.logs import Logs
from concviz.model.others import Others
from concviz.model.output import Printed
from concviz.model.samples import States
from concviz.model.tasks import UNKNOWN, Outcome, Tasks
from concviz.model.tasks_as_of import TasksAsOf
from concviz.trace.worker_kind import WorkerKind


class Past:
    """A run as of a time before its end."""

    def __init__(self, known: Known, t_ns: int) -> None:
        self.known, self.t_ns = known, t_ns
        self._log = known.log

    def take(self, name: str) -> object:
        """That attribute of the run. Raises AttributeError when it has none of that name."""
        known = self.known
        if name in _AS_EVER:
            return getattr(known, name)
        if name in _TAKEN:
            return _TAKEN[name](self)
        raise AttributeError(name)

    def _was(self, time: int) -> bool:
        return UNKNOWN != time <= self.t_ns

    def _time(self, time: int) -> int:
        return time if time <= self.t_ns else UNKNOWN

    # -- the run --

    def phase(self) -> Phase:
        """A time after the end is none of the past."""
        return Phase.RUNNING if self._was(self.known.started) else Phase.PREPARING

    def log(self) -> Logs:
        """As much of it as is asked for of a run: its queue."""
        log = Logs()
        log.submits = self._log.submits.cut(self.t_ns)
        log.starts = self._log.starts.cut(self.t_ns)
        log.left = self._log.left.cut(self.t_ns)
        return log

    def tally(self) -> list[int]:
        """Tasks by outcome: from how many had begun and ended."""
        log, t_ns = self._log, self.t_ns
        ended, failed = log.ends.until(t_ns), log.failures.until(t_ns)
        cancelled, dropped = log.cancels.until(t_ns), log.dropped.until(t_ns)
        lost, unbegun = log.losses.until(t_ns), log.lost_waiting.until(t_ns)
        under_way = log.starts.until(t_ns) - log.done.until(t_ns)[0]
        tally = [0] * len(Outcome)
        tally[Outcome.RUNNING] = under_way
        tally[Outcome.FINISHED] = ended - failed - (cancelled - dropped) - (lost - unbegun)
        tally[Outcome.FAILED], tally[Outcome.CANCELLED] = failed, cancelled
        tally[Outcome.LOST] = lost
        tally[Outcome.WAITING] = self.number - under_way - ended - dropped - unbegun
        return tally

    @cached_property
    def number(self) -> int:
        """Of tasks."""
        known = self.known
        planned = known.plan.tasks if known.plan is not None else 0
        if planned and len(known.tasks) == planned:
            return planned
        return max(planned, self._log.number.until(self.t_ns, 0))

    def counts(self) -> Counts:
        """Of what was left out by then; lines that could not be read have no time."""
        log, t_ns, known = self._log, self.t_ns, self.known
        return Counts(
            unreadable=known.counts.unreadable,
            unknown=log.unknown.until(t_ns),
            duplicate=log.duplicate.until(t_ns),
            output_lines=known.output.dropped_by(t_ns),
            output_characters=log.characters.until(t_ns)[1],
            results=known.tasks.unkept.until(t_ns),
            not_told=log.not_told.until(t_ns)[1],
        )

    def peak_memory(self) -> int | None:
        """None before the first look."""
        most = self._log.memory.until(self.t_ns, -1)
        return None if most < 0 else most

    # -- workers --

    @cached_property
    def _places(self) -> dict[int, int]:
        """Of the workers that had been heard of by then: their index now, and then."""
        found = []
        for worker in self.known.workers:
            heard = next((at for t, at in worker.heard if t <= self.t_ns), None)
            if heard is not None:
                found.append((heard, worker.index))
        return {index: place for place, (_, index) in enumerate(sorted(found))}

    def workers(self) -> list[Worker]:
        """In the order in which they had been heard of."""
        shared: dict[int, States] = {}
        return [
            self._worker(self.known.workers[index], place, shared)
            for index, place in self._places.items()
        ]

    def _worker(self, worker: Worker, place: int, shared: dict[int, States]) -> Worker:
        t_ns, begun, died = self.t_ns, self._was(worker.started), self._was(worker.died)
        known_as = [each for each in worker.told if each.t_ns <= t_ns]
        told = known_as[-1] if known_as else None
        kind = WorkerKind(told.kind) if told is not None else self.known.usual_kind
        final = self.known.ended  # else what is told from now on would be seen in it
        if kind is WorkerKind.COROUTINE and not begun:
            states = States()  # in which thread it would run was not known
        elif (key := id(worker.states)) in shared:
            states = shared[key]
        else:
            states = shared[key] = samples.as_of(worker.states, t_ns, final)
        arguments = worker.arguments
        return Worker(
            place,
            worker.key,
            kind,
            told.group if told is not None else None,
            told.label if told is not None else "",
            told is not None and told.helper,
            told is not None and told.daemon,
            worker.pid if begun else None,
            worker.tid if begun else None,
            worker.host if begun else "",
            self._time(worker.starting),
            self._time(worker.started),
            self._time(worker.ended),
            arguments if arguments is not None and arguments.t_ns <= t_ns else None,
            worker.exitcode if died else None,
            worker.died if died else UNKNOWN,
            died and worker.ended_by_strategy,
            lanes.as_of(worker.lane, t_ns, final),
            states,
            samples.as_of(worker.awaits, t_ns, final),
            seen_in=worker.functions.until(t_ns, None),
        )

    def tasks(self) -> Tasks:
        """Through a mask."""
        places = self._places
        return TasksAsOf(
            self.known.tasks,
            self.t_ns,
            self.number,
            lambda index: places.get(index, UNKNOWN),
            self.known.workers,
        )

    def output(self) -> Printed:
        """Those of the lines that are still kept."""
        started, places = self.known.tasks.started, self._places
        return self.known.output.as_of(
            self.t_ns,
            lambda line: (
                places.get(line.worker)
                if line.worker is not None
                and line.task is not None
                and self._was(started[line.task])
                else None
            ),
        )

    def locks(self) -> Locks:
        """With the workers as they were numbered then."""
        ticks = {
            index: (place, self.known.workers[index].states.ticks)
            for index, place in self._places.items()
        }
        return self.known.locks.as_of(self.t_ns, ticks)

    def by_group(self) -> dict[int, GroupTasks]:
        """Those of which any task had been told."""
        found = {n: group.as_of(self.t_ns) for n, group in self.known.by_group.items()}
        return {number: group for number, group in found.items() if len(group)}

    def marks(self) -> list[Mark]:
        """With the workers as they were numbered then."""
        places = self._places
        return [
            Mark(mark.t_ns, places[mark.worker], mark.label)
            for mark in self.known.marks
            if mark.t_ns <= self.t_ns and mark.worker in places
        ]

    def others(self) -> dict[tuple[str, int], Others]:
        """Of which anything had been told."""
        return {
            place: others.as_of(self.t_ns)
            for place, others in self.known.others.items()
            if self._was(others.heard)
        }


_AS_EVER = {
    *(
        "plan",
        "program",
        "told_environment",
        "usual_kind",
        "interdependent",
        "strategy_source",
        "task_source",
    ),
    "states",
}
_TAKEN: dict[str, Callable[[Past], Any]] = {
    "phase": Past.phase,
    "preparing": lambda past: past._log.preparing.until(past.t_ns, past.known.first_words),
    "pid": lambda past: past.known.pid if past._was(past.known.started) else 0,
    "started": lambda past: past._time(past.known.started),
    "finished": lambda past: past._time(past._log.finish),
    "error": lambda past: past.known.error if past._was(past._log.finish) else None,
    "exitcode": lambda past: None,
    "stop_requested": lambda past: past._was(past._log.stop),
    "rounds_per_s": lambda past: past._log.rates.until(past.t_ns, None),
    "tasks": Past.tasks,
    "workers": Past.workers,
    "output": Past.output,
    "counts": Past.counts,
    "tally": Past.tally,
    "busy": lambda past: past._log.done.until(past.t_ns)[1],
    "cpu": lambda past: past._log.cpu.until(past.t_ns)[1],
    "cpu_known": lambda past: past._log.cpu.until(past.t_ns)[0],
    "waits": lambda past: past._log.waits.until(past.t_ns),
    "latest": lambda past: past._log.latest(past.t_ns),
    "locks": Past.locks,
    "marks": Past.marks,
    "by_group": Past.by_group,
    "not_seen": lambda past: [told for told in past.known.not_seen if told.t_ns <= past.t_ns],
    "unread": lambda past: past._log.unread.until(past.t_ns, 0),
    "others": Past.others,
    "machine": lambda past: past.known.machine.as_of(past.t_ns),
    "peak_memory": Past.peak_memory,
    "cluster": lambda past: past.known.cluster.as_of(past.t_ns),
    "surroundings": lambda past: past.known.surroundings.as_of(past.t_ns),
    "log": Past.log,
}
