"""What a program said was so from a time on: a tick on the ruler with words, one on its lane."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from concviz.model.entities import Mark
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.sanitize import sanitize
from concviz.view import signs
from concviz.view.names import on_bar
from concviz.view.painting import Painted
from concviz.view.viewport import Viewport

SIGN = signs.Mark.MARKED
WORDS = 24
"""Cells that the words of one may take."""


def in_view(run: Run, view: Viewport) -> list[tuple[int, Mark]]:
    """Those that are, each with its cell; of several in one cell the first."""
    if run.started == UNKNOWN or not run.marks:
        return []
    first, last = run.started + view.time(0), run.started + view.end
    begin, end = (bisect_left(run.marks, t, key=lambda mark: mark.t_ns) for t in (first, last))
    found: dict[tuple[int, int], Mark] = {}
    for mark in run.marks[begin:end]:
        found.setdefault((view.cell(mark.t_ns - run.started), mark.worker), mark)
    return [(cell, mark) for (cell, _), mark in found.items()]


def on_ruler(ruler: Painted, marks: Sequence[tuple[int, Mark]]) -> Painted:
    """The ruler with all of them, and the words of those for which there is room."""
    free = 0
    cells = [cell for cell, _ in marks]
    for place, (cell, mark) in enumerate(marks):
        following = cells[place + 1] if place + 1 < len(cells) else len(ruler.text)
        room = min(WORDS, following - cell - 1)
        said = on_bar(sanitize(mark.label), max(0, room))
        if cell >= free:
            pad = " " if said and len(said) < room else ""
            ruler = ruler.with_note(cell, f"{SIGN.glyph}{said}{pad}", SIGN.role)
            free = cell + 1
    return ruler


def on_lane(rows: list[Painted], marks: Sequence[tuple[int, Mark]], worker: int) -> list[Painted]:
    """The lines of a worker's row with its own, in the line of glyphs."""
    at = min(1, len(rows) - 1)
    for cell, mark in marks:
        if mark.worker == worker:
            rows[at] = rows[at].with_note(cell, SIGN.glyph, SIGN.role)
    return rows
