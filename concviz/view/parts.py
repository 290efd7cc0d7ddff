"""Runs below each other on one time axis, each with a caption, and with numbered pins in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from concviz.view.faces import Face, style_of
from concviz.view.lanes import HIGHEST, Lanes, cells_of
from concviz.view.legend import Used, signs_of
from concviz.view.painting import Painted, blank, with_lines
from concviz.view.roles import Role
from concviz.view.signs import Mark
from concviz.view.stack import Block
from concviz.view.viewport import Viewport

PIN = style_of(Role.SELECTED, Face.NOTE)
CAPTION = style_of(Role.SELECTED)


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


def lines_of(parts: Sequence[tuple[int, bool]], height: int) -> int:
    """How many lines parts take, each of so many rows and with or without a caption."""
    gaps = max(0, len(parts) - 1) * (height == HIGHEST)
    return sum(cells_of(max(1, rows), height) + captioned for rows, captioned in parts) + gaps


def height_in(parts: Sequence[tuple[int, bool]], room: int) -> int:
    """How high each row can be for all to be in view; one at least."""
    for height in range(HIGHEST, 1, -1):
        if lines_of(parts, height) <= room:
            return height
    return 1


def paint_parts(parts: Sequence[Part], view: Viewport, room: int) -> Picture:
    """All parts, the rows as high as there is room for all of them."""
    height = height_in([(part.lanes.count, bool(part.caption)) for part in parts], room)
    ticks = [cell for cell, _ in view.ticks().cells]
    names: list[str] = []
    lines: list[Painted] = []
    pictures = []
    for part in parts:
        if names and height == HIGHEST:
            names.append("")
            lines.append(blank(view.width))
        if part.caption:
            names.append("")
            lines.append(blank(view.width).with_note(0, part.caption, CAPTION))
        rows = _rows(part, view, height, ticks)
        named = part.lanes.names(range(part.lanes.count))
        names += [
            named[at // height] if at % height == 0 and at // height < len(named) else ""
            for at in range(len(rows))
        ]
        lines += _pinned(part, rows, view, height)
        pictures.append((part.block.run, rows))
    return Picture(names, lines, signs_of(pictures))


def _rows(part: Part, view: Viewport, height: int, ticks: Sequence[int]) -> list[Painted]:
    """Bars, faint lines below the ruler's marks, and a line at the end of a run that has one."""
    run = part.block.run
    rows = [
        with_lines(row, ticks)
        for lane in range(part.lanes.count)
        for row in part.lanes.paint(lane, view, part.block.end, height)
    ] or [blank(view.width)]
    if height == HIGHEST and len(rows) > 1:
        rows.pop()  # nothing is below the last one
    end = view.cell(part.block.length - 1) + 1
    if run.ended and 0 <= end < view.width:
        rows = [row.with_note(end, Mark.RUN_END.glyph, Role.RULER) for row in rows]
    return rows


def _pinned(part: Part, rows: list[Painted], view: Viewport, height: int) -> list[Painted]:
    pinned = list(rows)
    for pin in part.pins:
        line = pin.row * height
        cell = view.cell(pin.t_ns - part.block.run.started)
        if 0 <= line < len(rows) and 0 <= cell < view.width:
            at = max(0, min(cell, view.width - len(pin.words)))
            pinned[line] = pinned[line].with_note(at, pin.words, PIN)
    return pinned


def wanted_lines(parts: Sequence[tuple[int, bool]], most: int) -> int:
    """Of so many lines, how many there is use for."""
    return min(most, lines_of(parts, height_in(parts, most)))
