"""From segments to cells: a painted row is its glyphs and, for each, the number of a style.

All pictures are made of such rows: the screen gives each style a colour of its theme and writes
only cells that differ from those that stand there; a text gives it one of the terminal's palette.
Pure: no widget, no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.trace.states import State
from concviz.view.faces import Face, is_bar, is_solid, style_of
from concviz.view.names import label_of, on_bar
from concviz.view.roles import Role
from concviz.view.segment import OUTSIDE, Segment
from concviz.view.signs import LEVELS, SIGNS, Kind, Mark, Sign, role_of
from concviz.view.viewport import Viewport

DEPTHS = f" {LEVELS}"
TIME_LINE = "╵"
"""Down the rows where the ruler has a mark: the same, fainter."""
LABELS = ("task ", "")
"""What stands on a task's bar before its number: the first that fits."""
NUMBERS = ("",)
"""The same where little is to be covered by it."""

_START, _CHOSEN_START = Mark.START.glyph, Mark.SELECTED.glyph
_WORSE = (Kind.FAILED, Kind.LOST, Kind.CANCELLED)
"""What matters more than where a task began, where there is one cell for both."""
_SELECTED = {kind for kind in Kind if kind.selectable and not kind.bar}
"""What belongs to a task, but not to its bar."""


class _Bar(NamedTuple):
    """How a kind of segment that is part of a bar is drawn."""

    above: str
    """What stands in the line of names where there is none."""
    fill: int
    full: int
    """The style in a line of a high row that goes on from another one above it."""
    name: int
    start: int


def _bar(role: Role, sign: Sign) -> tuple[_Bar, _Bar]:
    """Of a task that is not selected, and of the one that is."""
    solid = is_solid(sign)
    faces = (
        (
            Face.SOLID if sign is Kind.BUSY else Face.FILL,  # whose glyph is as high as the cell
            *(Face.SOLID, Face.SOLID_NAME, Face.SOLID_START),
        ),
        (Face.SOLID_CHOSEN, Face.SOLID_CHOSEN, Face.SOLID_CHOSEN_NAME, Face.SOLID_CHOSEN_NAME),
    )
    if not solid:
        faces = (
            (Face.FILL, Face.FILL, Face.NAME, Face.FILL),
            (Face.CHOSEN, Face.CHOSEN, Face.CHOSEN_NAME, Face.CHOSEN_NAME),
        )
    above = sign.glyph if solid else " "
    plain, chosen = (_Bar(above, *(style_of(role, face) for face in each)) for each in faces)
    return plain, chosen


_PLAIN = {sign: style_of(role_of(sign)) for sign in (*Kind, *State)}
_OUTSIDE = {state: style_of(role_of(state), Face.OUTSIDE) for state in State}
_STYLED = {sign: _bar(role_of(sign), sign) for sign in SIGNS if is_bar(sign)}
_ODD = _bar(Role.ODD, Kind.BUSY)


class Painted(NamedTuple):
    """A row of cells."""

    text: str
    styles: bytes
    """Of each cell: a role's colour in one of its faces; see ``faces``."""
    covered: frozenset[Sign] = frozenset()
    """What cells show by their colour alone: marks and names stand where its glyph would."""
    outside: bool = False
    """Whether there are states of a thread on which no task ran."""
    levels: bool = False
    """Whether it shows how many waited: its glyphs are levels."""

    def changed(self, before: Painted) -> tuple[int, int] | None:
        """From which cell to before which one it differs from another; None when nowhere."""
        if len(before.text) != len(self.text):
            return 0, len(self.text)
        if self.text == before.text and self.styles == before.styles:
            return None
        mine, theirs = (list(zip(row.text, row.styles, strict=True)) for row in (self, before))
        first, last = 0, len(mine)
        while mine[first] == theirs[first]:
            first += 1
        while mine[last - 1] == theirs[last - 1]:
            last -= 1
        return first, last

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
        return self._replace(text=self.text[:at] + note + self.text[end:], styles=styles)


def blank(width: int) -> Painted:
    """A row in which nothing stands."""
    return Painted(" " * width, bytes(width))


def paint_row(
    segments: list[Segment],
    width: int,
    selected: int | None = None,
    labels: tuple[str, ...] = LABELS,
    turn: Callable[[int], int] | None = None,
    began: Callable[[int], int] | None = None,
    named: Callable[[int], str] | None = None,
) -> Painted:
    """A row one cell high; see ``paint_lane``."""
    return paint_lane(segments, width, 1, selected, labels, turn, began, named)[0]


