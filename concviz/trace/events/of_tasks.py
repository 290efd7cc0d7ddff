"""What is told of tasks, and what they print."""

from __future__ import annotations

from typing import Annotated

import msgspec

from concviz.trace.events.base import Event, Id, Nanoseconds, Result

Digest = Annotated[str, msgspec.Meta(max_length=32)]
MOST_DIGESTS = 100_000


class TaskTold(Event, tag="task", frozen=True):
    """What is known of a task besides its number."""

    task: int
    group: Id | None = None
    label: str = ""
    """For people, where its number says too little."""
    by: int | None = None
    """The task that asked for it."""
    items: Annotated[int, msgspec.Meta(ge=1, lt=1 << 62)] = 1
    """How many it does one after the other: a chunk."""
    again: int | None = None
    """The task whose work it does anew, because what that had done was lost."""


class TaskSubmitted(Event, tag="submitted", frozen=True):
    """The strategy took the task from the list of items, or somebody else asked for it."""

    task: int


class TaskArrived(Event, tag="arrived", frozen=True):
    """The task was given to a process of a cluster, and waits there for a worker.

    Until then it waited at the scheduler. Told again where it is given to another process.
    """

    task: int
    pid: Id
    host: str = ""


class TaskFetched(Event, tag="fetched", frozen=True):
    """Until now, data that the task works on was on its way to where it is to run."""

    task: int
    since_ns: Nanoseconds
    size_bytes: Id
    pid: Id
    """Of the process that had it."""
    host: str = ""


class TaskStolen(Event, tag="stolen", frozen=True):
    """The scheduler took the task from a process, where it had arrived, to give it to another."""

    task: int
    pid: Id
    host: str = ""


class TaskLost(Event, tag="lost", frozen=True):
    """What the task did, or was doing, is lost: its process is gone, with the result if there was.

    If its work is done anew, that is another task, which is told to be that again.
    """

    task: int
    why: str = ""
    """A sentence for people."""


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


class TaskCancelled(Event, tag="cancelled", frozen=True):
    """Somebody called the task off; it may have begun, if it is a coroutine."""

    task: int


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
    """The strategy has the task's result in hand (or has joined its worker).

    Of one that failed, or of no strategy: somebody has asked for what came of it.
    """

    task: int


class ResultsKnown(Event, tag="results", frozen=True):
    """Digests of the results of tasks from ``first`` on: equal ones are of equal results.

    "" of what has none: it was None, or ``why`` says of one of them why there is none.
    """

    first: Id
    digests: Annotated[list[Digest], msgspec.Meta(max_length=MOST_DIGESTS)]
    why: str = ""


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


class Marked(Event, tag="marked", frozen=True):
    """A program says that something is so from then on, at a place of its own code."""

    worker: str
    label: str


class Output(Event, tag="output", frozen=True):
    """A line that was printed: by a task, or (``task`` None) by something else in the run."""

    task: int | None
    text: str


class LeftOut(Event, tag="left-out", frozen=True):
    """So many printed characters were not passed on, because a task printed too much."""

    task: int | None
    characters: Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
