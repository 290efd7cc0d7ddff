"""Colours of the states, as variables that a theme may set: ``$state-running``, ``$state-io``, …"""

from __future__ import annotations

from textual.theme import Theme

_DARK = {
    "running": "#4ebf71",
    "core-wait": "#e5c454",
    "gil-wait": "#e5534b",
    "lock": "#d26ad2",
    "thread-wait": "#b9a6f2",
    "io": "#5c9dff",
    "sleep": "#46c3cf",
    "other": "#9aa0a6",
}
_LIGHT = {
    "running": "#1a7f37",
    "core-wait": "#9a6700",
    "gil-wait": "#cf222e",
    "lock": "#8f2fb8",
    "thread-wait": "#6a55c4",
    "io": "#0550ae",
    "sleep": "#0f7686",
    "other": "#6e7781",
}
_ANSI = {
    "running": "ansi_green",
    "core-wait": "ansi_yellow",
    "gil-wait": "ansi_red",
    "lock": "ansi_magenta",
    "thread-wait": "ansi_bright_magenta",
    "io": "ansi_blue",
    "sleep": "ansi_cyan",
    "other": "ansi_bright_black",
}


def state_colours(theme: Theme) -> dict[str, str]:
    """The colours that suit a theme, unless it has its own."""
    colours = _ANSI if theme.name.startswith("ansi") else _DARK if theme.dark else _LIGHT
    return {f"state-{name}": colour for name, colour in colours.items()}
