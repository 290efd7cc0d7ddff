"""How a cell of a terminal is drawn, and the sequence that says so (SGR)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.color import Color, ColorSystem

Colour = int | tuple[int, int, int] | None
"""One of a palette of 256, or red, green and blue; None: the terminal's own."""

BOLD, DIM, ITALIC, UNDERLINE, BLINK, REVERSE, HIDDEN, STRUCK = 1, 2, 3, 4, 5, 7, 8, 9
_NOT = {22: (BOLD, DIM), 23: (ITALIC,), 24: (UNDERLINE,), 25: (BLINK, 6), 27: (REVERSE,)}
_NOT |= {28: (HIDDEN,), 29: (STRUCK,)}


class Pen(NamedTuple):
    """What text is written with."""

    foreground: Colour = None
    background: Colour = None
    attributes: frozenset[int] = frozenset()


PLAIN = Pen()


@lru_cache(maxsize=4096)
def changed(pen: Pen, parameters: str) -> Pen:
    """The pen after an SGR sequence with those parameters; what is not known changes nothing."""
    numbers = [_number(each) for each in parameters.replace(":", ";").split(";")]
    foreground, background, attributes = pen
    at = 0
    while at < len(numbers):
        code = numbers[at]
        at += 1
        if code == 0:
            foreground, background, attributes = PLAIN
        elif code <= 9:
            attributes |= {code}
        elif code in _NOT:
            attributes -= {*_NOT[code]}
        elif code == 21:
            attributes |= {UNDERLINE}
        elif code in (38, 48):
            colour, at = _extended(numbers, at)
            foreground, background = (colour, background) if code == 38 else (foreground, colour)
        elif 30 <= code <= 37 or 90 <= code <= 97:
            foreground = code - 30 if code < 90 else code - 82
        elif 40 <= code <= 47 or 100 <= code <= 107:
            background = code - 40 if code < 100 else code - 92
        elif code == 39:
            foreground = None
        elif code == 49:
            background = None
    return Pen(foreground, background, attributes)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 5 else 0


def _extended(numbers: Sequence[int], at: int) -> tuple[Colour, int]:
    """The colour that begins there, and where what follows begins."""
    if numbers[at : at + 1] == [5]:
        index = numbers[at + 1 : at + 2]
        return (index[0] if index and index[0] <= 255 else None), at + 2
    if numbers[at : at + 1] == [2]:
        parts = numbers[at + 1 : at + 4]
        if len(parts) == 3 and max(parts) <= 255:
            return (parts[0], parts[1], parts[2]), at + 4
        return None, at + 4
    return None, at + 1


@lru_cache(maxsize=4096)
def sequence(pen: Pen, colours: ColorSystem | None) -> str:
    """What makes a terminal of so many colours draw like that, whatever it did before."""
    codes = ["0", *(str(each) for each in sorted(pen.attributes))]
    if colours is not None:
        codes += _codes(pen.foreground, colours, foreground=True)
        codes += _codes(pen.background, colours, foreground=False)
    return f"\x1b[{';'.join(codes)}m"


def _codes(colour: Colour, colours: ColorSystem, *, foreground: bool) -> tuple[str, ...]:
    if colour is None:
        return ()
    known = Color.from_ansi(colour) if isinstance(colour, int) else Color.from_rgb(*colour)
    return known.downgrade(colours).get_ansi_codes(foreground)
