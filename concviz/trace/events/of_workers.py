"""What is told of workers, and of the hosts, processes, threads and groups to which they belong."""

from __future__ import annotations

from typing import Annotated

import msgspec

from concviz.trace.environment import Observer
from concviz.trace.events.base import Event, Id, Nanoseconds
from concviz.trace.worker_kind import WorkerKind


class Host(Event, tag="host", frozen=True):
    """A machine on which something of the run happens, and how its clock stands to the stream's."""

    host: str
    """Its name; "" is the one whose clock the stream's times are of."""
    offset_ns: Annotated[int, msgspec.Meta(gt=-(1 << 62), lt=1 << 62)] = 0
    """Its clock ahead of the stream's: what was taken off its times already."""
    error_ns: Nanoseconds = 0
    """By so much that may be wrong, in either direction."""


class HostObserved(Event, tag="host-observed", frozen=True):
    """What can be seen of threads on a host from outside, by who looks at them there.

    Of some processes of it less may be told than of others: then that is told, too.
    """

    host: str
    observer: Observer


class Process(Event, tag="process", frozen=True):
    """A process of the run begins, or is found."""

    pid: Id
    parent: Id | None = None
    host: str = ""
    made: str = ""
    """How, for example "fork", "spawn", "subprocess"; "" where that is not known."""
    name: str = ""
    """For people, for example "SpawnProcess-2" or "worker.py"."""


class ProcessExiting(Event, tag="exiting", frozen=True):
    """The main thread of a process is at its end: what follows are threads and exit handlers."""

    pid: Id
    host: str = ""


class ProcessEnded(Event, tag="process-ended", frozen=True):
    """A process of the run is no more."""

    pid: Id
    exitcode: int | None = None
    """Negative for a signal; None where nobody could tell."""
    host: str = ""


class ProcessMemory(Event, tag="process-memory", frozen=True):
    """What the memory of a process of a cluster was seen to hold; None where it does not tell."""

    pid: Id
    held_bytes: Id | None = None
    """By the system's account."""
    managed_bytes: Id | None = None
    """Of that, results of tasks that it keeps for others."""
    spilled_bytes: Id | None = None
    """Results that it has put on its disk for want of room."""
    limit_bytes: Id | None = None
    """How much it may hold."""
    host: str = ""


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
    workers: Id | None = None
    """How many workers it may have, where that is known."""
    pid: Id | None = None
    """Of the process that made it, where that was told."""


class WorkerTold(Event, tag="worker", frozen=True):
    """What a worker is, where that is not what the header says of all."""

    worker: str
    kind: WorkerKind
    group: Id | None = None
    """To which it belongs."""
    label: str = ""
    """For people, where the lane has a name of its own."""
    helper: bool = False
    """A thread that a library keeps for itself, such as the feeder of a queue."""
    daemon: bool = False
    """A thread for which the end of its program does not wait."""


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
    beside: list[int] = msgspec.field(default_factory=list)
    """Other threads that its process has already, where it is a process."""
    host: str = ""
    """Where that process is."""


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
