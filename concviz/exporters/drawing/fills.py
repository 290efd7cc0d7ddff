"""What a piece of a bar is filled with: its colour, and its glyph, which tells it without colour.

The glyphs are those of the screen, in a pattern: so a new sign needs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from concviz.exporters.drawing.elements import element
from concviz.exporters.drawing.palette import Palette
from concviz.view.faces import is_bar, is_solid
from concviz.view.roles import Role
from concviz.view.signs import Kind, Shown, Sign, role_of

ADVANCE = 0.602
"""Width of a character of the usual monospaced fonts, in its font size."""
FONT = 13
CELL = FONT * ADVANCE
LINE = 18
"""From one line of words to the next."""
_TILE = 7
"""Width of a glyph in a bar: whole pixels, at which patterns have no seams."""
STRIP = 14
NAMES = 13
"""Height of a strip of glyphs, and of the strip of names above it in a high bar."""
LOW, HIGH = STRIP, NAMES + STRIP
FAMILY = '"DejaVu Sans Mono","Liberation Mono",Menlo,Consolas,monospace'


def key(sign: Sign | Role) -> str:
    """A sign or a role as a name in a style sheet."""
    return sign.name.lower().replace("_", "-")


def colours(of: Palette) -> dict[str, str]:
    """All colours that a picture needs, by name."""
    found = {"ground": of.ground, "words": of.words, "faint": of.faint, "line": of.line}
    for role in Role:
        found |= {key(role): of.of(role), f"{key(role)}-shade": of.shade(role)}
        found[f"{key(role)}-on"] = of.on(role)
    return found


def style_sheet(value: Callable[[str], str]) -> str:
    """The rules for what is drawn; ``value`` says what stands there for a colour's name."""
    rules = [
        f"text{{font-family:{FAMILY};font-size:{FONT}px;fill:{value('words')};white-space:pre}}",
        f".ground{{fill:{value('ground')}}}",
        f".faint{{fill:{value('faint')}}}",
        f".grid{{stroke:{value('line')}}}",
        f".end{{stroke:{value('faint')}}}",
        ".strong{font-weight:bold}",
        ".small{font-size:11px}",
        f".halo{{stroke:{value('ground')};stroke-width:3px;stroke-linejoin:round;"
        "paint-order:stroke}",
        f".glyph{{font-size:{_TILE / ADVANCE:.2f}px}}",
    ]
    for role in Role:
        name = key(role)
        rules += [
            f".c-{name}{{fill:{value(name)}}}",
            f".h-{name}{{fill:{value(f'{name}-shade')}}}",
            f".o-{name}{{fill:{value(f'{name}-on')}}}",
            f".l-{name}{{fill:none;stroke:{value(name)}}}",
        ]
    return "".join(rules)


def literal(of: Palette) -> Callable[[str], str]:
    """Colours as they are."""
    found: Mapping[str, str] = colours(of)
    return found.__getitem__


class Fills:
    """Fills rectangles, and remembers the patterns that it takes."""

    def __init__(self) -> None:
        self._used: dict[tuple[Shown, int], str] = {}

    def rect(self, sign: Shown, x: float, width: float, height: int, y: float = 0) -> str:
        """A piece of a row so high, whose top is at ``y`` of its coordinates."""
        if sign is Kind.PARTLY:  # as high as its glyph
            y, height = y + height - STRIP / 2, STRIP // 2
        box = {"x": x, "y": y or None, "width": width, "height": height}
        role = key(role_of(sign))
        if is_solid(sign) or sign is Kind.PARTLY:
            return element("rect", class_=f"c-{role}", **box)
        name = self._used.setdefault((sign, height), f"p-{key(sign)}-{height}")
        ground = element("rect", class_=f"h-{role}", **box) if is_bar(sign) else ""
        return ground + element("rect", fill=f"url(#{name})", **box)

    def definitions(self) -> str:
        """The patterns of all that was filled."""
        found = (self._pattern(*each, name) for each, name in self._used.items())
        return element("defs", *found) if self._used else ""

    def _pattern(self, sign: Shown, height: int, name: str) -> str:
        glyph = element("text", sign.glyph, class_=f"glyph c-{key(role_of(sign))}", y=height - 3)
        size = {"width": _TILE, "height": height}
        return element("pattern", glyph, id=name, patternUnits="userSpaceOnUse", **size)
