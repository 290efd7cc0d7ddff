"""Pictures as lines of text: the timeline of a run, and those of several below each other."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from concviz.analysis.comparison import Comparison
from concviz.analysis.measurement import Case, Shown
from concviz.analysis.statistics import NS
from concviz.analysis.wording import count, duration, spoken, times
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.sanitize import sanitize
from concviz.view.cluster import clock_notes
from concviz.view.faces import ansi_of, face_of, style_of
from concviz.view.lanes import Lanes
from concviz.view.legend import Used, as_text, legend, signs_of
from concviz.view.marks import in_view, on_ruler
from concviz.view.painting import (
    NUMBERS,
    Painted,
    paint_depths,
    paint_ruler,
)
from concviz.view.segments import queue_depths
from concviz.view.signs import Mark, Sign, role_of
from concviz.view.stack import Block, one_axis, paint_block, whole_ns
from concviz.view.viewport import Viewport

MOST_ROWS = 40
MOST_NAME = 30
"""Cells that the name of a row may take."""
LEAST_CELLS = 10
FAINT = "dim"


def timeline(run: Run, width: int) -> list[Text]:
    """The picture of a run that has ended, at most so many cells wide; no line before its start."""
    if run.started == UNKNOWN:
        return []
    lanes = Lanes(run, by_task=False, states=True)
    shown = range(min(lanes.count, MOST_ROWS))
    labels = lanes.names(shown, MOST_NAME)
    gutter = max(map(cell_len, [*labels, f"queue {len(run.tasks):,}"])) + 2
    cells = max(width - gutter, LEAST_CELLS)
    # All of the run, and a cell behind it in which a worker's death at its end is seen.
    view = Viewport.fit(run.finished - run.started, cells - 1).resized(cells)
    depths = queue_depths(run, view, run.finished)
    deepest = max(depths, default=0)

    marks = in_view(run, view)
    ruler = on_ruler(paint_ruler(view.ticks().cells, cells), marks)
    lines = [_line("", gutter, ruler)]
    if deepest:
        lines.append(_line(f"queue {deepest:,}", gutter, paint_depths(depths, cells, deepest)))
    rows = [lanes.paint(row, view, run.finished, labels=NUMBERS)[0] for row in shown]
    lines += [_line(label, gutter, row) for label, row in zip(labels, rows, strict=True)]
    if (more := lanes.count - len(shown)) > 0:
        what = "more worker" if run.program is None else "more row"
        lines.append(Text(f"… {count(more, what)}", FAINT))
    used = signs_of([(run, rows)])
    if deepest:
        used[Mark.QUEUE] = [run]
    if marks:
        used[Mark.MARKED] = [run]
    outside = any(row.outside for row in rows)
    noted = [Text(sanitize(note), FAINT) for note in clock_notes(run, view.scale)]
    return [*lines, Text(), *_legend(used, width, outside=outside), *noted]


def blocks(found: Comparison) -> list[tuple[Case, Block]]:
    """What is drawn of each strategy: its typical run, or the one that broke; fastest first."""
    return [
        (case, Block(case.strategy, spoken(case.strategy), shown.run, _took(found, case, shown)))
        for case in found.ranked()
        if (shown := case.shown) is not None and shown.run.started != UNKNOWN
    ]


def stack(found: Comparison, width: int) -> list[Text]:
    """The typical run of each strategy, or the one that broke, with a line at its end."""
    drawn = blocks(found)
    if not drawn:
        return []
    labels = [block.run.label(w) for _, block in drawn for w in block.run.workers[: block.rows()]]
    gutter = max(map(cell_len, labels), default=0) + 2
    cells = max(LEAST_CELLS, width - gutter)
    view = one_axis(whole_ns([block for _, block in drawn]), cells)
    lines = [_line("", gutter, paint_ruler(view.ticks().cells, cells))]
    pictures: list[tuple[Run, list[Painted]]] = []
    for case, block in drawn:
        head = Text().append(block.name, "bold").append(f"  {block.figures}", FAINT)
        if case.reason is not None:
            head.append(f"  {sanitize(case.reason)}", "red")
        head.truncate(width)
        rows = paint_block(block, view, labels=NUMBERS)
        names = [block.run.label(worker) for worker in block.run.workers[: block.rows()]] or [""]
        lines += [head, *(_line(name, gutter, r) for name, r in zip(names, rows, strict=True))]
        if more := block.hidden():
            rest = f"and {count(more, 'more worker')}"
            lines.append(Text(" " * gutter + rest, FAINT))
        pictures.append((block.run, rows))
    return [*lines, Text(), *_legend(signs_of(pictures), width)]


def _took(found: Comparison, case: Case, shown: Shown) -> str:
    """What the run that is drawn took, and behind it what the table says of all runs."""
    took = duration((shown.run.finished - shown.run.started) / NS)
    speedup = found.speedup(case)
    factor = f"  {times(speedup)}" if speedup is not None else ""
    if shown.median or not case.trials:
        return f"{took}{factor}"
    return f"{took} (run {shown.number}; the median is {duration(case.median_s)}{factor})"


def _line(label: str, gutter: int, row: Painted) -> Text:
    """A row with its name at the left."""
    text = Text().append(label.rjust(gutter - 2), FAINT).append("  ")
    for cells, style in row.runs(0, len(row.text)):
        text.append(cells, ansi_of(style))
    text.rstrip()
    return text


def _legend(used: Used, width: int, *, outside: bool = False) -> list[Text]:
    notes: dict[Sign, str] = {Mark.QUEUE: "; number: the most"}
    return as_text(legend(used, width, notes=notes, outside=outside), _style, FAINT)


def _style(sign: Sign) -> str:
    return ansi_of(style_of(role_of(sign), face_of(sign)))
