"""From segments to cells: a painted row is its glyphs and, for each, the number of a style.

All pictures are made of such rows: the screen gives each style a colour of its theme and writes
only cells that differ from those that stand there; a text gives it one of the terminal's palette.
Pure: no widget, no clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.trace.states import State
from concviz.view.roles import LABEL, UNDERLINED, Role
from concviz.view.segments import Segment
from concviz.view.signs import LEVELS, SIGNS, Kind, Mark, role_of

DEPTHS = f" {LEVELS}"
LABELS = ("task ", "")
"""What stands on a task's bar before its number: the first that fits."""
NUMBERS = ("",)
"""The same where little is to be covered by it."""

_ROLES = {sign: role_of(sign) for sign in SIGNS}
_KINDS = [sign for sign in SIGNS if isinstance(sign, Kind)]
_BARS = {*State, *(kind for kind in _KINDS if kind.bar)}
"""Parts of a bar; those of one task that follow each other are one bar."""
_SOLID = {kind for kind in _KINDS if kind.solid}
_SELECTABLE = {kind for kind in _KINDS if kind.selectable}


class Painted(NamedTuple):
    """A row of cells."""

    text: str
    styles: bytes
    """Of each cell: a role, or one that is LABEL or UNDERLINED higher."""

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

    def with_note(self, at: int, note: str, style: int) -> Painted:
        """The row with something written over it, as far as there are cells."""
        note = note[: max(0, len(self.text) - at)]
        end = at + len(note)
        styles = self.styles[:at] + bytes((style,)) * len(note) + self.styles[end:]
        return Painted(self.text[:at] + note + self.text[end:], styles)


def blank(width: int) -> Painted:
    """A row in which nothing stands."""
    return Painted(" " * width, bytes(width))


def paint_row(
    segments: list[Segment],
    width: int,
    selected: int | None = None,
    labels: tuple[str, ...] = LABELS,
    turn: Callable[[int], int] | None = None,
) -> Painted:
    """A row of cells; the bar of the selected task stands out.

    Bars alternate in colour by the ``turn`` of their task in the row, or else by its number.
    """
    text = [" "] * width
    styles = bytearray(width)
    bar_begin = 0
    for index, (begin, end, kind, task) in enumerate(segments):
        length = end - begin
        style: int = _ROLES[kind]
        if kind is Kind.BUSY and task >= 0 and (task if turn is None else turn(task)) % 2:
            style = Role.ODD
        glyph = kind.glyph
        chosen = task == selected and task >= 0
        if chosen and isinstance(kind, State):
            style += UNDERLINED
        elif chosen and kind in _SELECTABLE:
            style = Role.SELECTED
            glyph = Mark.SELECTED.glyph if kind is Kind.BUSY else glyph
        text[begin:end] = glyph * length
        styles[begin:end] = bytes((style,)) * length
        if kind not in _BARS or task < 0:
            bar_begin = end
            continue
        before = segments[index - 1] if index else None
        goes_on = before is not None and before.task == task and before.end == begin
        if not goes_on or (before is not None and before.kind not in _BARS):
            bar_begin = begin
        if kind in _SOLID and length >= 3 and glyph != Mark.SELECTED.glyph:
            text[end - 1] = Mark.BAR_END.glyph
        after = segments[index + 1] if index + 1 < len(segments) else None
        if after is not None and after.task == task and after.begin == end and after.kind in _BARS:
            continue
        if label := _label(task, end - bar_begin, labels):
            at = bar_begin + 1
            text[at : at + len(label)] = label
            # One style for all of it: that of the bar's beginning, in reverse.
            own = Role.SELECTED if chosen else styles[bar_begin]
            styles[at : at + len(label)] = bytes((own + LABEL,)) * len(label)
    return Painted("".join(text), bytes(styles))


def turns(run: Run, worker: Worker) -> Callable[[int], int]:
    """For the row of a worker: the how manieth of its tasks one is, so that neighbours differ."""
    lane, started = worker.lane, run.tasks.started
    return lambda task: lane.find(task, started[task])


def _label(task: int, length: int, labels: tuple[str, ...]) -> str:
    number = str(task)
    for before in labels:
        if len(before) + len(number) + 3 <= length:
            return before + number
    return ""


def paint_depths(depths: list[int], width: int, deepest: int) -> Painted:
    """The queue's row: bars as high as the queue was deep."""
    deepest = max(deepest, 1)
    text = "".join(DEPTHS[-(-depth * 8 // deepest)] for depth in depths[:width])
    return Painted(text.ljust(width), bytes((Role.QUEUE,)) * width)


def paint_ruler(ticks: list[tuple[int, str]], width: int) -> Painted:
    """Round times, each at the right of its mark."""
    text = [" "] * width
    free = 0
    for cell, label in ticks:
        mark = f"╵{label}"
        if free <= cell and cell + len(mark) <= width:
            text[cell : cell + len(mark)] = mark
            free = cell + len(mark) + 1
    return Painted("".join(text), bytes((Role.RULER,)) * width)
