"""The JSON object of a run."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from concviz.analysis.findings.finding import Finding
from concviz.exporters.reports.parts import OUTCOMES, Counts, Schema, States
from concviz.model.entities import Counts as LeftOut
from concviz.model.entities import Phase
from concviz.trace.environment import Environment, Observer
from concviz.trace.events import Result
from concviz.trace.header import Program
from concviz.trace.plan import Plan
from concviz.trace.worker_kind import WorkerKind

PHASES = tuple(phase.name.lower() for phase in Phase)


class SummaryReport(Struct, frozen=True, kw_only=True):
    """What a run amounts to."""

    makespan_s: float | None
    """From the start of the strategy's code to its end, or the run's; null before the start."""
    task_time_s: float
    """Sum of the wall times of all tasks that ended."""
    cpu_s: float | None
    """Sum of the tasks' CPU times."""
    others_cpu_s: float | None
    """The same, at least, of threads and processes that tasks started; null without any."""
    speedup: float | None
    """Makespan of a sequential run of the same work ÷ makespan; null where none was measured."""
    speedup_at_most: float | None
    """The most that it can be, from this run alone: the sum of the tasks' wall times ÷ makespan.
    Null where they competed or had others do the work, so that this says nothing."""
    worker_utilisation: float | None
    """Busy worker time ÷ workers × makespan."""
    machine_utilisation: float | None
    """Share of the machine's usable cores that was in use during the run, by whatever ran."""
    queue_wait_mean_s: float | None
    """From the submission of a task to its start, on average."""
    queue_wait_max_s: float | None
    """The longest of these."""
    startup_mean_s: float | None
    """From ``start()`` on a worker to its first line of Python, on average."""
    startup_total_s: float | None
    """Sum of these."""


class LockReport(Struct, frozen=True, kw_only=True):
    """A lock that tasks were seen to wait for."""

    name: str
    """"lock A" is the one for which the workers waited longest."""
    function: str | None
    """The function in which it was first seen to be waited for."""
    waited_s: float
    """Seconds that tasks waited for it in all."""
    waits: int
    """At least: those that a sample saw."""
    workers: int
    """How many waited for it, sooner or later."""
    at_once: int
    """The most that did so at a moment."""


class PickledReport(Struct, frozen=True, kw_only=True):
    """What went from one memory to another, where that took a millisecond or a megabyte."""

    size_bytes: int
    """Of the pickle."""
    pickle_s: float
    """To make it."""
    unpickle_s: float
    """To read it."""


class PlaceReport(Struct, frozen=True, kw_only=True):
    """A process of a cluster, to which a task was given or from which it was taken."""

    t_s: float | None
    """When, from the start of the run."""
    host: str | None
    """The ``name`` of its host."""
    pid: int
    """Its number there."""


class TransferReport(Struct, frozen=True, kw_only=True):
    """Data that came for a task from another process of a cluster."""

    since_s: float | None
    """When it began to be fetched, from the start of the run."""
    until_s: float | None
    """When it was there."""
    size_bytes: int
    """How much it was."""
    host: str | None
    """The ``name`` of the host from which it came."""
    pid: int
    """The process there."""


class MemoryReport(Struct, frozen=True, kw_only=True):
    """What a process of a cluster holds, as it was seen last; null: that was not told."""

    held_bytes: int | None
    """By the system's account."""
    managed_bytes: int | None
    """Of that, results of tasks that it keeps for others."""
    spilled_bytes: int | None
    """Results that it has put on its disk for want of room."""
    limit_bytes: int | None
    """How much it may hold."""
    peak_bytes: int | None
    """The most that it was seen to hold."""


class OthersTasksReport(Struct, frozen=True, kw_only=True):
    """What others did on the same cluster meanwhile."""

    ended: int
    """Tasks of theirs that came to their end."""
    under_way: int
    """Tasks that had not, when that was told last."""


class WorkerReport(Struct, frozen=True, kw_only=True):
    """A thread, process, coroutine or interpreter that executed tasks."""

    id: int
    """Its place in the list of workers."""
    name: str
    """In Python."""
    kind: WorkerKind
    """What it is; "worker": something else, or not known."""
    label: str
    """In the picture."""
    group: int | None
    """The ``id`` of the group to which it belongs, where that was told."""
    host: str | None
    """The ``name`` of the host on which it is; null: here, or on none that was told of."""
    pid: int | None
    """Of its process."""
    tid: int | None
    """Of its thread, as the kernel numbers them."""
    busy_s: float
    """Sum of the wall times of its tasks that ended."""
    states: States | None
    """How the time of its tasks was spent."""
    startup_s: float | None
    """From ``start()`` to its first line of Python."""
    arguments: PickledReport | None
    """What was pickled for it to work on."""
    exit_status: int | None
    """Of a process that died; negative: by that signal."""
    helper: bool
    """Whether a library keeps it for itself, such as the thread that feeds a queue."""
    daemon: bool
    """Whether it is a thread for which the end of its program does not wait."""
    started_s: float | None
    """When its first line of Python ran, from the start of the run."""
    ended_s: float | None
    """When it ended; null where it was still there, or nobody knows."""
    ended_by_strategy: bool
    """Whether the strategy asked for that, as a pool does with all others when one has died."""


