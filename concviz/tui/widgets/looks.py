"""Colours and styles in the words of the theme, for widgets that draw themselves.

Textual's component classes do the same, but each is a rule of the stylesheet and a node that it is
applied to, also for what nobody sees yet: some forty of them were a tenth of what the panes took.
"""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

AUTOMATIC = "auto"
"""Black or white, whichever is read better, in the words of a theme."""


def look(widget: Widget, words: str, emphasis: str = "none", on: str = "") -> Style:
    """Text in a colour such as "$text-accent" or "$foreground 60%"; emphasis is, say, "bold".

    ``on`` is another background than the widget's.
    """
    background = colour(widget, on) if on else ground(widget)
    text = colour(widget, words, background)
    colours = Style(color=text.rich_color, bgcolor=background.rich_color)
    return widget.rich_style + colours + Style.parse(emphasis)


def colour(widget: Widget, words: str, background: Color | None = None) -> Color:
    """A colour as it looks there; else on what the text of a widget stands on."""
    variable, share = _parted(words.removeprefix("$"))
    name, its_share = _parted(widget.app.theme_variables[variable])
    on, alpha = background or ground(widget), share * its_share
    if name == AUTOMATIC:
        return on + on.get_contrast_text(alpha)
    found = Color.parse(name)
    return found if found.ansi is not None else on + found.multiply_alpha(alpha)


def _parted(words: str) -> tuple[str, float]:
    """A name, and which share of it: "auto 60%"."""
    name, _, percent = words.partition(" ")
    return name, float(percent.rstrip("%") or 100) / 100


def ground(widget: Widget) -> Color:
    """What the text of a widget stands on."""
    return widget.background_colors[1]
