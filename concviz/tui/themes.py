"""Colours of our roles, as variables that a theme may set: ``$state-running``, ``$state-io``, …

And which theme suits the terminal. Sixteen colours are whatever the person made of them: a theme of
millions comes out as other hues there, an orange accent as the red of an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rich.console import COLOR_SYSTEMS, Console
from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

from concviz.view.roles import Role

DARK, LIGHT = "ansi-dark", "ansi-light"
"""Names of the themes of sixteen colours."""
LIGHT_BACKGROUNDS = ("7", "15")
"""Of ``COLORFGBG``, which some terminals set: a pale one, and white."""
ACCENTS = {DARK: ("ansi_cyan", "ansi_yellow"), LIGHT: ("ansi_blue", "ansi_magenta")}
"""What is at hand, and warnings: neither is red or green, which say how something went."""


def state_colours(theme: Theme) -> dict[str, str]:
    """The colours that suit a theme, unless it has its own."""
    ansi = theme.name.startswith("ansi")
    return {
        role.theme.removeprefix("$"): f"ansi_{role.ansi}"
        if ansi
        else (role.dark if theme.dark else role.light)
        for role in Role
        if role.dark
    }


def few_colours(environ: Mapping[str, str]) -> bool:
    """Whether a terminal with that environment has no more than sixteen colours."""
    asked = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if asked not in ("auto", *COLOR_SYSTEMS):
        asked = "auto"
    console = Console(color_system=asked, force_terminal=True, _environ=environ)  # type: ignore[arg-type]
    return console.color_system in ("standard", None)


def fitting(chosen: str | None, environ: Mapping[str, str]) -> str | None:
    """The theme for a terminal with that environment; None: Textual's usual one.

    What was chosen counts, except where the terminal has not the colours for it: then that which is
    as dark or light.
    """
    if not few_colours(environ) or (chosen or "").startswith("ansi"):
        return chosen
    theme = BUILTIN_THEMES.get(chosen or "")
    if theme is not None:
        return DARK if theme.dark else LIGHT
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in LIGHT_BACKGROUNDS else DARK


def register(app: App[Any]) -> None:
    """The themes of sixteen colours, with an accent that looks like no error."""
    for name, (accent, warning) in ACCENTS.items():
        theme = BUILTIN_THEMES[name]
        keys = {"footer-key-foreground": accent}
        variables = {**theme.variables, **keys}
        app.register_theme(replace(theme, accent=accent, warning=warning, variables=variables))
