"""From segments to cells: a painted row is its glyphs and, for each, the number of a style.

Rows of a picture are painted anew and compared with what is on the screen; only cells that differ
are written. Pure: no widget, no clock.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from concviz.model.rows import Kind, Segment

LAST_CELL = "▊"
"""Ends a bar of three cells and more, so that neighbours are told apart without colour."""
SELECTED = "▆"
"""The selected task's bar is lower than the others, so that it stands out without colour."""
DEPTHS = " ▁▂▃▄▅▆▇█"


class Style(IntEnum):
    """Styles of cells: each is a component class ``timeline--<name>`` of the timeline."""

    IDLE = 0
    EVEN = 1
    ODD = 2
    FAILED = 3
    LOST = 4
    PARTLY = 5
    QUEUED = 6
    STARTING = 7
    RETURNING = 8
    DIED = 9
    SELECTED = 10
    EVEN_LABEL = 11
    ODD_LABEL = 12
    FAILED_LABEL = 13
    LOST_LABEL = 14
    SELECTED_LABEL = 15
    RULER = 16

    @property
    def component(self) -> str:
        """The component class."""
        return f"timeline--{self.name.lower().replace('_', '-')}"


_STYLES = {
    Kind.FAILED: Style.FAILED,
    Kind.LOST: Style.LOST,
    Kind.PARTLY: Style.PARTLY,
    Kind.QUEUED: Style.QUEUED,
    Kind.STARTING: Style.STARTING,
    Kind.RETURNING: Style.RETURNING,
    Kind.DIED: Style.DIED,
}
_SELECTABLE = {Kind.RUNNING, Kind.FAILED, Kind.LOST, Kind.PARTLY, Kind.RETURNING}
_LABELS = {
    Style.EVEN: Style.EVEN_LABEL,
    Style.ODD: Style.ODD_LABEL,
    Style.FAILED: Style.FAILED_LABEL,
    Style.LOST: Style.LOST_LABEL,
    Style.SELECTED: Style.SELECTED_LABEL,
}


class Painted(NamedTuple):
    """A row of cells."""

    text: str
    styles: bytes

    def changed(self, before: Painted) -> tuple[int, int] | None:
        """From which cell to before which one it differs from another; None when nowhere."""
        if len(before.text) != len(self.text):
            return 0, len(self.text)
        if self == before:
            return None
        differing = [
            cell
            for cell, (a, b, c, d) in enumerate(
                zip(self.text, before.text, self.styles, before.styles, strict=True)
            )
            if a != b or c != d
        ]
        return differing[0], differing[-1] + 1

    def runs(self, first: int, last: int) -> list[tuple[str, int]]:
        """The cells from ``first`` to before ``last`` as pieces of one style each."""
        pieces = []
        text, styles = self.text, self.styles
        last = min(last, len(text))
        while first < last:
            style, end = styles[first], first + 1
            while end < last and styles[end] == style:
                end += 1
            pieces.append((text[first:end], style))
            first = end
        return pieces


def blank(width: int) -> Painted:
    """A row in which nothing stands."""
    return Painted(" " * width, bytes(width))


def paint_row(segments: list[Segment], width: int, selected: int | None = None) -> Painted:
    """A worker's or task's row; the bar of the selected task stands out."""
    text = [" "] * width
    styles = bytearray(width)
    for begin, end, kind, task in segments:
        length = end - begin
        style = _STYLES.get(kind, Style.ODD if task % 2 else Style.EVEN)
        glyph = kind.glyph
        if task == selected and task >= 0 and kind in _SELECTABLE:
            style = Style.SELECTED
            glyph = SELECTED if kind is Kind.RUNNING else glyph
        text[begin:end] = glyph * length
        styles[begin:end] = bytes((style,)) * length
        if style in _LABELS and task >= 0:
            if length >= 3 and glyph != SELECTED:
                text[end - 1] = LAST_CELL
            label = _label(task, length)
            if label:
                at = begin + 1
                text[at : at + len(label)] = label
                styles[at : at + len(label)] = bytes((_LABELS[style],)) * len(label)
    return Painted("".join(text), bytes(styles))


def _label(task: int, length: int) -> str:
    if task < 0:
        return ""
    for label in (f"task {task}", f"{task}"):
        if len(label) + 3 <= length:
            return label
    return ""


def paint_depths(depths: list[int], width: int, deepest: int) -> Painted:
    """The queue's row: bars as high as the queue was deep."""
    deepest = max(deepest, 1)
    text = "".join(DEPTHS[-(-depth * 8 // deepest)] for depth in depths[:width])
    return Painted(text.ljust(width), bytes((Style.QUEUED,)) * width)


def paint_ruler(ticks: list[tuple[int, str]], width: int) -> Painted:
    """Round times, each at the right of its mark."""
    text = [" "] * width
    free = 0
    for cell, label in ticks:
        mark = f"╵{label}"
        if free <= cell and cell + len(mark) <= width:
            text[cell : cell + len(mark)] = mark
            free = cell + len(mark) + 1
    return Painted("".join(text), bytes((Style.RULER,)) * width)
