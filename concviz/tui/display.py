"""How the lab is drawn on this terminal: how often, in which glyphs, with or without colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FPS, FAR_FPS = 30, 10
"""Pictures a second, at most: here, and through SSH."""
FEWEST_FPS, MOST_FPS = 1, 60
FEW_GLYPHS = ("linux", "vt", "ansi", "cons25", "sun")
"""Beginnings of the names of terminals that have letters and hardly more, whatever the encoding."""
COLOURLESS = ("vt1", "vt2")
"""Of those that never had a colour."""


@dataclass(frozen=True)
class Display:
    """What suits a terminal, unless somebody says otherwise."""

    fps: int = FPS
    ascii: bool = False
    colourless: bool = False


def display_for(
    environ: Mapping[str, str], *, draws: bool, fps: int | None = None, ascii: bool = False
) -> Display:
    """For a terminal with that environment; ``draws``: its encoding has our glyphs."""
    term = environ.get("TERM", "")
    return Display(
        fps if fps is not None else FAR_FPS if "SSH_CONNECTION" in environ else FPS,
        ascii or not draws or term.startswith(FEW_GLYPHS),
        term.startswith(COLOURLESS),
    )
