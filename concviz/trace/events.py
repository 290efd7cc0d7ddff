"""What happens in a run, as it travels on the pipe and stands in a recording.

A worker emits a plain tuple such as ``("started", t_ns, task, worker)``; as a JSON line that tuple
*is* the wire form of the struct of the same tag, so the sender converts nothing and the receiver
validates everything. Times are ``time.monotonic_ns()`` of the machine that ran, stamped where the
thing happened. A worker is named by a key that is unique in its run (its Python name).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec

from concviz.trace.worker_kind import WorkerKind

SCHEMA = 2
"""Version of the line format: the header says which one a recording is in."""

Nanoseconds = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
"""A time or a duration: 146 years at most, so that no sum of two is beyond 64 bits."""

Result = str | int | float | bool | None
"""A task's result: itself if it is such a value of reasonable size, else its ``repr``, cut."""

Pairs = Annotated[list[Nanoseconds], msgspec.Meta(max_length=256)]
"""Number of a state and nanoseconds in it, one after the other: see ``sparse``."""
Id = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]


class Event(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Something that happened at ``t_ns`` (monotonic nanoseconds)."""

    t_ns: Nanoseconds


class Preparing(Event, tag="preparing", frozen=True):
    """The runner does something before the run, such as calibrating or starting a server."""

    what: str


class Calibrated(Event, tag="calibrated", frozen=True):
    """How many rounds a second the busy loop of a workload does alone on a core."""

    workload: str
    rounds_per_s: float


class RunStarted(Event, tag="run-started", frozen=True):
    """The strategy's own code begins: time zero of every figure.

    In a process (0: not told) that has these threads and children already.
    """

    pid: Annotated[int, msgspec.Meta(ge=0)] = 0
    threads: list[int] = []
    children: list[int] = []


class RunFinished(Event, tag="run-finished", frozen=True):
    """The strategy's own code ended; ``error`` is what it raised, if it did."""

    error: str | None
    children_ns: Nanoseconds = 0
    """CPU time of child processes that ended since its begin, in the process of the runner."""


class Host(Event, tag="host", frozen=True):
    """A machine on which something of the run happens, and how its clock stands to the stream's."""

    host: str
    """Its name; "" is the one whose clock the stream's times are of."""
    offset_ns: Annotated[int, msgspec.Meta(gt=-(1 << 62), lt=1 << 62)] = 0
    """Its clock ahead of the stream's: what was taken off its times already."""
    error_ns: Nanoseconds = 0
    """By so much that may be wrong, in either direction."""


class Process(Event, tag="process", frozen=True):
    """A process of the run begins, or is found."""

    pid: Id
    parent: Id | None = None
    host: str = ""
    made: str = ""
    """How, for example "fork", "spawn", "subprocess"; "" where that is not known."""


class Thread(Event, tag="thread", frozen=True):
    """A thread of the run begins, or is found."""

    pid: Id
    tid: Id
    name: str = ""
    host: str = ""


class Group(Event, tag="group", frozen=True):
    """Tasks that belong together begin to come: those of an executor, a pool, a loop, a plan."""

    group: Id
    kind: str
    """For example "plan", "thread-pool"."""
    label: str = ""
    tasks: Id | None = None
    """How many there will be, where that is known."""


class WorkerTold(Event, tag="worker", frozen=True):
    """What a worker is, where that is not what the header says of all."""

    worker: str
    kind: WorkerKind
    group: Id | None = None
    """To which it belongs."""


class TaskTold(Event, tag="task", frozen=True):
    """What is known of a task besides its number."""

    task: int
    group: Id | None = None
    label: str = ""
    """For people, where its number says too little."""
    by: int | None = None
    """The task that asked for it."""


class WorkerStarting(Event, tag="worker-starting", frozen=True):
    """``start()`` was called on a thread or process."""

    worker: str


class WorkerStarted(Event, tag="worker-started", frozen=True):
    """The worker runs: its first line of Python. The times are its thread's until then."""

    worker: str
    pid: int
    tid: int
    run_ns: Nanoseconds | None = None
    """On a core; None where the system does not tell."""
    wait_ns: Nanoseconds | None = None
    """Ready to run, without a core."""
    beside: list[int] = []
    """Other threads that its process has already, where it is a process."""


class WorkerArguments(Event, tag="arguments", frozen=True):
    """What all its tasks work on came pickled to the worker, within its start-up."""

    worker: str
    size_bytes: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
    pickle_ns: Nanoseconds
    """In the runner."""
    unpickle_ns: Nanoseconds
    """In the worker, with the imports that it takes."""


class WorkerStopped(Event, tag="worker-stopped", frozen=True):
    """The worker reached its end."""

    worker: str
    children_ns: Nanoseconds = 0
    """CPU time of child processes that ended, where it is a process."""


class WorkerDied(Event, tag="worker-died", frozen=True):
    """A process ended in another way than by reaching its end: ``exitcode`` as multiprocessing."""

    worker: str
    exitcode: int
    ended_by_strategy: bool = False
    """Whether the strategy had asked for its end while it lived, as a pool does when one dies."""


class TaskSubmitted(Event, tag="submitted", frozen=True):
    """The strategy took the task from the list of items, or somebody else asked for it."""

    task: int


class TaskStarted(Event, tag="started", frozen=True):
    """A worker begins the task."""

    task: int
    worker: str


class TaskFinished(Event, tag="finished", frozen=True):
    """The task returned; ``cpu_ns`` is its thread's CPU time, None where it has no thread alone."""

    task: int
    cpu_ns: Nanoseconds | None
    result: Result


class TaskFailed(Event, tag="failed", frozen=True):
    """The task raised, or its result could not be sent back."""

    task: int
    cpu_ns: Nanoseconds | None
    error: str
    traceback: str


class TaskReturned(Event, tag="returned", frozen=True):
    """The task's result came from a worker of its own memory, and that was no trifle."""

    task: int
    size_bytes: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
    """Pickled."""
    pickle_ns: Nanoseconds
    """In the worker, after the task's end."""
    unpickle_ns: Nanoseconds
    """In the runner."""


class TaskCollected(Event, tag="collected", frozen=True):
    """The strategy has the task's result in hand (or has joined its worker)."""

    task: int


class Sampled(Event, tag="sampled", frozen=True):
    """What a worker's thread has done since the sample before, as seen from outside."""

    worker: str
    since_ns: Nanoseconds
    spent: Pairs
    """In which states, as numbers of the header's; the times add up to that since ``since_ns``."""
    seen: Annotated[int, msgspec.Meta(ge=0, lt=1 << 16)]
    """The number of the state at the moment of the sample."""
    lock: str | None = None
    """For which one it waited, where it did: the same for all who wait for that."""

    def __post_init__(self) -> None:
        _in_pairs(self.spent)


class OthersSampled(Event, tag="others", frozen=True):
    """What threads and processes did that tasks have started, since the sample before."""

    pid: int
    """Of the process in which the tasks run."""
    since_ns: Nanoseconds
    spent: Pairs
    """In which states, of all threads together."""
    children_ns: Nanoseconds
    """Of those on a core, the part of other processes."""
    competing: Annotated[int, msgspec.Meta(ge=0)]
    """Threads that were seen on a core, or ready for one."""
    alive: Annotated[int, msgspec.Meta(ge=0)]
    """Threads that there were, of all processes."""
    threads: Annotated[int, msgspec.Meta(ge=0)]
    """That were seen in the process itself so far."""
    processes: Annotated[int, msgspec.Meta(ge=0)]
    """That were seen to descend from it so far."""

    def __post_init__(self) -> None:
        _in_pairs(self.spent)


def _in_pairs(spent: list[int]) -> None:
    if len(spent) % 2:
        raise ValueError("a state without a time")


class LockSeen(Event, tag="lock-seen", frozen=True):
    """A worker was seen to wait for that lock in a function of that name, for the first time."""

    lock: str
    function: str


class Awaited(Event, tag="awaited", frozen=True):
    """What a coroutine has done since the time until which it has told, and what it does then."""

    task: int
    since_ns: Nanoseconds
    shares: Annotated[dict[str, Nanoseconds], msgspec.Meta(max_length=64)]
    """By name of state: its own steps (``running``: CPU time, ``unknown``: the rest), and waits."""
    then: str
    """From now on; ``running``: its own step."""


class LoopBlocked(Event, tag="loop-blocked", frozen=True):
    """A coroutine kept the event loop's thread for so long, until now, without awaiting."""

    task: int
    lasted_ns: Nanoseconds


class MachineSampled(Event, tag="machine", frozen=True):
    """So many core-nanoseconds were used, by whomever, on the usable cores since then."""

    since_ns: Nanoseconds
    busy_ns: Nanoseconds
    cores: Annotated[float, msgspec.Meta(gt=0, le=100_000)]
    """Not a whole number under a quota."""


class MemorySampled(Event, tag="memory", frozen=True):
    """The run's processes together held so much memory; pages they share count once."""

    held_bytes: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]


