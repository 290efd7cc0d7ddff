"""The parts of a run's state: its phase, its workers, what was printed, what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from concviz.model.lanes import Lane
from concviz.model.samples import States
from concviz.model.tasks import UNKNOWN
from concviz.model.times import Latest
from concviz.trace.events import WorkerArguments, WorkerTold
from concviz.trace.worker_kind import WorkerKind


class Phase(Enum):
    """Where a run is."""

    PREPARING = "preparing"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIED = "died"
    CUT_OFF = "cut off"
    """Its recording ends before it did; how it went on is not known."""

    @property
    def ended(self) -> bool:
        """Whether the run is over, in whatever way."""
        return self not in (Phase.PREPARING, Phase.RUNNING)


class SeenIn(NamedTuple):
    """Which function of Python a thread is seen in."""

    function: str
    """The innermost, by its qualified name; "" where it is in none."""
    file: str
    """In which that stands."""
    caller: str
    """Of those that called it the innermost of the program's own, where it is none of these."""


@dataclass(eq=False)
class Worker:
    """A thread, process, coroutine or interpreter that executes tasks. Times in nanoseconds."""

    index: int
    key: str
    kind: WorkerKind = WorkerKind.WORKER
    group: int | None = None
    """To which it belongs, where that was told."""
    label: str = ""
    """Its name for people, where it has one."""
    helper: bool = False
    """A thread that a library keeps for itself."""
    daemon: bool = False
    pid: int | None = None
    tid: int | None = None
    host: str = ""
    """Where its process is; "": here, or not known."""
    starting: int = UNKNOWN
    started: int = UNKNOWN
    ended: int = UNKNOWN
    arguments: WorkerArguments | None = None
    """How they came, where that took its time."""
    exitcode: int | None = None
    """Set when the process died: negative for a signal."""
    died: int = UNKNOWN
    """When that was told."""
    ended_by_strategy: bool = False
    """Whether it died because the strategy had asked for that, as a broken pool does."""
    lane: Lane = field(default_factory=Lane)
    states: States = field(default_factory=States)
    """Of its thread, which coroutines share."""
    awaits: States = field(default_factory=States)
    """Of a coroutine alone, as it told: what it waited for between its steps."""
    told: list[WorkerTold] = field(default_factory=list, repr=False)
    """What it is, in the order in which that came: the last one counts."""
    heard: list[tuple[int, int]] = field(default_factory=list, repr=False)
    """When it was first heard of, and as which of all that was heard.

    Then the same of what came later but tells of an earlier time.
    """
    seen_in: SeenIn | None = None
    """In which function, as far as that is seen."""
    functions: Latest[SeenIn | None] = field(default_factory=Latest, repr=False)
    """In which it was seen, by when."""

    @property
    def observed(self) -> bool:
        """Whether anything is known of what it did."""
        return len(self.states) > 0 or len(self.awaits) > 0

    @property
    def begins(self) -> int:
        """When it is first heard of."""
        times = [t for t in (self.starting, self.started) if t != UNKNOWN]
        return min([*times, *self.lane.starts[:1]], default=UNKNOWN)


@dataclass(frozen=True)
class Line:
    """A printed line and the task and worker (index) that printed it, None where not known."""

    t_ns: int
    task: int | None
    worker: int | None
    text: str


@dataclass(frozen=True)
class Mark:
    """What a program said was so from then on, and in which worker (index)."""

    t_ns: int
    worker: int
    label: str


@dataclass
class Counts:
    """What did not make sense or did not fit: shown, never silent."""

    unreadable: int = 0
    """Lines that are no event."""
    unknown: int = 0
    """Events of tasks that the plan does not have, or that came after the end."""
    duplicate: int = 0
    """Events that came twice; the first one counts."""
    output_lines: int = 0
    """Printed lines that were kept no longer."""
    output_characters: int = 0
    """Printed characters that were never passed on."""
    results: int = 0
    """Results and errors that were not kept."""
    not_told: int = 0
    """Events that happened too fast for the program to tell of them."""
    unread: int = 0
    """Events, at least so many, that were not read before the run was stopped or it died."""

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(vars(self).values())


@dataclass
class Changes:
    """What a batch of events changed, for whoever draws."""

    workers: set[int] = field(default_factory=set)
    tasks: set[int] = field(default_factory=set)
    new_workers: bool = False
    output: bool = False
    phase: bool = False

    def add(self, later: Changes) -> None:
        """Take in the changes of a later batch."""
        self.workers |= later.workers
        self.tasks |= later.tasks
        self.new_workers |= later.new_workers
        self.output |= later.output
        self.phase |= later.phase
