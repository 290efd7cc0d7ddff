"""The lines and records of a ring: what a watched process tells, validated as it is read.

A line is a JSON array of a tag, a time (monotonic nanoseconds) and what that tag has. A task or a
group is named by a number that is unique in its ring, or by a text that is unique in the run.
What is told most often is a record instead (``hooks/records.py``): a byte that no line begins with,
numbers of eight bytes, a newline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from struct import Struct
from typing import Annotated

import msgspec

from concviz.trace.events.base import Id, Nanoseconds

LONGEST = 500
"""Characters of a text that are kept."""

Key = Id | Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Spent = Annotated[dict[str, Nanoseconds], msgspec.Meta(max_length=64)]


class Line(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Something that happened."""

    t: Nanoseconds


class ProcessLine(Line, tag="process", frozen=True):
    """The first line of a ring: which process tells in it."""

    pid: Id
    parent: Id
    made: str
    name: str
    python: str


class SpawnedLine(Line, tag="spawned", frozen=True):
    """A child that the process has started is there; it began to start it at ``since``."""

    pid: Id
    since: Nanoseconds
    name: str = ""


class AskedLine(Line, tag="asked", frozen=True):
    """The process sends a child the signal to end."""

    pid: Id


class EndedLine(Line, tag="ended", frozen=True):
    """A child that the process has waited for had ended so; negative for a signal."""

    pid: Id
    exitcode: Annotated[int, msgspec.Meta(ge=-(1 << 31), lt=1 << 31)]


class ExitingLine(Line, tag="exiting", frozen=True):
    """The main thread is at its end."""


class ThreadLine(Line, tag="thread", frozen=True):
    """A thread begins; ``group``: whose worker it is."""

    tid: Id
    name: str
    daemon: bool
    helper: bool
    group: Key | None


class ThreadEndedLine(Line, tag="thread-ended", frozen=True):
    """A thread is at its end."""

    tid: Id


class GroupLine(Line, tag="group", frozen=True):
    """Tasks of an executor, a pool, a loop … begin to come."""

    key: Key
    kind: str
    label: str
    workers: Id | None
    tasks: Id | None


class SubmittedLine(Line, tag="submitted", frozen=True):
    """The thread asks for a task."""

    task: Key
    group: Key | None
    label: str
    items: Annotated[int, msgspec.Meta(ge=1, lt=1 << 62)]
    tid: Id


class LabelLine(Line, tag="label", frozen=True):
    """What a task is called, where only its worker knows."""

    task: Key
    label: str
    items: Annotated[int, msgspec.Meta(ge=1, lt=1 << 62)]


class CallLine(Line, tag="call", frozen=True):
    """Of tasks that the thread is about to ask for: calls of a function that is called so."""

    call: Id
    group: Key | None
    name: str
    tid: Id


class CalledLine(Line, tag="called", frozen=True):
    """A task is asked for: that call; it is always told by a record."""

    task: Id
    call: Id
    argument: int
    """Plus one; 0: it has none; ``ALONE``: the name says it all."""


class StartedLine(Line, tag="started", frozen=True):
    """A task begins in that thread; ``then``: the state in which it is, if that is known to be
    another than running (``unknown`` in a flood of coroutines).
    """

    task: Key
    tid: Id
    then: str = ""


class FinishedLine(Line, tag="finished", frozen=True):
    """A task has returned."""

    task: Key
    cpu: Nanoseconds | None


class FailedLine(Line, tag="failed", frozen=True):
    """A task has raised."""

    task: Key
    cpu: Nanoseconds | None
    error: str


class CancelledLine(Line, tag="cancelled", frozen=True):
    """A task was called off."""

    task: Key


class CollectedLine(Line, tag="collected", frozen=True):
    """Somebody has asked for what came of a task, and got it."""

    task: Key


class AwaitedLine(Line, tag="awaited", frozen=True):
    """What a coroutine has done since, and what it does then."""

    task: Key
    since: Nanoseconds
    shares: Spent
    then: str


class LoopBlockedLine(Line, tag="loop-blocked", frozen=True):
    """A coroutine kept its loop for so long, until now."""

    task: Key
    lasted: Nanoseconds


class MarkLine(Line, tag="mark", frozen=True):
    """The program says that something is so from then on."""

    tid: Id
    label: str


class LostLine(Line, tag="lost", frozen=True):
    """Something cannot be seen: a sentence."""

    what: str


AnyLine = (
    ProcessLine
    | SpawnedLine
    | AskedLine
    | EndedLine
    | ExitingLine
    | ThreadLine
    | ThreadEndedLine
    | GroupLine
    | SubmittedLine
    | CallLine
    | CalledLine
    | LabelLine
    | StartedLine
    | FinishedLine
    | FailedLine
    | CancelledLine
    | CollectedLine
    | AwaitedLine
    | LoopBlockedLine
    | MarkLine
    | LostLine
)
_decoder: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)


WHOLE = re.compile(
    rb"(?:[\x01\x02\x05].{24}\n|\x03.{16}\n|\x04.{32}\n|[^\0-\x05\n][^\0\n]*+\n|\n)*+", re.DOTALL
)
"""Whole lines and records, one after the other; a zero is where nothing was written yet."""
_MOST = (1 << 62) - 1
"""The largest time, and the largest number of anything."""
_SHAPES = {
    1: Struct("<QQQ"),
    2: Struct("<QQQ"),
    3: Struct("<QQ"),
    4: Struct("<QQQQ"),
    5: Struct("<QQQ"),
}
ALONE = (1 << 64) - 1
_RECORDS = re.compile(rb"(?:[\x01\x02\x05].{24}\n|\x03.{16}\n|\x04.{32}\n)++", re.DOTALL)
_LINES = re.compile(rb"(?:[^\x01-\x05\n][^\n]*+\n|\n)++")


def lines_of(text: bytes) -> list[AnyLine | bytes]:
    """The lines and records of a text; of one that makes no sense its beginning, as bytes."""
    found: list[AnyLine | bytes] = []
    at = 0
    while at < len(text):
        if (records := _RECORDS.match(text, at)) is not None:
            found += _of_records(text, at, records.end())
            at = records.end()
        elif (lines := _LINES.match(text, at)) is not None:
            found += _of_lines(lines[0])
            at = lines.end()
        else:  # cut off, or none of ours
            found += _of_lines(text[at:])
            break
    return found


def _of_records(text: bytes, at: int, end: int) -> Iterator[AnyLine | bytes]:
    while at < end:
        tag = text[at]
        shape = _SHAPES[tag]
        t, task, *more = shape.unpack_from(text, at + 1)
        following = at + shape.size + 2
        if t > _MOST or task > _MOST or (more and more[0] > _MOST):
            yield text[at:following]
        elif tag == 1:
            yield StartedLine(t, task, more[0])
        elif tag == 2:
            yield FinishedLine(t, task, more[0] - 1 if more[0] else None)
        elif tag == 3:
            yield CollectedLine(t, task)
        elif tag == 5:
            yield StartedLine(t, task, more[0], "unknown")
        else:
            yield CalledLine(t, task, *more)
        at = following


def _of_lines(text: bytes) -> list[AnyLine | bytes]:
    try:
        return [*_decoder.decode_lines(text)]  # as below, but all in one go
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return [_line(line) for line in text.split(b"\n") if line.strip()]


def _line(line: bytes) -> AnyLine | bytes:
    try:
        return _decoder.decode(line)
    except (ValueError, RecursionError):
        return line[:LONGEST]
