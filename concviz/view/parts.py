"""Runs below each other on one time axis, each with a caption, and with numbered pins in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from concviz.view.faces import Face, style_of
from concviz.view.lanes import Lanes
from concviz.view.legend import Used, signs_of
from concviz.view.painting import Painted, blank, with_lines
from concviz.view.roles import Role
from concviz.view.row_heights import HIGHEST, cells_of
from concviz.view.signs import Mark
from concviz.view.stack import Block
from concviz.view.viewport import Viewport

PIN = style_of(Role.SELECTED, Face.NOTE)
CAPTION = style_of(Role.IDLE)


class Pin(NamedTuple):
    """A place in a picture that words beside it speak of by its number."""

    number: int
    row: int
    t_ns: int
    """Of the run's clock."""

    @property
    def words(self) -> str:
        """The same in the picture and before the words."""
        return f"({self.number})"


class Part(NamedTuple):
    """A run with what is drawn beside its rows."""

    block: Block
    lanes: Lanes
    """Of its run."""
    caption: str
    """A line of its own above the rows; "" where there is none."""
    pins: Sequence[Pin] = ()


class Picture(NamedTuple):
    """All of them."""

    names: list[str]
    """What stands at the left of each line."""
    lines: list[Painted]
    used: Used
    """What the legend is to explain."""


Size = tuple[int, bool]
"""Of a part: how many rows it has, and whether it has a caption."""


def lines_of(parts: Sequence[Size], height: int = 1) -> int:
    """How many lines parts take, with rows of that height."""
    gaps = max(0, len(parts) - 1) * (height == HIGHEST)
    return sum(cells_of(max(1, rows), height) + captioned for rows, captioned in parts) + gaps


def height_in(parts: Sequence[Size], room: int) -> int:
    """How high each row can be for all to be in view; one at least."""
    for height in range(HIGHEST, 1, -1):
        if lines_of(parts, height) <= room:
            return height
    return 1


def rows_each(parts: Sequence[Size], room: int) -> int:
    """How many rows of each part there is room for; one at least."""
    each = max((rows for rows, _ in parts), default=1)
    while each > 1 and lines_of([(min(rows, each), caption) for rows, caption in parts]) > room:
        each -= 1
    return each


def paint_parts(parts: Sequence[Part], view: Viewport, room: int) -> Picture:
    """All parts, the rows as high as there is room for all of them.

    Where there is too little room each has fewer of them: those with pins, and the first ones.
    """
    sizes = [(part.lanes.count, bool(part.caption)) for part in parts]
    height, each = height_in(sizes, room), rows_each(sizes, room)
    ticks = [cell for cell, _ in view.ticks().cells]
    names: list[str] = []
    lines: list[Painted] = []
    pictures = []
    for part in parts:
        if names and height == HIGHEST:
            names.append("")
            lines.append(blank(view.width))
        chosen = _chosen(part, each)
        if part.caption:
            names.append("")
            caption = part.caption
            if len(chosen) < part.lanes.count:
                caption += f" · {len(chosen)} of {part.lanes.count} rows"
            lines.append(blank(view.width).with_note(0, caption, CAPTION))
        rows = _rows(part, chosen, view, height, ticks)
        named = [part.lanes.names(range(lane, lane + 1))[0] for lane in chosen]
        below = [""] * (height - 1)
        names += [name for own in named or [""] for name in (own, *below)][: len(rows)]
        lines += _pinned(part, chosen, rows, view, height)
        pictures.append((part.block.run, rows))
    return Picture(names, lines, signs_of(pictures))


def _chosen(part: Part, most: int) -> list[int]:
    """Which of its lanes are drawn, of so many at most."""
    count = part.lanes.count
    pinned = dict.fromkeys(pin.row for pin in part.pins if pin.row < count)
    return sorted([*dict.fromkeys([*pinned, *range(count)])][:most])


def _rows(
    part: Part, chosen: Sequence[int], view: Viewport, height: int, ticks: Sequence[int]
) -> list[Painted]:
    """Bars, faint lines below the ruler's marks, and a line at the end of a run that has one."""
    run = part.block.run
    rows = [
        with_lines(row, ticks)
        for lane in chosen
        for row in part.lanes.paint(lane, view, part.block.end, height)
    ] or [blank(view.width)]
    if height == HIGHEST and len(rows) > 1:
        rows.pop()  # nothing is below the last one
    end = view.cell(part.block.length - 1) + 1
    if run.ended and 0 <= end < view.width:
        rows = [row.with_note(end, Mark.RUN_END.glyph, Role.RULER) for row in rows]
    if not part.caption and (more := part.lanes.count - len(chosen)):
        note = f" +{more:,} more "
        at = max(0, view.width - len(note))
        rows[-1] = rows[-1].with_note(at, note, style_of(Role.RULER, Face.NOTE))
    return rows


def _pinned(
    part: Part, chosen: Sequence[int], rows: list[Painted], view: Viewport, height: int
) -> list[Painted]:
    """The rows with pins, beside each other where they are at the same place."""
    pinned = list(rows)
    taken: dict[int, list[range]] = {}
    for pin in part.pins:
        cell = view.cell(pin.t_ns - part.block.run.started)
        if pin.row not in chosen or not 0 <= cell < view.width:
            continue
        line = chosen.index(pin.row) * height + (height > 1)  # below the line of names
        others = taken.setdefault(line, [])
        at = _beside(others, len(pin.words), cell, view.width)
        others.append(range(at, at + len(pin.words)))
        pinned[line] = pinned[line].with_note(at, pin.words, PIN)
    return pinned


def _beside(taken: Sequence[range], length: int, cell: int, width: int) -> int:
    """The free place for so many cells that is nearest to that one; that one if there is none."""
    last = max(0, width - length)
    cell = min(cell, last)
    free = [
        at
        for at in range(last + 1)
        if not any(at < other.stop and other.start < at + length for other in taken)
    ]
    return min(free, key=lambda at: abs(at - cell), default=cell)


def wanted_lines(parts: Sequence[Size], most: int) -> int:
    """Of so many lines, how many there is use for."""
    return min(most, lines_of(parts, height_in(parts, most)))
