"""Rows of a timeline: a worker's bars, what tasks have started, and the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from concviz.analysis.statistics import NS
from concviz.analysis.time_breakdown import of_task, shares
from concviz.analysis.wording import count, duration, percent
from concviz.exporters.drawing.axis import Axis
from concviz.exporters.drawing.elements import data, element
from concviz.exporters.drawing.fills import CELL, LOW, Fills, key
from concviz.model.entities import Worker
from concviz.model.others import Others
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN, Outcome
from concviz.trace.states import State
from concviz.view.bars import Bar, Piece, bars, others_pieces, outside_pieces, phases
from concviz.view.faces import is_solid
from concviz.view.legend import Used
from concviz.view.names import label_of, on_bar
from concviz.view.painting import LABELS, NUMBERS
from concviz.view.segment import MANY
from concviz.view.segments import depths_of, queue_depths
from concviz.view.signs import Kind, Mark, Sign, role_of
from concviz.view.words import state_word

NAMED_PX = 3
"""A bar that is narrower has no title: there could be tens of thousands."""
FAILED_PX = 7
ENDED_BADLY = (Kind.FAILED, Kind.LOST, Kind.CANCELLED)
"""What the end of a bar says, whatever its states were."""
QUEUE_PX = 20
WEAKER = "0.45"
"""How much of the colours is left where no task runs."""


class Row(NamedTuple):
    """A row of a picture."""

    drawn: str
    signs: frozenset[Sign]
    """What is to be seen in it."""
    merged: int = 0
    """Tasks that are drawn together with others, or wider than they lasted."""
    outside: bool = False
    """Whether it shows what a thread did while no task ran on it."""


class Drawn(NamedTuple):
    """What was drawn."""

    used: Used
    """The signs, and in which runs they stand."""
    remarks: list[str]
    """What should be known of it besides."""
    outside: bool = False
    """Whether it shows what threads did while no task ran on them."""


def worker_row(run: Run, worker: Worker, axis: Axis, fills: Fills, height: int, now: int) -> Row:
    """A worker's."""
    drawn, signs, merged = [], set[Sign](), 0
    outside = outside_pieces(run, worker, axis.least, now)
    if outside:
        drawn.append(_weaker(outside, axis, fills, height))
        signs |= {piece.shown for piece in outside}
    for piece in phases(run, worker, axis.least, now):
        x, width = axis.span(piece.begin, piece.end)
        drawn.append(fills.rect(piece.shown, x, width, LOW, height - LOW))
        signs.add(piece.shown)
    for bar in bars(run, worker, axis.least, now):
        drawn.append(_bar(run, bar, axis, fills, height, now))
        signs |= {piece.shown for piece in bar.pieces} or {bar.kind}
        if bar.kind in ENDED_BADLY:
            signs.add(bar.kind)
        alone = bar.task != MANY and bar.kind is not Kind.PARTLY
        merged += 0 if alone else bar.tasks
    if worker.exitcode is not None:
        x = axis.x(worker.ended - run.started)
        glyph = f"c-{key(role_of(Kind.DIED))} strong"
        drawn.append(element("text", Kind.DIED.glyph, class_=glyph, x=x + 1, y=height - 3))
        signs.add(Kind.DIED)
    return Row("".join(drawn), frozenset(signs), merged, bool(outside))


def _weaker(pieces: list[Piece], axis: Axis, fills: Fills, height: int) -> str:
    """What a thread did while no task ran on it."""
    drawn = [
        fills.rect(p.shown, *axis.span(p.begin, p.end), LOW, max(0, height - LOW)) for p in pieces
    ]
    return element("g", *drawn, opacity=WEAKER)


def helpers_row(run: Run, workers: Sequence[Worker], axis: Axis, fills: Fills, now: int) -> Row:
    """Of several threads: those that were busy above those that were not."""
    pieces = [p for worker in workers for p in outside_pieces(run, worker, axis.least, now)]
    pieces.sort(key=lambda piece: piece.shown is State.RUNNING)
    return Row(_weaker(pieces, axis, fills, LOW), frozenset(p.shown for p in pieces), 0, True)


