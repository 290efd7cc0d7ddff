"""Ways in which a cell stands there: a painted cell's style is a role's colour in one of them.

A bar is filled: where its worker waits with its colour's shade, where it runs with the colour
itself. Names stand on the same ground.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache

from concviz.trace.states import State
from concviz.view.roles import Role
from concviz.view.signs import SIGNS, Kind, Sign, role_of


class Face(IntEnum):
    """What is made of a role's colour. All but the first two are for the roles of bars."""

    PLAIN = 0
    """The colour on nothing."""
    NOTE = 1
    """The other way round."""
    FILL = 2
    """The colour on its shade."""
    SOLID = 3
    """The colour on itself: whatever the glyph is, the cell is full."""
    NAME = 4
    """Words on the shade."""
    SOLID_NAME = 5
    """Words on the colour itself."""
    SOLID_START = 6
    """A mark on the colour itself."""
    CHOSEN = 7
    """The colour on a stronger shade: the selected task's."""
    SOLID_CHOSEN = 8
    """The colour, underlined, where the selected task's bar is full of it."""
    CHOSEN_NAME = 9
    """Words, and the mark, on the stronger shade."""
    SOLID_CHOSEN_NAME = 10
    """The same on the colour itself."""
    OUTSIDE = 11
    """The colour, weaker, on nothing: what a thread does while no task runs on it."""


def is_bar(sign: Sign) -> bool:
    """Whether it is drawn as a part of a task's bar."""
    return isinstance(sign, State) or (isinstance(sign, Kind) and sign.bar)


def is_solid(sign: Sign) -> bool:
    """Whether it is drawn in the colour itself: busy, and nothing to wait for."""
    return sign in (Kind.BUSY, State.RUNNING)


LOOKS: tuple[tuple[Role, Face], ...] = tuple(
    [(role, Face.PLAIN) for role in Role]
    + [(role, Face.NOTE) for role in Role]
    + [
        (role, face)
        for role in dict.fromkeys([*map(role_of, filter(is_bar, SIGNS)), Role.ODD])
        for face in Face
        if face not in (Face.PLAIN, Face.NOTE)
    ]
)
"""By style: what it means. They are so few that a style fits in a byte."""
_STYLES = {look: style for style, look in enumerate(LOOKS)}


def style_of(role: Role, face: Face = Face.PLAIN) -> int:
    """The style of a painted cell: of a plain one the role itself."""
    return _STYLES[role, face]


def face_of(sign: Sign) -> Face:
    """How it stands in a picture, where nothing is selected."""
    return Face.FILL if is_bar(sign) else Face.PLAIN


_IN_TEXT = {
    Face.NOTE: "reverse",
    Face.NAME: "bold",
    Face.SOLID_NAME: "bold reverse",
    Face.SOLID_START: "reverse",
    Face.OUTSIDE: "dim",
    Face.CHOSEN: "underline",
    Face.SOLID_CHOSEN: "underline",
    Face.CHOSEN_NAME: "bold underline",
    Face.SOLID_CHOSEN_NAME: "bold underline reverse",
}
"""What is added to a role's colour where shades cannot be had: who knows on what it is read."""


@cache
def ansi_of(style: int) -> str:
    """A painted cell's style in text, as rich says it."""
    role, face = LOOKS[style]
    return f"{role.ansi} {_IN_TEXT.get(face, '')}".strip()
