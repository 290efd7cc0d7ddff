"""The signs of a picture: each is one glyph that means one thing, and one row of a table.

States have their table in ``trace.states``; here is what else is drawn.
"""

from __future__ import annotations

from enum import Enum

from concviz.trace.states import State
from concviz.view.roles import Role

LEVELS = "▁▂▃▄▅▆▇█"
"""Of the queue: the deepest is full."""


class Kind(Enum):
    """What a segment of a row shows where it shows no state: a row each.

    Word, short word, glyph, ASCII glyph, role of its colour, and which of these it is: part of a
    task's "bar", perhaps a "solid" one; something that stands out when its task is "selected".
    """

    BUSY = "busy", "busy", "█", "@", Role.EVEN, "solid bar selected"
    FAILED = "failed", "fail", "▓", "!", Role.FAILED, "solid bar selected"
    LOST = "lost or stopped", "lost", "▒", "%", Role.LOST, "solid bar selected"
    CANCELLED = "cancelled", "off", "▚", "\\", Role.CANCELLED, "solid bar selected"
    PARTLY = "busy for part of the cell", "part", "▖", "/", Role.PARTLY, "selected"
    QUEUED = "queued", "queued", "·", ".", Role.QUEUED
    READY = "ready, on its worker", "ready", "∘", "o", Role.READY
    TRANSFER = "transfer of its data", "transfer", "»", "}", Role.TRANSFER, "selected"
    STOLEN = "stolen: given to another worker", "stolen", "⇆", "]", Role.STOLEN
    STARTING = "worker starting up", "start", "░", "<", Role.STARTING
    RETURNING = (
        *("returning (finished, not collected)", "return", "╌", ">"),
        *(Role.RETURNING, "selected"),
    )
    DIED = "worker died", "died", "×", "x", Role.DIED
    UNSEEN = "busy, not seen (yet)", "unseen", "▔", "^", Role.OTHER, "bar selected"

    def __init__(
        self, word: str, short: str, glyph: str, ascii: str, role: Role, is_: str = ""
    ) -> None:
        self.word = word
        self.short = short
        self.glyph = glyph
        self.ascii = ascii
        self.role = role
        self.solid = "solid" in is_
        self.bar = "bar" in is_
        self.selectable = "selected" in is_

    __hash__ = object.__hash__  # by identity, as they are compared: Enum's own is not in C


class Mark(Enum):
    """What is drawn besides the segments of rows: a row each, as of ``Kind``."""

    START = "start of a task", "task", "▌", "[", Role.RULER
    """In the first cell of a bar, so that bars that touch are told apart, without colour, too."""
    SELECTED = "selected", "chosen", "►", "*", Role.SELECTED
    """The same of the selected task."""
    RUN_END = "end of the run", "run end", "│", "|", Role.RULER
    MARKED = "mark of the program", "mark", "▼", "V", Role.MARKED
    """At the time of which it says that something is so."""
    TIME_CURSOR = "time cursor", "time", "┃", "I", Role.CURSOR
    GHOST = "the run laid behind", "behind", "▂", ",", Role.GHOST
    GHOST_END = "its end", "its end", "┊", ":", Role.GHOST
    QUEUE = "queued tasks", "queue", LEVELS[0] + LEVELS[-1], "_@", Role.QUEUE
    """A row of its own, in which states' glyphs are levels."""

    def __init__(self, word: str, short: str, glyph: str, ascii: str, role: Role) -> None:
        self.word = word
        self.short = short
        self.glyph = glyph
        self.ascii = ascii
        self.role = role


Shown = Kind | State
"""What a segment shows."""
Sign = Kind | State | Mark

SIGNS: tuple[Sign, ...] = (
    *(kind for kind in Kind if kind is not Kind.UNSEEN),
    *State,
    Kind.UNSEEN,
    *Mark,
)
"""All of them, in the order of a legend."""


def role_of(sign: Sign) -> Role:
    """The part that its colour plays."""
    return Role[sign.colour.upper()] if isinstance(sign, State) else sign.role
