"""What a thread can be seen in, and times spent in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple


class _Row(NamedTuple):
    """All that is said and drawn of a state."""

    word: str
    """For people, for example "waiting for the GIL"."""
    short: str
    """For people in a hurry, for example "GIL"."""
    glyph: str
    """One cell, no other sign's: colour is never the only cue."""
    ascii: str
    """The same where there is no Unicode."""
    colour: str
    """The name of a role of ``view.roles``; states that are rarely seen together may share one."""
    waits_for: str = ""
    """Behind "waiting for"; empty where the thread does not wait, or it is not known for what."""
    competes: bool = False
    """Whether a task would not be in it if it were alone."""
    of_coroutines: bool = False
    """Whether only coroutines can be in it: it is told by their workers, never seen."""
    of_a_coroutine: str = ""
    """The word for it where a coroutine is in it, if that is another."""


class State(IntEnum):
    """What a thread does at a moment: one row each, and a new one needs nothing else.

    The value is the place of its time in ``Spent``, and the order is that of legends. Recordings
    name states, so that rows may move.
    """

    RUNNING = _Row("running", "run", "▇", "#", "running")
    CORE_WAIT = _Row("waiting for a core", "core", "▄", ";", "core_wait", "a core", competes=True)
    GIL_WAIT = _Row("waiting for the GIL", "GIL", "≡", "=", "gil_wait", "the GIL", competes=True)
    LOCK = _Row(
        "lock",
        "lock",
        "╪",
        "+",
        "lock",
        "a lock",
        competes=True,
        of_a_coroutine="waiting for a lock",
    )
    THREAD_WAIT = _Row(
        "waiting for another thread",
        "thread",
        "┆",
        "{",
        "thread_wait",
        "other threads or processes",
    )
    IO = _Row("I/O", "I/O", "≈", "~", "io", "I/O")
    SLEEP = _Row("sleep", "sleep", "─", "-", "sleep", "sleep")
    OTHER = _Row(
        "blocked, other",
        "other",
        "▪",
        "&",
        "other",
        of_a_coroutine="waiting for something else",
    )
    UNKNOWN = _Row("blocked, not seen", "not seen", "▫", '"', "other")
    LOOP_WAIT = _Row(
        "waiting for the event loop",
        "loop",
        "∞",
        "(",
        "core_wait",
        "the event loop",
        competes=True,
        of_coroutines=True,
    )
    TASK_WAIT = _Row(
        "waiting for a task, event or queue",
        "task",
        "╫",
        "$",
        "other",
        "other tasks",
        of_coroutines=True,
    )
    EXECUTOR_WAIT = _Row(
        "waiting for an executor",
        "executor",
        "║",
        ")",
        "other",
        "an executor",
        of_coroutines=True,
    )

    word: str
    short: str
    glyph: str
    ascii: str
    colour: str
    waits_for: str
    competes: bool
    of_coroutines: bool
    of_a_coroutine: str

    def __new__(cls, *row: object) -> State:
        """With the fields of the row as its own."""
        state = int.__new__(cls, len(cls.__members__))
        state._value_ = len(cls.__members__)
        for name, value in zip(_Row._fields, row, strict=True):
            setattr(state, name, value)
        return state

    @property
    def key(self) -> str:
        """For programs: the name of a field in seconds, for example "gil_wait_s"."""
        return f"{self.name.lower()}_s"


STATES = tuple(State)
"""By value: looking one up is cheaper than making it from its number."""
OF_THREADS = tuple(state for state in State if not state.of_coroutines)
"""What a thread can be seen in."""
COMPETING = tuple(state for state in State if state.competes)
"""What a task would not have to wait for if it were alone."""
QUIET = tuple(state for state in State if state.waits_for and not state.competes)
"""What tasks can wait for side by side."""

Spent = list[int]
"""Nanoseconds in each state, by its value."""


_NOTHING = [0] * len(State)


def nothing() -> Spent:
    """No time in any state."""
    return _NOTHING.copy()


def dominant(spent: Sequence[int]) -> State:
    """The state that took most of the time; of several, the first."""
    return STATES[spent.index(max(spent))]


def total(parts: Iterable[Sequence[int]]) -> Spent:
    """The sum of several."""
    return [sum(column) for column in zip(*parts, strict=True)] or nothing()
