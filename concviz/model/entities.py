"""The parts of a run's state: its phase, its workers, what was printed, what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from concviz.model.lanes import Lane
from concviz.model.tasks import UNKNOWN
from concviz.trace.events import WorkerArguments
from concviz.trace.states import States


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


@dataclass(eq=False)
class Worker:
    """A thread, process, coroutine or interpreter that executes tasks. Times in nanoseconds."""

    index: int
    key: str
    pid: int | None = None
    tid: int | None = None
    starting: int = UNKNOWN
    started: int = UNKNOWN
    ended: int = UNKNOWN
    arguments: WorkerArguments | None = None
    """How they came, where that took its time."""
    exitcode: int | None = None
    """Set when the process died: negative for a signal."""
    ended_by_strategy: bool = False
    """Whether it died because the strategy had asked for that, as a broken pool does."""
    lane: Lane = field(default_factory=Lane)
    states: States = field(default_factory=States)
    """Of its thread, which coroutines share."""
    awaits: States = field(default_factory=States)
    """Of a coroutine alone, as it told: what it waited for between its steps."""

    @property
    def observed(self) -> bool:
        """Whether anything is known of what it did."""
        return len(self.states) > 0 or len(self.awaits) > 0

    @property
    def begins(self) -> int:
        """When it is first heard of."""
        times = [t for t in (self.starting, self.started) if t != UNKNOWN]
        return min([*times, *self.lane.starts[:1]], default=UNKNOWN)


@dataclass
class Machine:
    """How busy the usable cores were during the run, by whatever ran on them."""

    busy: int = 0
    """Core-nanoseconds that were used, and that there were."""
    available: int = 0
    latest: float | None = None
    """Share of the cores that was used in the latest half second or so."""

    def add(self, length: int, busy: int, cores: float) -> None:
        """Take in what was used in so many nanoseconds."""
        available = max(1, round(length * cores))
        self.busy += busy
        self.available += available
        self.latest = min(1.0, busy / available)

    @property
    def utilisation(self) -> float | None:
        """Share of the cores that was used in all; None where it was not seen."""
        return min(1.0, self.busy / self.available) if self.available else None


@dataclass(frozen=True)
class Line:
    """A printed line and the task and worker (index) that printed it, None where not known."""

    t_ns: int
    task: int | None
    worker: int | None
    text: str


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