def _bar(run: Run, bar: Bar, axis: Axis, fills: Fills, height: int, now: int) -> str:
    """A task's, with its name, and what is known of it for whoever points at it."""
    x, width = axis.span(bar.begin, bar.end)
    pieces = bar.pieces or (Piece(bar.begin, bar.end, bar.kind),)
    drawn = [fills.rect(p.shown, *axis.span(p.begin, p.end), height) for p in pieces]
    if bar.task == MANY:
        return "".join(drawn)
    if bar.kind in ENDED_BADLY:
        at = max(x, x + width - FAILED_PX)
        drawn.append(fills.rect(bar.kind, at, x + width - at, height))
    if width > 2:
        drawn.append(element("rect", class_="ground", x=x, width=1, height=height))
    drawn.append(_name(run, bar, pieces, axis, height))
    if width < NAMED_PX:
        return "".join(drawn)
    title = element("title", data(told(run, bar.task, now)))
    return element("g", title, *drawn, data_task=str(bar.task))


def _name(run: Run, bar: Bar, pieces: tuple[Piece, ...], axis: Axis, height: int) -> str:
    """In its bar, if there is room: in the line above the glyphs, or else over them."""
    x, width = axis.span(bar.begin, bar.end)
    labels = LABELS if height > LOW else NUMBERS
    said = next((f"{word}{bar.task}" for word in labels if (len(word) + 4) * CELL < width), "")
    if label := label_of(run, bar.task):
        said = on_bar(label, int((width - 6) / CELL))
    if not said or len(said) * CELL + 6 > width:
        return ""
    reach = x + 4 + len(said) * CELL
    under = {p.shown for p in pieces if axis.x(p.begin) < reach and axis.x(p.end) > x}
    solid = [sign for sign in under if is_solid(sign)]
    style = "small"
    if height == LOW or (solid and len(under) > 1):  # glyphs and colours go on behind it
        style += " halo"
    elif solid:
        style += f" o-{key(role_of(solid[0]))}"
    return element("text", data(said), class_=style, x=x + 4, y=10.5)


def told(run: Run, task: int, now: int) -> str:
    """A task in a line of words: how it ended, when, and how its time was spent."""
    tasks = run.tasks
    outcome = Outcome(tasks.outcome[task])
    label = label_of(run, task)
    said = [f"task {task}{f' ({label})' if label else ''}: {outcome.word}"]
    started, finished = tasks.started[task], tasks.finished[task]
    if started != UNKNOWN:
        said.append(f"from {(started - run.started) / NS:.4f} s")
    if finished != UNKNOWN:
        said[-1] += f" to {(finished - run.started) / NS:.4f} s"
        said.append(f"took {duration((finished - started) / NS)}")
    if tasks.cpu[task] != UNKNOWN:
        said.append(f"CPU {duration(tasks.cpu[task] / NS)}")
    spent = of_task(run, task, now)
    if spent is not None and run.workers[tasks.worker[task]].observed:
        said += [f"{state_word(run, state)} {percent(part)}" for state, part in shares(spent)]
    if (failure := tasks.failures.get(task)) is not None:
        said.append(failure.error)
    return "; ".join(said)


def others_row(run: Run, others: Others, axis: Axis, fills: Fills) -> Row:
    """Of what tasks have started."""
    pieces = others_pieces(run, others, axis.least)
    drawn = [fills.rect(p.shown, *axis.span(p.begin, p.end), LOW) for p in pieces]
    return Row("".join(drawn), frozenset(p.shown for p in pieces))


def queue_row(run: Run, axis: Axis, now: int) -> tuple[Row, int]:
    """How many tasks were queued, in steps, and the most."""
    return _depths(queue_depths(run, axis.view, now))


def group_queue_row(run: Run, group: int, axis: Axis, now: int) -> Row:
    """The same of the tasks of one group."""
    return _depths(depths_of(run, run.by_group[group], axis.view, now))[0]


def _depths(depths: list[int]) -> tuple[Row, int]:
    deepest = max(depths, default=0)
    if not deepest:
        return Row("", frozenset()), 0
    path, before = [f"M0 {QUEUE_PX}"], 0.0
    for x, depth in enumerate(depths):
        height = depth / deepest * (QUEUE_PX - 2)
        if height != before:
            path.append(f"H{x}V{QUEUE_PX - height:.4g}")
            before = height
    path.append(f"H{len(depths)}V{QUEUE_PX}Z")
    area = element("path", class_=f"h-{key(role_of(Mark.QUEUE))}", d="".join(path))
    return Row(area, frozenset({Mark.QUEUE})), deepest


def merged_note(merged: int, axis: Axis) -> list[str]:
    """What is said of tasks that are too short to be seen; nothing where there are none."""
    if not merged:
        return []
    which = count(merged, "task is", "tasks are")
    short = duration(axis.least / NS)
    return [
        f"{which} too short to be drawn alone (a pixel is {short}): each pixel shows"
        " the state that took most of its time, low where less than half of it was busy."
    ]