class TaskReport(Struct, frozen=True, kw_only=True):
    """A task."""

    id: int
    """Its place in the list of tasks."""
    group: int | None
    """The ``id`` of the group to which it belongs."""
    label: str | None
    """For people, where its number says too little."""
    items: int
    """How many items it does one after the other: more than one in a chunk."""
    submitted_by: int | None
    """The ``id`` of the task that asked for it."""
    worker: int | None
    """The ``id`` of its worker; null before it started."""
    submitted_s: float | None
    """When it was handed over, from the start of the run."""
    arrived: list[PlaceReport]
    """To which processes of a cluster it was given, in order; before that it waited elsewhere."""
    stolen: list[PlaceReport]
    """From which it was taken again, for another one."""
    transfers: list[TransferReport]
    """Data that came for it from other processes."""
    started_s: float | None
    """When its worker began it."""
    finished_s: float | None
    """When it returned or raised; of one that was lost or called off meanwhile, when that was."""
    collected_s: float | None
    """When the strategy had its result."""
    cpu_s: float | None
    """CPU time of its thread meanwhile."""
    states: States | None
    """How its wall time was spent; null when it did not start."""
    outcome: Annotated[str, Meta(extra_json_schema={"enum": list(OUTCOMES)})]
    """How it ended, or how far it is."""
    lost_s: float | None
    """When it was lost, or its result, with its process; null where that was not told."""
    lost_why: str | None
    """In words."""
    again: int | None
    """The ``id`` of the task whose work it does anew, because what that had done was lost."""
    result: Result
    """Itself, if it is null, a boolean, a number or a short string; else its ``repr``, cut."""
    returned: PickledReport | None
    """How its result came from a process or an interpreter."""
    error: str | None
    """What it raised, in one line."""
    traceback: str | None
    """Of what it raised."""


class HostReport(Struct, frozen=True, kw_only=True):
    """A machine on which something of the run happened."""

    name: str | None
    """Null: the one whose clock all times are of."""
    clock_offset_s: float
    """Its clock ahead of that one; it is taken off its times already."""
    clock_error_s: float
    """By so much that may be wrong, in either direction."""
    observer: Observer | None
    """What can be seen of threads there; null where nobody on it looks at them."""


class ProcessReport(Struct, frozen=True, kw_only=True):
    """A process of the run."""

    host: str | None
    """The ``name`` of its host."""
    pid: int
    """Its number there."""
    parent: int | None
    """The number of the process that made it, where that is one of the run."""
    start_method: str | None
    """How it was made, for example "fork"."""
    name: str | None
    """What it is called, for example "SpawnProcess-2"."""
    ended_s: float | None
    """When it was gone, from the start of the run."""
    exit_status: int | None
    """If it is known how it ended; negative: by that signal."""
    memory: MemoryReport | None
    """What it holds; null where nobody told."""


class ThreadReport(Struct, frozen=True, kw_only=True):
    """A thread of the run."""

    host: str | None
    """The ``name`` of its host."""
    pid: int
    """Of its process."""
    tid: int
    """Its number, as the kernel has them."""
    name: str | None
    """In Python."""


class GroupReport(Struct, frozen=True, kw_only=True):
    """Tasks that belong together: those of a plan, an executor, a pool or an event loop."""

    id: int
    """Unique in the run."""
    kind: str
    """What it is, for example "plan"."""
    label: str | None
    """What it is called."""
    tasks: int | None
    """How many tasks it has in all: of a plan as was asked, else as many as there were."""
    workers: int | None
    """How many workers it may have, where that is known."""


class MarkReport(Struct, frozen=True, kw_only=True):
    """What a program said was so from then on (``concviz.mark``)."""

    t_s: float | None
    """When, from the start of the run."""
    worker: int
    """The ``id`` of the worker in whose thread it said so."""
    label: str
    """Its words."""


class LineReport(Struct, frozen=True, kw_only=True):
    """A printed line."""

    task: int | None
    """The ``id`` of the task that printed it; null: none did."""
    worker: int | None
    """The ``id`` of the worker in which it was printed."""
    t_s: float | None
    """When, from the start of the run."""
    text: str
    """Without the end of the line."""


class RunReport(Struct, frozen=True, kw_only=True):
    """A run, as ``concviz run --json`` prints it."""

    schema: Schema
    """Version of this description. It grows when a reader of an earlier one would misunderstand
    the object; a new key is no reason."""
    plan: Plan | None
    """What was asked; null for a run that no plan describes."""
    program: Program | None
    """What ran, where nobody planned it: a program under watch, or one that ran already."""
    environment: Environment | None
    """Where it ran, and what could be seen there; null when it died before it could tell."""
    phase: Annotated[str, Meta(extra_json_schema={"enum": list(PHASES)})]
    """Where it is or how it ended: a finished run may have failed tasks, a stopped one was so on
    request, and of one that is cut off the recording ends before it did."""
    cause: str | None
    """Which process died first, of what, in which task, and what followed; null when none did."""
    error: str | None
    """What the strategy's own code raised or how the run died, in one line."""
    exit_status: int | None
    """Of the process of the run; negative: by that signal."""
    summary: SummaryReport
    """Its figures."""
    states: States
    """How the time of all tasks was spent. They add up to ``summary.task_time_s``, and what tasks
    spent that did not end."""
    counts: Counts
    """Its tasks by outcome."""
    left_out: LeftOut
    """What did not make sense or did not fit."""
    findings: list[Finding]
    """What stands out, the most important first."""
    locks: list[LockReport]
    """Those for which tasks waited, the longest first."""
    hosts: list[HostReport]
    """Those that were told of; none for a run on one machine."""
    processes: list[ProcessReport]
    """Those of its workers and any others that were told of."""
    threads: list[ThreadReport]
    """Those of its workers and any others that were told of."""
    groups: list[GroupReport]
    """To which its tasks belong."""
    workers: list[WorkerReport]
    """In the order in which they were first heard of."""
    tasks: list[TaskReport]
    """In order."""
    others_tasks: OthersTasksReport | None
    """What others did on the same cluster; null where nobody told."""
    marks: list[MarkReport]
    """What the program said was so from then on."""
    not_seen: list[str]
    """What of a program could not be seen, and why, in sentences."""
    output: list[LineReport]
    """What was printed, in order."""
