"""What the rules look at: a run that has ended, and what several of them need of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from concviz.analysis.clusters import elsewhere
from concviz.analysis.lock_waits import Waited, of_run
from concviz.analysis.parts import Part
from concviz.analysis.standstill import threads
from concviz.analysis.statistics import NS
from concviz.analysis.thresholds import COMPUTES, NEGLIGIBLE, WAITS
from concviz.analysis.time_breakdown import Spending
from concviz.analysis.wording import capital, shortened
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.trace.states import COMPETING, Spent, State
from concviz.trace.worker_kind import WorkerKind

GROUPS = {
    "threads": "threads",
    "thread-pool": "thread pool",
    "process-pool": "process pool",
    "interpreter-pool": "interpreter pool",
    "processes": "processes",
    "pool": "pool",
    "loop": "event loop",
}
"""What the kinds of groups of programs are called."""

POOLS = "thread-pool", "process-pool", "interpreter-pool", "pool"
"""Kinds of groups whose workers do one task after the other."""


@dataclass(frozen=True)
class Facts:
    """Of a run that has ended. Times in nanoseconds."""

    run: Run
    spent: Spent
    makespan: int
    part: Part | None = None
    """Of a program, where the run is a part of that."""

    @classmethod
    def of(cls, run: Run, spent: Spent | None = None, part: Part | None = None) -> Facts | None:
        """None when the run has not ended, or ended before it began."""
        if not run.ended or run.started < 0 or run.finished <= run.started:
            return None
        return cls(run, spent or Spending(run).of_run(), run.finished - run.started, part)

    def weighs(self, ns: float) -> bool:
        """Whether so much of the time of a run, of all workers together, is worth a word.

        The tasks of a plan are all there is to it; a program does other things, too.
        """
        if self.part is None:
            return True
        return ns >= NEGLIGIBLE * (self.part.whole.finished - self.part.whole.started)

    @property
    def where(self) -> str:
        """Which group of a program, for example "thread pool of request"; "" of a whole."""
        if self.part is None:
            return ""
        kind = GROUPS.get(self.part.group.kind, "")
        label = shortened(self.part.group.label)
        if not kind or not label:
            return kind or label or f"group {self.part.group.group}"
        return label if kind in label.lower() else f"{kind} {label}"

    @property
    def pooled(self) -> bool:
        """Whether the group has workers that do one task after the other."""
        return self.part is None or self.part.group.kind in POOLS

    def items(self, task: int) -> int:
        """How many things the task does, one after the other: those of a chunk."""
        told = self.run.tasks.named.get(task)
        return told.items if told is not None else 1

    @cached_property
    def crowded(self) -> bool:
        """Whether others had half of the machine: then how long a start took says little."""
        run = self.part.whole if self.part is not None else self.run
        used, cores = run.machine.utilisation, self.cores
        if used is None or not cores or self.part is None:
            return False
        own = sum(worker.states.sums.get(State.RUNNING, [0])[-1] for worker in threads(run))
        return used - own / (cores * (run.finished - run.started)) > WAITS

    def number(self, task: int) -> int:
        """What number the task has in the run that is shown."""
        return task if self.part is None else self.part.numbers[task]

    def name(self, task: int) -> str:
        """What to call a task: "task 3", or as the program does, "fetch(3)"."""
        label = self.part.label(task) if self.part is not None else ""
        return shortened(label) if label else f"task {self.number(task)}"

    def subject(self, task: int) -> str:
        """The same as a sentence begins with it: "Task 3", "fetch(3)"."""
        name = self.name(task)
        return capital(name) if name == f"task {self.number(task)}" else name

    @property
    def kind(self) -> WorkerKind:
        """What the workers are; just workers where they differ."""
        return self.run.kind

    @property
    def cores(self) -> float | None:
        """Usable cores; None where workers are on other machines, too: those have cores, too."""
        return None if elsewhere(self.run) else self.cores_here

    @property
    def cores_here(self) -> float | None:
        """Usable cores of this machine, or the one on which the run was made."""
        return self.run.environment.cores_usable if self.run.environment is not None else None

    @property
    def tasks(self) -> int:
        """How many there were to do, each once however often it was begun."""
        return self.run.different_tasks

    @cached_property
    def did_all(self) -> bool:
        """Whether every task came to its end: else the figures of the whole say little."""
        run = self.run
        return run.count(Outcome.FINISHED) + run.count(Outcome.FAILED) == self.tasks

    @cached_property
    def workers(self) -> list[Worker]:
        """Those that did a task."""
        return [worker for worker in self.run.workers if len(worker.lane)]

    @property
    def shared(self) -> bool:
        """Whether workers did several tasks each, as those of a pool do."""
        return 0 < len(self.workers) < self.tasks

    @cached_property
    def chunksize(self) -> int:
        """How many tasks a worker took at a time; 1 where the plan's number was not heeded."""
        plan, owner = self.run.plan, self.run.tasks.worker
        size = plan.chunksize if plan is not None and self.kind is not WorkerKind.CLUSTER else 1
        heeded = (
            size > 1
            and self.shared
            and all(
                len(set(owner[begin : begin + size])) == 1 for begin in range(0, len(owner), size)
            )
        )
        return size if heeded else 1

    @cached_property
    def lengths(self) -> list[int]:
        """Wall times of the tasks that ended, sorted."""
        tasks = self.run.tasks
        pairs = zip(tasks.started, tasks.finished, strict=True)
        return sorted(end - start for start, end in pairs if 0 <= start <= end)

    @property
    def free(self) -> float:
        """Time in which workers could have computed and no task did."""
        environment = self.run.environment
        shares_gil = self.kind == "thread" and (environment is None or environment.gil)
        if shares_gil or self.kind in ("coroutine", "main"):
            # One at a time, and whoever then waits for a core keeps all others waiting.
            return self.makespan - self.spent[State.RUNNING] - self.spent[State.CORE_WAIT]
        workers = len(self.workers)
        return self.makespan * min(workers, self.cores or workers) - self.spent[State.RUNNING]

    @property
    def worked(self) -> int:
        """Time of all tasks, less what they waited for others to let them compute."""
        waits = State.CORE_WAIT, State.GIL_WAIT, State.LOOP_WAIT
        return sum(self.spent) - sum(self.spent[state] for state in waits)

    @property
    def computes(self) -> bool:
        """Whether tasks compute for a good part of their time, or wait for others that do."""
        return self.share(State.RUNNING, *COMPETING) > COMPUTES

    def share(self, *states: State) -> float:
        """Of the time of all tasks, the part spent in these states; 0 when that was not seen."""
        whole = sum(self.spent)
        return sum(self.spent[state] for state in states) / whole if whole else 0.0

    def seconds(self, *states: State) -> float:
        """The same in seconds."""
        return sum(self.spent[state] for state in states) / NS

    @cached_property
    def locks(self) -> list[Waited]:
        """Those that tasks waited for, the longest first."""
        return of_run(self.run, self.spent[State.LOCK])

    @property
    def workers_word(self) -> str:
        """For example "threads"."""
        return self.run.kind.plural
