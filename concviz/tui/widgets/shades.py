"""The screen's colours for each face of a cell: a bar's ground is a shade of its colour.

A terminal of sixteen colours has no shades: there the ground of all bars is the palette's grey.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from textual.color import Color

from concviz.view.faces import Face

SHADE, STRONGER = 0.26, 0.46
"""How much of the colour is in the ground of a bar, and of the selected task's."""
WEAKER = 0.55
"""How much of the colour is left where no task runs."""
LIGHTER, LIGHTEST = 0.35, 0.75
_WHITE = Color(255, 255, 255)
_GREY, _BRIGHT = 8, 8
"""Of the palette: bright black, and how much further the bright ones are."""


def _palette(number: int) -> Color:
    return Color(0, 0, 0, ansi=number)


class Ground(NamedTuple):
    """What stands there before anything is drawn."""

    background: Color
    text: Color
    accent: Color
    dark: bool
    palette: bool
    """Whether only the terminal's sixteen colours can be had."""


def dress(face: Face, hue: Color, ground: Ground) -> Style:
    """The colours and attributes of a cell in that face."""
    if face in (Face.PLAIN, Face.NOTE):
        below = ground.background
        if face is Face.NOTE and not ground.dark and not ground.palette:
            below = hue + hue.get_contrast_text(1.0)  # on a light hue a light ground is not read
        reverse = face is Face.NOTE or None
        return Style(color=hue.rich_color, bgcolor=below.rich_color, reverse=reverse)
    if face is Face.OUTSIDE:
        if ground.palette:
            on = ground.background.rich_color
            return Style(color=hue.rich_color, bgcolor=on, dim=True)
        weaker = ground.background.blend(hue, WEAKER)
        return Style(color=weaker.rich_color, bgcolor=ground.background.rich_color)
    shades = _of_palette(hue, ground) if ground.palette else _mixed(hue, ground)
    colour, background = shades[face]
    named = face in (Face.NAME, Face.SOLID_NAME, Face.CHOSEN_NAME, Face.SOLID_CHOSEN_NAME)
    return Style(
        color=colour.rich_color,
        bgcolor=background.rich_color,
        bold=named or None,
        underline=face >= Face.CHOSEN or None,
    )


_Shades = dict[Face, tuple[Color, Color]]
"""Colour and background."""


def _mixed(hue: Color, ground: Ground) -> _Shades:
    shade, stronger = (ground.background.blend(hue, share) for share in (SHADE, STRONGER))
    lighter = hue.blend(_WHITE, LIGHTER)
    on_hue, on_lighter = (
        each + each.get_contrast_text(1.0).with_alpha(0.9) for each in (hue, lighter)
    )
    return {
        Face.FILL: (hue, shade),
        Face.SOLID: (hue, hue),
        Face.NAME: (ground.text, shade),
        Face.SOLID_NAME: (on_hue, hue),
        Face.SOLID_START: (hue.blend(_WHITE, LIGHTEST), hue),
        Face.CHOSEN: (hue, stronger),
        Face.SOLID_CHOSEN: (lighter, lighter),
        Face.CHOSEN_NAME: (ground.accent, stronger),
        Face.SOLID_CHOSEN_NAME: (on_lighter, lighter),
    }


def _of_palette(hue: Color, ground: Ground) -> _Shades:
    number = hue.ansi if hue.ansi is not None else 7
    if ground.dark:
        grey, text, bright = _palette(_GREY), _palette(15), _palette(number % 8 + _BRIGHT)
        on_hue = _palette(0)
        if number == _GREY:
            bright = _palette(7)
    else:
        grey, text, bright, on_hue = _palette(7), _palette(0), hue, _palette(15)
    return {
        Face.FILL: (bright, grey),
        Face.SOLID: (bright, bright),
        Face.NAME: (text, grey),
        Face.SOLID_NAME: (on_hue, bright),
        Face.SOLID_START: (_palette(15 if ground.dark else 0), bright),
        Face.CHOSEN: (bright, grey),
        Face.SOLID_CHOSEN: (bright, bright),
        Face.CHOSEN_NAME: (text, grey),
        Face.SOLID_CHOSEN_NAME: (on_hue, bright),
    }
