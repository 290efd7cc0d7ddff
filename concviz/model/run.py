"""A run: the fold of its events, as of their latest or of any earlier time.

It reads no clock and raises for no event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from concviz.model.as_of import Past
from concviz.model.entities import Changes, Worker
from concviz.model.folding import AFTER_THE_END, FOLDS
from concviz.model.known import Known
from concviz.model.others import Others
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace import events
from concviz.trace.environment import NOT_OBSERVED, Environment, Observer
from concviz.trace.header import Header
from concviz.trace.sanitize import sanitize
from concviz.trace.worker_kind import WorkerKind

HERE = "here"
"""What the host from which a cluster is used is called, where there are others."""
LONGEST = 60
"""Characters of the name of a host, and of that of a worker of a cluster."""
_ADDRESS = re.compile(r"\b[a-z]+://\S*(:[0-9]+)")
"""Of a worker process, whose name it is where nobody gave it one: its port tells it apart."""


class Run(Known):
    """What is known of a run, and what follows from that."""

    past: Past | None = None
    """Of a run as of a time: from where it is taken. Nothing more can be applied to that."""

    def apply(self, messages: Iterable[Header | events.AnyEvent | bytes]) -> Changes:
        """Take in a batch of messages in the order in which they came, and say what changed."""
        if self.past is not None:
            raise TypeError("a run as of a time takes in nothing more")
        self.changes = changes = Changes()
        folds = AFTER_THE_END if self.ended else FOLDS
        for message in messages:
            folds[type(message)](self, message)
            if type(message) in _ENDS:
                folds = AFTER_THE_END
        return changes

    # -- as of a time --

    def as_of(self, t_ns: int) -> Run:
        """The run as it was known by that time: as if no event of a later one had come.

        It is made of what is known now, where that is looked at: the cost is that of some
        bisections. From the end of the run on it is the run itself. What is not kept for ever is
        not there either: the lines that were printed first, samples that were let go.
        """
        if self.past is not None:
            return self if t_ns >= self.past.t_ns else self.whole.as_of(t_ns)
        if self.ended and t_ns >= self.log.end:
            return self
        run = Run.__new__(Run)
        run.past = Past(self, t_ns)
        return run

    @property
    def whole(self) -> Run:
        """The run that this is a part of, up to a time; itself, if it is all that is known."""
        return self if self.past is None else _run(self.past.known)

    if not TYPE_CHECKING:  # for which every attribute is there

        def __getattr__(self, name: str) -> object:
            """Of a run as of a time: taken when it is asked for, and kept."""
            if self.past is None or name.startswith("__"):
                raise AttributeError(name)
            value = self.past.take(name)
            setattr(self, name, value)
            return value

    # -- what follows --

    @property
    def expected_tasks(self) -> int | None:
        """How many tasks there will be, where that is known."""
        return self.plan.tasks if self.plan is not None else self.surroundings.expected

    @property
    def different_tasks(self) -> int:
        """How many there are by now, each once however often it was run."""
        return len(self.tasks) - len(self.tasks.attempts)

    @property
    def lost_for_good(self) -> int:
        """Tasks that were lost, and whose work nothing has begun to do anew."""
        return max(0, self.tally[Outcome.LOST] - len(self.tasks.attempts))

    def count(self, outcome: Outcome) -> int:
        """How many tasks have that outcome."""
        return self.tally[outcome]

    @property
    def of_coroutines(self) -> bool:
        """Whether its workers share a thread, and tell themselves what they wait for."""
        return self.kind is WorkerKind.COROUTINE

    @property
    def kind(self) -> WorkerKind:
        """What all its workers are; just a worker where they differ."""
        kinds = {worker.kind for worker in self.workers} or {self.usual_kind}
        return kinds.pop() if len(kinds) == 1 else WorkerKind.WORKER

    def label(self, worker: Worker) -> str:
        """A short name for the worker's lane, for example "thread 2"."""
        if worker.kind is WorkerKind.MAIN:
            return worker.label or ("main thread" if self.program is None else "main")
        if self.program is not None and not worker.label and worker.tid is not None:
            return f"{worker.pid} · thread {worker.tid}"  # nobody announced it
        if worker.kind is WorkerKind.CLUSTER:
            return self._label_on_cluster(worker)
        return worker.label or f"{worker.kind.lane} {worker.index + 1}"

    def _label_on_cluster(self, worker: Worker) -> str:
        """With its host, where there are several; both are names that others gave: made safe."""
        label = self.without_address(worker.label or f"{worker.kind.lane} {worker.index + 1}")
        if self.surroundings.several_hosts and worker.started != UNKNOWN:
            label = f"{worker.host[:LONGEST] or HERE} · {label[:LONGEST]}"
        return sanitize(label[: 2 * LONGEST])

    def process_label(self, host: str, pid: int) -> str:
        """The same of a process of a cluster; of one that nobody told of its number."""
        told = self.surroundings.processes.get((host, pid))
        name = self.without_address(told.name if told is not None else "") or f"process {pid}"
        if self.surroundings.several_hosts:
            name = f"{host[:LONGEST] or HERE} · {name[:LONGEST]}"
        return sanitize(name[: 2 * LONGEST])

    @staticmethod
    def without_address(name: str) -> str:
        """The name of a worker process, with its port where it is called by its address."""
        return _ADDRESS.sub(r"\1", name)

    @property
    def others_seen(self) -> list[Others]:
        """What tasks have started and was seen: each has a row behind those of the workers."""
        seen = [others for others in self.others.values() if others.begins]
        if len(seen) < 2:
            return seen
        places: dict[tuple[str, int | None], int] = {}
        for worker in self.workers:
            places.setdefault((worker.host, worker.pid), worker.index)
        return sorted(seen, key=lambda each: places.get((each.host, each.pid), 0))

    def label_of(self, others: Others, short: bool = False) -> str:
        """A name for that row, for example "others in process 2"."""
        for worker in self.workers:
            if worker.pid == others.pid and worker.kind is WorkerKind.PROCESS:
                return f"others in {worker.index + 1 if short else self.label(worker)}"
        return "others"

    @property
    def sample_hz(self) -> float:
        """How often the workers' threads are looked at; 0 where that is not known."""
        return self.observer.hz

    @property
    def environment(self) -> Environment | None:
        """Where it takes place; what can be seen there, as who looks says it."""
        told, seen = self.told_environment, self.surroundings.observer
        return told if told is None or seen is None else replace(told, observer=seen)

    @property
    def observer(self) -> Observer:
        """What can be seen of the workers' threads: nothing where that is not known."""
        told = self.told_environment.observer if self.told_environment is not None else None
        return self.surroundings.observer or told or NOT_OBSERVED

    def observer_on(self, host: str) -> Observer:
        """The same of those on one host."""
        return self.surroundings.observers.get(host) or self.observer

    def end_of(self, worker: Worker, now: int) -> int:
        """How far a span that has not ended reaches: to the worker's end, the run's, or now."""
        if worker.ended != UNKNOWN:
            return worker.ended
        return self.finished if self.ended and self.finished != UNKNOWN else now


_ENDS = (events.RunnerExited, events.CutOff)


def _run(known: Known) -> Run:
    assert isinstance(known, Run)
    return known
