"""What happens in a run, as it travels on the pipe and stands in a recording.

A worker emits a plain tuple such as ``("started", t_ns, task, worker)``; as a JSON line that tuple
*is* the wire form of the struct of the same tag, so the sender converts nothing and the receiver
validates everything. Times are ``time.monotonic_ns()`` of the machine that ran, stamped where the
thing happened. A worker is named by a key that is unique in its run (its Python name).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from concviz.trace.events.base import Event, Id, Nanoseconds, Pairs, Result
from concviz.trace.events.of_run import (
    Calibrated,
    CutOff,
    MachineSampled,
    MemorySampled,
    NotSeen,
    NotTold,
    OthersTasks,
    Preparing,
    RunFinished,
    RunnerExited,
    RunStarted,
    StopRequested,
    Unread,
)
from concviz.trace.events.of_samples import (
    FunctionSeen,
    LockSeen,
    OthersSampled,
    Sampled,
)
from concviz.trace.events.of_tasks import (
    Awaited,
    LeftOut,
    LoopBlocked,
    Marked,
    Output,
    ResultsKnown,
    TaskArrived,
    TaskCancelled,
    TaskCollected,
    TaskFailed,
    TaskFetched,
    TaskFinished,
    TaskLost,
    TaskReturned,
    TaskStarted,
    TaskStolen,
    TaskSubmitted,
    TaskTold,
)
from concviz.trace.events.of_workers import (
    Group,
    Host,
    HostObserved,
    Process,
    ProcessEnded,
    ProcessExiting,
    ProcessMemory,
    Thread,
    WorkerArguments,
    WorkerDied,
    WorkerStarted,
    WorkerStarting,
    WorkerStopped,
    WorkerTold,
)

__all__ = [
    "SCHEMA",
    "AnyEvent",
    "Awaited",
    "Calibrated",
    "CutOff",
    "Event",
    "FunctionSeen",
    "Group",
    "Host",
    "HostObserved",
    "Id",
    "LeftOut",
    "LockSeen",
    "LoopBlocked",
    "MachineSampled",
    "Marked",
    "MemorySampled",
    "Nanoseconds",
    "NotSeen",
    "NotTold",
    "OthersSampled",
    "OthersTasks",
    "Output",
    "Pairs",
    "Preparing",
    "Process",
    "ProcessEnded",
    "ProcessExiting",
    "ProcessMemory",
    "Result",
    "ResultsKnown",
    "RunFinished",
    "RunStarted",
    "RunnerExited",
    "Sampled",
    "StopRequested",
    "TaskArrived",
    "TaskCancelled",
    "TaskCollected",
    "TaskFailed",
    "TaskFetched",
    "TaskFinished",
    "TaskLost",
    "TaskReturned",
    "TaskStarted",
    "TaskStolen",
    "TaskSubmitted",
    "TaskTold",
    "Thread",
    "Unread",
    "WorkerArguments",
    "WorkerDied",
    "WorkerStarted",
    "WorkerStarting",
    "WorkerStopped",
    "WorkerTold",
    "decode",
    "decode_lines",
    "encode_lines",
]

SCHEMA = 2
"""Version of the line format: the header says which one a recording is in."""

AnyEvent = (
    Preparing
    | Calibrated
    | RunStarted
    | RunFinished
    | Host
    | HostObserved
    | Process
    | ProcessExiting
    | ProcessEnded
    | ProcessMemory
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
    | TaskArrived
    | TaskFetched
    | TaskStolen
    | TaskLost
    | TaskStarted
    | TaskFinished
    | TaskFailed
    | TaskCancelled
    | TaskReturned
    | TaskCollected
    | ResultsKnown
    | Sampled
    | OthersSampled
    | LockSeen
    | FunctionSeen
    | Awaited
    | LoopBlocked
    | Marked
    | MachineSampled
    | MemorySampled
    | Output
    | LeftOut
    | Unread
    | NotTold
    | OthersTasks
    | NotSeen
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
