"""The words of the tour's screen at each of its stages."""

from __future__ import annotations

from collections.abc import Iterator

from concviz.tour.telling import END, account, asked, noticed, outcome
from concviz.tour.walk import Number, Stage, Walk
from concviz.tui.widgets.scene_words import QUIET, STRONG, Said
from concviz.view.parts import Pin


def words(walk: Walk, chosen: Number | None) -> Iterator[Said]:
    """What is said now; ``chosen`` is the number that the keys change."""
    scene = walk.scene
    if walk.stage is Stage.OVER:
        yield Said(END, STRONG)
        yield Said("The lab is where all of this can be tried: Escape leads there.", QUIET)
        for mark, text in account(walk):
            yield Said(text, QUIET if mark.isspace() else "", mark.rstrip() or "   ")
        return
    if walk.stage is Stage.NOTICING:
        yield from _after(walk, chosen)
        return
    for paragraph in scene.text.split("\n\n"):
        yield Said(" ".join(paragraph.split()))
    if scene.picture is not None:
        for line in scene.picture():
            yield Said(line, QUIET, "·")
    if walk.stage is not Stage.READING:
        yield Said(walk.question.text, STRONG)
    if walk.stage is Stage.RUNNING and walk.guess is not None:
        yield Said(f"Your guess: {walk.answers[walk.guess]}.")


def _after(walk: Walk, chosen: Number | None) -> Iterator[Said]:
    lead = asked(walk).text if walk.runs and not walk.trouble else ""
    yield Said(outcome(walk), STRONG, lead=lead)
    for each in noticed(walk.scene, walk.runs):
        pinned = each.number is not None
        mark = Pin(each.number, 0, 0).words if each.number is not None else "·"
        yield Said(each.text, mark=mark, pinned=pinned)
    if chosen is not None:
        yield Said(change(walk, chosen), QUIET)


BAR = 24
"""Cells of the line that shows how far the tour is."""


def progress(walk: Walk) -> str:
    """For example "━━━━━━━━━━──────────── 5 of 12"."""
    number, scenes = walk.at + 1, len(walk.scenes)
    done = number * BAR // scenes
    return f"{'━' * done}{'─' * (BAR - done)} {number} of {scenes}"


def change(walk: Walk, chosen: Number) -> str:
    """What can be changed, and how."""
    names = walk.changeable
    numbers = ", ".join(
        f"{name} [{walk.number(name)}]" if name == chosen else f"{name} {walk.number(name)}"
        for name in names
    )
    other = ", c the other" if len(names) > 1 else ""
    return f"Change it: {numbers}. + and - change {chosen}{other}; r runs it again."
