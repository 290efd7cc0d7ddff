"""Pictures as lines of text: the timeline of a run, and those of several below each other."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from concviz.analysis.comparison import Comparison
from concviz.analysis.measurement import Case, Shown
from concviz.analysis.statistics import NS
from concviz.analysis.wording import count, duration, spoken, times
from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.sanitize import sanitize
from concviz.view.faces import ansi_of, face_of, style_of
from concviz.view.legend import Used, as_text, legend, signs_of
from concviz.view.others_row import others_row
from concviz.view.painting import (
    NUMBERS,
    Painted,
    beginnings,
    paint_depths,
    paint_row,
    paint_ruler,
    turns,
)
from concviz.view.segments import queue_depths, worker_row
from concviz.view.signs import Mark, Sign, role_of
from concviz.view.stack import Block, one_axis, paint_block, whole_ns
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport

MOST_ROWS = 40
LEAST_CELLS = 10
FAINT = "dim"


def timeline(run: Run, width: int) -> list[Text]:
    """The picture of a run that has ended, at most so many cells wide; no line before its start."""
    if run.started == UNKNOWN:
        return []
    workers = run.workers[:MOST_ROWS]
    others = run.others_seen[:MOST_ROWS]
    labels = [run.label(worker) for worker in workers] + [run.label_of(each) for each in others]
    gutter = max(map(cell_len, [*labels, f"queue {len(run.tasks):,}"])) + 2
    cells = max(width - gutter, LEAST_CELLS)
    # All of the run, and a cell behind it in which a worker's death at its end is seen.
    view = Viewport.fit(run.finished - run.started, cells - 1).resized(cells)
    depths = queue_depths(run, view, run.finished)
    deepest = max(depths, default=0)

    lines = [_line("", gutter, paint_ruler(view.ticks().cells, cells))]
    if deepest:
        lines.append(_line(f"queue {deepest:,}", gutter, paint_depths(depths, cells, deepest)))
    rows = [_row(run, worker, view) for worker in workers]
    rows += [paint_row(others_row(run, each, view), cells) for each in others]
    lines += [_line(label, gutter, row) for label, row in zip(labels, rows, strict=True)]
    if (more := len(run.workers) - len(workers)) > 0:
        lines.append(Text(f"… {count(more, 'more worker')}", FAINT))
    used = signs_of([(run, rows)])
    if deepest:
        used[Mark.QUEUE] = [run]
    return [*lines, Text(), *_legend(used, width)]


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


def _row(run: Run, worker: Worker, view: Viewport) -> Painted:
    """A worker's bars, by state where that was seen."""
    segments = by_state(run, worker, worker_row(run, worker, view, run.finished), view)
    turn, began = turns(run, worker), beginnings(run, view)
    return paint_row(segments, view.width, labels=NUMBERS, turn=turn, began=began)


def _line(label: str, gutter: int, row: Painted) -> Text:
    """A row with its name at the left."""
    text = Text().append(label.rjust(gutter - 2), FAINT).append("  ")
    for cells, style in row.runs(0, len(row.text)):
        text.append(cells, ansi_of(style))
    text.rstrip()
    return text


def _legend(used: Used, width: int) -> list[Text]:
    notes: dict[Sign, str] = {Mark.QUEUE: "; number: the most"}
    return as_text(legend(used, width, notes=notes), _style, FAINT)


def _style(sign: Sign) -> str:
    return ansi_of(style_of(role_of(sign), face_of(sign)))
