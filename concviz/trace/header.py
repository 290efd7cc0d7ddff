"""The header of the lines of a run: what they are, what was asked, and where it ran."""

from __future__ import annotations

from typing import Literal

import msgspec

from concviz.trace.environment import Environment
from concviz.trace.events import SCHEMA
from concviz.trace.plan import MAX_TASKS, Plan, Traits
from concviz.trace.sparse import NAMES
from concviz.trace.worker_kind import WorkerKind


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A program that nobody planned: it was started under watch, or runs already."""

    argv: list[str]
    """What it was started with, itself first, for example ["script.py", "--fast"].

    Of a cluster the address of its scheduler, alone.
    """
    how: Literal["watched", "attached", "cluster"] = "watched"
    """Whether it was started under watch, ran already, or is what others run on a cluster."""
    python: str = ""
    """Version of the Python that runs it, for example "3.14.0"; "" where that is not known."""
    pid: int | None = None
    """Of its first process, where that is known."""
    source: str = ""
    """The text of its script as it was when it began; "" where that cannot be had."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """First line of a pipe and of a recording; an object, where every other line is an array."""

    schema: int = SCHEMA
    plan: Plan | None = None
    """None where nobody planned what runs."""
    program: Program | None = None
    """What runs, where nobody planned it."""
    environment: Environment
    worker_kind: WorkerKind = WorkerKind.WORKER
    """What a worker is of which nothing else is told."""
    interdependent: bool = False
    """Tasks wait for one another, so their times say nothing of how long they last alone."""
    traits: Traits | None = None
    """Of the strategy, where it is known."""
    strategy_source: str = ""
    """The text of the strategy's function, as it ran; empty where there is none."""
    task_source: str = ""
    """The same of the function that does a task."""
    states: list[str] = msgspec.field(default_factory=lambda: list(NAMES))
    """Names of the states by the numbers that samples call them."""

    def encode(self) -> bytes:
        """The line, with its end."""
        return msgspec.json.encode(self) + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Header:
        """The header of a line. Raises ValueError for another schema or no header at all."""
        try:
            schema = msgspec.json.decode(line, type=_Schema).schema
            if schema != SCHEMA:
                raise ValueError(
                    f"recording has schema {schema}; this concviz reads schema {SCHEMA}"
                )
            return msgspec.json.decode(line, type=cls)
        except msgspec.DecodeError as error:
            if (beyond := _beyond(line)) is not None:
                raise ValueError(beyond) from error
            raise ValueError(f"not the header of a concviz recording: {error}") from error


def _beyond(line: bytes) -> str | None:
    """In which way the plan of a header is beyond what this version has room for, if it is."""
    try:
        tasks = msgspec.json.decode(line, type=_Larger).plan.tasks
    except msgspec.DecodeError:
        return None
    if 1 <= tasks <= MAX_TASKS:
        return None
    return f"its plan has {tasks:,} tasks: this concviz shows from 1 to {MAX_TASKS:,}"


class _Tasks(msgspec.Struct):
    tasks: int


class _Larger(msgspec.Struct):
    plan: _Tasks


class _Schema(msgspec.Struct):
    """What says how to read the rest."""

    schema: int
