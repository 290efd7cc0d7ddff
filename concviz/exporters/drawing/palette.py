"""Colours of pictures that bring their own ground: every role's, dark and light.

A role of a state has them itself. The others name a variable of the screen's theme, which are here.
Contrast to the ground is at least 3 for what is drawn, and 4.5 for words (tests hold that).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from concviz.view.roles import Role

SHADE = 0.26
"""How much of the colour is in the ground of a bar, as on the screen."""
VARIABLES = {
    "$foreground": ("#e4e4e7", "#1f2328"),
    "$text-muted": ("#9da3ab", "#59636e"),
    "$primary": ("#4ea1f0", "#0a5fae"),
    "$primary-darken-2": ("#3a86cc", "#3d82c4"),
    "$secondary": ("#8c9aa8", "#66727f"),
    "$accent": ("#ffa62b", "#a35c00"),
    "$warning": ("#d9a441", "#8a5a00"),
    "$error": ("#f2616b", "#c4213a"),
    "$error-darken-2": ("#d0708f", "#9b3f63"),
}
"""Variables of themes that roles name: dark, light."""


@dataclass(frozen=True)
class Palette:
    """What a picture is drawn in, as ``#rrggbb``."""

    dark: bool
    ground: str
    words: str
    faint: str
    line: str
    """Of the time axis, through the rows."""

    def of(self, role: Role) -> str:
        """The colour of a role."""
        own = role.dark if self.dark else role.light
        return own or VARIABLES[role.theme.split()[0]][not self.dark]

    def shade(self, role: Role) -> str:
        """Of the ground of a bar in that colour."""
        return blend(self.ground, self.of(role), SHADE)

    def on(self, role: Role) -> str:
        """Words on that colour itself."""
        return max(("#000000", "#ffffff"), key=lambda each: contrast(each, self.of(role)))


@cache
def palette(dark: bool) -> Palette:
    """The one for a dark ground, or a light one."""
    words, faint = (VARIABLES[name][not dark] for name in ("$foreground", "$text-muted"))
    ground = "#14161a" if dark else "#ffffff"
    return Palette(dark, ground, words, faint, blend(ground, words, 0.16))


def blend(ground: str, colour: str, share: float) -> str:
    """So much of a colour on a ground."""
    mixed = (round(a + (b - a) * share) for a, b in zip(_rgb(ground), _rgb(colour), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (each / 255 for each in _rgb(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