def paint_lane(
    segments: list[Segment],
    width: int,
    height: int = 1,
    selected: int | None = None,
    labels: tuple[str, ...] = LABELS,
    turn: Callable[[int], int] | None = None,
    began: Callable[[int], int] | None = None,
    named: Callable[[int], str] | None = None,
) -> list[Painted]:
    """A row of so many cells' height; the bar of the selected task stands out.

    From two cells on names have a line of their own above the glyphs, from three on bars are apart.
    Bars alternate in colour by the ``turn`` of their task in the row, or else by its number.
    ``began`` tells in which cell a task began, of which a mark shows the beginning; without it, all
    begin where their bars do. ``named`` gives the label of a task; "": it is called by its number.
    """
    high = height > 1
    text = [" "] * width
    styles = bytearray(width)
    above, over = ([" "] * width, bytearray(width)) if high else (text, styles)
    grounds = bytearray(width)  # styles of words on the bars

    def write_name(task: int, begin: int, end: int) -> None:
        if label := _label(task, end - begin, labels, named):
            at = begin + 1
            above[at : at + len(label)] = label
            over[at : at + len(label)] = grounds[at : at + len(label)]

    of, since, until = NOBODY, 0, 0  # the latest bar: perhaps of several segments
    for begin, end, kind, task in segments:
        length = end - begin
        if task == OUTSIDE and isinstance(kind, State):
            text[begin:end] = kind.glyph * length
            styles[begin:end] = bytes((_OUTSIDE[kind],)) * length
            continue
        chosen = task == selected
        bar = _STYLED.get(kind)
        if bar is None:
            style = Role.SELECTED if chosen and kind in _SELECTED else _PLAIN[kind]
            text[begin:end] = kind.glyph * length
            styles[begin:end] = bytes((style,)) * length
            continue
        if kind is Kind.BUSY and task >= 0 and (task if turn is None else turn(task)) % 2:
            bar = _ODD
        nameless, fill, full, name, start = bar[chosen]
        mark = ""
        if task >= 0:
            if task != of or begin != until:
                if until - since >= SHORTEST:
                    write_name(of, since, until)
                of, since = task, begin
                if began is None or began(task) >= begin - 1:
                    mark = _CHOSEN_START if chosen else _START
            until = end
        if length > 1:
            text[begin:end] = kind.glyph * length
            styles[begin:end] = bytes((full if high else fill,)) * length
            if high:
                above[begin:end] = nameless * length
                over[begin:end] = bytes((fill,)) * length
            grounds[begin:end] = bytes((name,)) * length
            if mark:
                above[begin], over[begin] = mark, start
                if high:
                    text[begin], styles[begin] = _START, start
        elif high:  # without slices, because a picture of many tasks is of such bars
            text[begin], styles[begin] = kind.glyph, full
            above[begin], over[begin] = (mark, start) if mark else (nameless, fill)
            grounds[begin] = name
        else:
            marked = mark and (chosen or kind not in _WORSE)
            text[begin], styles[begin] = (mark, start) if marked else (kind.glyph, fill)
            grounds[begin] = name
    if until - since >= SHORTEST:
        write_name(of, since, until)
    line = "".join(text)
    kinds = {segment.kind for segment in segments}
    covered = {kind for kind in kinds if kind.glyph not in line}
    outside = any(segment.task == OUTSIDE for segment in segments)
    rows = [Painted(line, bytes(styles), frozenset(covered), outside)]
    if high:
        rows.insert(0, Painted("".join(above), bytes(over)))
        rows += [blank(width)] * (height - 2)
    return rows


def turns(run: Run, worker: Worker) -> Callable[[int], int]:
    """For the row of a worker: which of its tasks one is, so that neighbours differ.

    One further in every other row, so that those above each other differ as well.
    """
    lane, started, row = worker.lane, run.tasks.started, worker.index
    tasks, starts = lane.tasks, lane.starts
    last = -1

    def turn(task: int) -> int:
        nonlocal last
        last += 1  # mostly it is the next one
        if last >= len(tasks) or tasks[last] != task or starts[last] != started[task]:
            last = lane.find(task, started[task])
        return last + row

    return turn


def labels_in(run: Run) -> Callable[[int], str] | None:
    """What the tasks of a run are called; None where none has a label."""
    # Of the whole run: how many had labels by an earlier time takes a look at every task.
    return partial(label_of, run) if run.whole.tasks.named else None


def beginnings(run: Run, view: Viewport) -> Callable[[int], int]:
    """In which cell of a view a task began, perhaps one out of view."""
    zero, started, scale, left = run.started, run.tasks.started, view.scale, view.left
    return lambda task: (started[task] - zero) // scale - left


SHORTEST = 4
"""Cells of a bar in which a number of one digit stands."""
NOBODY = -1
"""In place of a task: none."""


def _label(
    task: int, length: int, labels: tuple[str, ...], named: Callable[[int], str] | None
) -> str:
    if labels and named is not None and (label := named(task)):
        return on_bar(label, length - 2)
    number = str(task)
    for before in labels:
        if len(before) + len(number) + 3 <= length:
            return before + number
    return ""


def with_lines(row: Painted, cells: Iterable[int]) -> Painted:
    """The row with a faint line in those cells in which nothing stands."""
    text, styles = row.text, row.styles
    free = [cell for cell in cells if text[cell] == " " and not styles[cell]]
    if not free:
        return row
    letters, looks = list(text), bytearray(styles)
    for cell in free:
        letters[cell], looks[cell] = TIME_LINE, Role.GRID
    return row._replace(text="".join(letters), styles=bytes(looks))


def paint_depths(depths: list[int], width: int, deepest: int) -> Painted:
    """The queue's row: bars as high as the queue was deep."""
    deepest = max(deepest, 1)
    text = "".join(DEPTHS[-(-depth * 8 // deepest)] for depth in depths[:width])
    return Painted(text.ljust(width), bytes((Role.QUEUE,)) * width, levels=True)


def paint_ruler(ticks: list[tuple[int, str]], width: int) -> Painted:
    """Round times, each at the right of its mark."""
    text = [" "] * width
    free = 0
    for cell, label in ticks:
        mark = f"{TIME_LINE}{label}"
        if free <= cell and cell + len(mark) <= width:
            text[cell : cell + len(mark)] = mark
            free = cell + len(mark) + 1
    return Painted("".join(text), bytes((Role.RULER,)) * width)
