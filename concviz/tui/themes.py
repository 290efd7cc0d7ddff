"""Colours of our roles, as variables that a theme may set: ``$state-running``, ``$state-io``, …"""

from __future__ import annotations

from textual.theme import Theme

from concviz.view.roles import Role


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
