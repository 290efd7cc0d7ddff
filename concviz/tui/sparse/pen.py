"""What a terminal writes with: attributes, colours, a link; how to change it in few bytes.

The numbers are those of "Select Graphic Rendition" (ECMA-48, 8.3.117; colours: ITU-T T.416).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27"}
"""What switches an attribute off, of those that terminals agree about; for others, all is reset."""
SEEN_ON_BLANKS = frozenset(("4", "5", "6", "7", "9", "21", "51", "52", "53"))
"""Attributes that change how a space looks."""


class Pen(NamedTuple):
    """Colours are SGR numbers, as "38;5;12", and empty for the terminal's own."""

    attributes: frozenset[str] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""
    """What follows "OSC 8;": an id and an address; empty for none."""


PLAIN = Pen()


@lru_cache(maxsize=4096)
def pen_of(sgr: str, link: str = "") -> Pen:
    """The pen that these SGR numbers make of a plain one."""
    attributes: set[str] = set()
    foreground = background = ""
    numbers = iter(sgr.split(";") if sgr else ())
    for number in numbers:
        if number in ("38", "48"):
            kind = next(numbers)
            colour = [number, kind, *(next(numbers) for _ in range(1 if kind == "5" else 3))]
            if number == "38":
                foreground = ";".join(colour)
            else:
                background = ";".join(colour)
        elif number in ("39", "49"):
            continue  # the terminal's own, as it is
        elif len(number) > 1 and number[:-1] in ("3", "9"):
            foreground = number
        elif len(number) > 1 and number[:-1] in ("4", "10"):
            background = number
        else:
            attributes.add(number)
    return Pen(frozenset(attributes), foreground, background, link)


@lru_cache(maxsize=4096)
def for_blanks(pen: Pen) -> Pen:
    """The plainest pen with which a space looks the same."""
    if pen.attributes & SEEN_ON_BLANKS:
        return pen
    return Pen(background=pen.background, link=pen.link)


@lru_cache(maxsize=16384)
def change(before: Pen, after: Pen) -> str:
    """Control sequences that make the one of the other."""
    link = "" if before.link == after.link else f"\x1b]8;{after.link or ';'}\x1b\\"
    if before[:3] == after[:3]:
        return link
    gone = before.attributes - after.attributes
    if all(number in OFF for number in gone):
        off = sorted({OFF[number] for number in gone})
        # bold and dim share the number that switches them off
        kept = before.attributes - gone - ({"1", "2"} if "22" in off else set())
        numbers = [*off, *sorted(after.attributes - kept)]
        if before.foreground != after.foreground:
            numbers.append(after.foreground or "39")
        if before.background != after.background:
            numbers.append(after.background or "49")
        step = ";".join(numbers)
    else:
        step = ""
    anew = ";".join(filter(None, [*sorted(after.attributes), after.foreground, after.background]))
    anew = f"0;{anew}" if anew else ""
    shortest = step if step and len(step) < len(anew) else anew
    return f"{link}\x1b[{shortest}m"


@lru_cache(maxsize=16384)
def change_for_blanks(before: Pen, after: Pen) -> tuple[str, Pen]:
    """The same, to write spaces, which need less; and the pen that is held then."""
    if for_blanks(before) == for_blanks(after):
        return "", before
    anew = change(before, after)
    if not (before.attributes | after.attributes) & SEEN_ON_BLANKS:
        held = before._replace(background=after.background, link=after.link)
        step = change(before, held)
        if len(step) <= len(anew):
            return step, held
    return anew, after
