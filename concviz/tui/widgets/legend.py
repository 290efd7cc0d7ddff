"""The line below the timeline: what the glyphs mean, and how much of the time each state took."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style
from rich.text import Text

from concviz.model.bars import KINDS
from concviz.model.rows import Kind
from concviz.model.states import OF_THREADS, State
from concviz.model.words import shares

GLYPHS = {
    Kind.BUSY: ("busy", "busy"),
    Kind.QUEUED: ("queued", "queue"),
    Kind.STARTING: ("starting up", "start"),
    Kind.RETURNING: ("returning", "return"),
    Kind.FAILED: ("failed", "fail"),
    Kind.LOST: ("lost or stopped", "lost"),
}
Styles = Callable[[Kind], Style]
Words = Callable[[State, bool], str]
"""Of a state; true: in a short word."""


def by_task(width: int) -> Text:
    """The meaning of the glyphs, in as many words as fit."""
    for gap, name in ("  ", 0), (" ", 1):
        text = gap.join(f"{kind.glyph} {names[name]}" for kind, names in GLYPHS.items())
        if len(text) <= width:
            return Text(text)
    return Text(_fitting([f"{kind.glyph} {names[1]}" for kind, names in GLYPHS.items()], width))


def by_state(spent: Sequence[int], width: int, style: Styles, words: Words) -> Text:
    """The states that occur and their share, the largest first; then the other glyphs, if any fit.

    Without any time to share, what the states' glyphs mean.
    """
    found = shares(spent)
    states = [state for state, _ in found] or list(OF_THREADS)
    said = [f" {share * 100:.0f}%" for _, share in found] or [""] * len(states)
    phases = [Kind.QUEUED, Kind.STARTING, Kind.RETURNING]
    for short in (False, True):
        text = Text(no_wrap=True)
        for left, state, share in zip(range(len(states), 0, -1), states, said, strict=True):
            kind = KINDS[state]
            entry = Text.assemble((kind.glyph, style(kind)), f" {words(state, short)}{share}")
            room = width - (len(f"  +{left - 1}") if left > 1 else 0)
            if text.cell_len + 2 * bool(text) + entry.cell_len > room:
                text.append(f"  +{left}" if text else "")
                break
            text.append("  " if text else "").append_text(entry)
        else:
            break
    for kind in phases:
        entry = Text(f"{kind.glyph} {GLYPHS[kind][1]}")
        if text.cell_len + 2 + entry.cell_len <= width:
            text.append("  ").append_text(entry)
    return text


def _fitting(entries: list[str], width: int) -> str:
    while len(text := " ".join(entries)) > width and entries:
        entries.pop()
    return text
