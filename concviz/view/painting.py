"""From segments to cells: a painted row is its glyphs and, for each, the number of a style.

Rows of a picture are painted anew and compared with what is on the screen; only cells that differ
are written. Pure: no widget, no clock.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from concviz.view.legend import LEVELS, Mark, Sign
from concviz.view.segments import Kind, Segment
from concviz.view.state_segments import STATES

LAST_CELL = Mark.BAR_END.glyph
"""Of a bar of three cells and more."""
SELECTED = Mark.SELECTED.glyph
DEPTHS = f" {LEVELS}"


class Style(IntEnum):
    """Styles of cells: each is a component class ``timeline--<name>`` of the timeline.

    What is LABEL higher is the same in reverse, for text on bars; what is MARK higher is the same
    underlined, for the selected task's bar by state.
    """

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
    RULER = 11
    RUNNING = 12
    CORE_WAIT = 13
    GIL_WAIT = 14
    LOCK = 15
    IO = 16
    SLEEP = 17
    OTHER = 18
    UNKNOWN = 19
    UNSEEN = 20
    THREAD_WAIT = 21
    LOOP_WAIT = 22
    TASK_WAIT = 23
    EXECUTOR_WAIT = 24
    CURSOR = 25

    @property
    def component(self) -> str:
        """The component class."""
        return f"timeline--{self.name.lower().replace('_', '-')}"


LABEL = len(Style)
MARK = 2 * LABEL

STYLES: dict[Sign, Style] = {
    **{kind: Style[kind.name] for kind in Kind if kind is not Kind.BUSY},
    Kind.BUSY: Style.EVEN,
    Mark.BAR_END: Style.EVEN,
    Mark.SELECTED: Style.SELECTED,
    Mark.RUN_END: Style.RULER,
    Mark.TIME_CURSOR: Style.CURSOR,
    Mark.QUEUE: Style.QUEUED,
}
_BARS = {Kind.BUSY, Kind.FAILED, Kind.LOST, Kind.UNSEEN, *STATES}
"""Parts of a bar; those of one task that follow each other are one bar."""
_SELECTABLE = {Kind.BUSY, Kind.FAILED, Kind.LOST, Kind.PARTLY, Kind.RETURNING, Kind.UNSEEN}
_SOLID = {Kind.BUSY, Kind.FAILED, Kind.LOST}


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
    """A row of cells; the bar of the selected task stands out."""
    text = [" "] * width
    styles = bytearray(width)
    bar_begin = 0
    for index, (begin, end, kind, task) in enumerate(segments):
        length = end - begin
        style: int = Style.ODD if kind is Kind.BUSY and task % 2 else STYLES[kind]
        glyph = kind.glyph
        chosen = task == selected and task >= 0
        if chosen and kind in STATES:
            style += MARK
        elif chosen and kind in _SELECTABLE:
            style = Style.SELECTED
            glyph = SELECTED if kind is Kind.BUSY else glyph
        text[begin:end] = glyph * length
        styles[begin:end] = bytes((style,)) * length
        if kind not in _BARS or task < 0:
            bar_begin = end
            continue
        before = segments[index - 1] if index else None
        goes_on = before is not None and before.task == task and before.end == begin
        if not goes_on or (before is not None and before.kind not in _BARS):
            bar_begin = begin
        if kind in _SOLID and length >= 3 and glyph != SELECTED:
            text[end - 1] = LAST_CELL
        after = segments[index + 1] if index + 1 < len(segments) else None
        if after is not None and after.task == task and after.begin == end and after.kind in _BARS:
            continue
        if label := _label(task, end - bar_begin):
            at = bar_begin + 1
            text[at : at + len(label)] = label
            # One style for all of it: that of the bar's beginning, in reverse.
            own = Style.SELECTED if chosen else styles[bar_begin]
            styles[at : at + len(label)] = bytes((own + LABEL,)) * len(label)
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
