"""The parts that colours play: one row a role, for the screen, for text, and for other pictures."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class _Row(NamedTuple):
    ansi: str = ""
    """In text, as rich says it: colours of the terminal's own palette and attributes."""
    theme: str = "$text-muted"
    """On the screen: a variable of its theme."""
    emphasis: str = "none"
    """On the screen, beside the colour."""
    dark: str = ""
    """Of roles whose variable is ours: what it is where a dark theme does not set it."""
    light: str = ""
    """The same of a light theme. The ANSI themes take the colour that text has."""


class Role(IntEnum):
    """What a cell is, as far as its colour says so."""

    IDLE = _Row("", "$foreground")
    EVEN = _Row("green", "$primary")
    ODD = _Row("bright_green", "$primary-darken-2")
    FAILED = _Row("red", "$error")
    LOST = _Row("magenta", "$error-darken-2")
    CANCELLED = _Row("bright_yellow", "$warning")
    PARTLY = _Row("green", "$primary-darken-2")
    QUEUED = _Row("dim", "$foreground", "dim")
    QUEUE = _Row("blue", "$foreground", "dim")
    READY = _Row("blue", "$foreground")
    TRANSFER = _Row("bright_cyan", "$state-transfer", "none", "#f2a65a", "#a34a00")
    STOLEN = _Row("bold", "$warning", "bold")
    STARTING = _Row("yellow", "$secondary")
    RETURNING = _Row("cyan")
    DIED = _Row("bold red", "$error", "bold")
    SELECTED = _Row("bold", "$accent", "bold")
    RULER = _Row("dim")
    GRID = _Row("bright_black", "$foreground 24%")
    MARKED = _Row("bold", "$accent", "bold")
    CURSOR = _Row("bold", "$accent", "bold")
    GHOST = _Row("dim", "$text-muted", "dim")
    # Of states, which name their role; a theme may set ``$state-running``, ``$state-io``, …
    RUNNING = _Row("green", "$state-running", "none", "#4ebf71", "#1a7f37")
    CORE_WAIT = _Row("yellow", "$state-core-wait", "none", "#e5c454", "#9a6700")
    GIL_WAIT = _Row("red", "$state-gil-wait", "none", "#e5534b", "#cf222e")
    LOCK = _Row("magenta", "$state-lock", "none", "#d26ad2", "#8f2fb8")
    THREAD_WAIT = _Row("bright_magenta", "$state-thread-wait", "none", "#b9a6f2", "#6a55c4")
    IO = _Row("blue", "$state-io", "none", "#5c9dff", "#0550ae")
    SLEEP = _Row("cyan", "$state-sleep", "none", "#46c3cf", "#0f7686")
    OTHER = _Row("bright_black", "$state-other", "none", "#9aa0a6", "#6e7781")

    ansi: str
    theme: str
    emphasis: str
    dark: str
    light: str

    def __new__(cls, *row: object) -> Role:
        """With the fields of the row as its own."""
        role = int.__new__(cls, len(cls.__members__))
        role._value_ = len(cls.__members__)
        for name, value in zip(_Row._fields, row, strict=True):
            setattr(role, name, value)
        return role