class Output(Event, tag="output", frozen=True):
    """A line that was printed: by a task, or (``task`` None) by something else in the run."""

    task: int | None
    text: str


class LeftOut(Event, tag="left-out", frozen=True):
    """So many printed characters were not passed on, because a task printed too much."""

    task: int | None
    characters: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]


class Unread(Event, tag="unread", frozen=True):
    """So many events that had happened by then were still to be read: more came than are read.

    Told with what is read while there are any, and once when there are none again.
    """

    events: Nanoseconds


class StopRequested(Event, tag="stop-requested", frozen=True):
    """Somebody asked for the run to be stopped; the runner is killed a moment later."""


class RunnerExited(Event, tag="runner-exited", frozen=True):
    """The runner process is gone: the last event of every run. ``exitcode`` < 0 is a signal."""

    exitcode: int


class CutOff(Event, tag="cut-off", frozen=True):
    """The stream ends without the end of its run: whoever read it says so, and why, in words.

    Nothing is known of what happened after the time of the latest event, which is this one's.
    """

    reason: str


AnyEvent = (
    Preparing
    | Calibrated
    | RunStarted
    | RunFinished
    | Host
    | Process
    | Thread
    | Group
    | WorkerTold
    | TaskTold
    | WorkerStarting
    | WorkerStarted
    | WorkerArguments
    | WorkerStopped
    | WorkerDied
    | TaskSubmitted
    | TaskStarted
    | TaskFinished
    | TaskFailed
    | TaskReturned
    | TaskCollected
    | Sampled
    | OthersSampled
    | LockSeen
    | Awaited
    | LoopBlocked
    | MachineSampled
    | MemorySampled
    | Output
    | LeftOut
    | Unread
    | StopRequested
    | RunnerExited
    | CutOff
)

_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_encoder = msgspec.json.Encoder()


def decode(line: bytes) -> AnyEvent:
    """The event of one line. Raises msgspec.DecodeError or ValidationError when it is none."""
    return _decoder.decode(line)


def decode_lines(lines: bytes) -> list[AnyEvent]:
    """The events of newline-separated lines. Raises as ``decode`` when one of them is none."""
    return _decoder.decode_lines(lines)


def encode_lines(events: Iterable[object]) -> bytes:
    """Events, as structs or as the plain tuples of a worker, as newline-ended JSON lines."""
    return _encoder.encode_lines(events)
