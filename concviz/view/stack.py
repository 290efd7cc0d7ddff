"""Timelines of several runs on one time axis, as lines of text: the fastest first."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from concviz.analysis.comparison import Comparison
from concviz.analysis.measurement import Case, Shown
from concviz.analysis.words import duration, spoken, times
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.sanitize import sanitize
from concviz.view import picture
from concviz.view.legend import Mark, signs_of
from concviz.view.viewport import Viewport

MOST_ROWS = 8
"""Workers that are drawn of each run."""


def stack(found: Comparison, width: int) -> list[Text]:
    """The typical run of each strategy, or the one that broke, with a line at its end."""
    cases = [(case, case.shown) for case in found.ranked()]
    drawn = [
        (case, shown, shown.run)
        for case, shown in cases
        if shown is not None and shown.run.started != UNKNOWN
    ]
    if not drawn:
        return []
    labels = [run.label(worker) for *_, run in drawn for worker in run.workers[:MOST_ROWS]]
    gutter = max(map(cell_len, labels), default=0) + 2
    longest = max(run.finished - run.started for *_, run in drawn)
    cells = max(picture.LEAST_CELLS, width - gutter)
    # Two cells for the line at the end of the longest one.
    view = Viewport.fit(longest, cells - 2).resized(cells)
    lines = picture.ruler(view, gutter)
    pictures: list[tuple[Run, list[str]]] = []
    for case, shown, run in drawn:
        took = duration((run.finished - run.started) / 1e9)
        name = Text().append(spoken(case.strategy), "bold")
        words = name.append(f"  {took}{_median(found, case, shown)}", "dim")
        if case.reason is not None:
            words.append(f"  {sanitize(case.reason)}", "red")
        words.truncate(width)
        rows = _rows(run, view, gutter)
        lines += [words, *rows]
        pictures.append((run, [row.plain[gutter:] for row in rows]))
    return [*lines, Text(), *picture.legend(signs_of(pictures), width)]


def _median(found: Comparison, case: Case, shown: Shown) -> str:
    """What the table says of all runs, behind what the one that is drawn took."""
    speedup = found.speedup(case)
    factor = f"  {times(speedup)}" if speedup is not None else ""
    if shown.median or not case.trials:
        return factor
    return f" (run {shown.number}; the median is {duration(case.median_s)}{factor})"


def _rows(run: Run, view: Viewport, gutter: int) -> list[Text]:
    end = view.cell(run.finished - run.started - 1) + 1
    lines = []
    for worker in run.workers[:MOST_ROWS]:
        row = picture.row_of(run, worker, view)
        line = picture.labelled(run.label(worker), gutter).append_text(row)
        line.append(" " * max(0, gutter + end - line.cell_len))
        line.truncate(gutter + end)
        lines.append(line.append(Mark.RUN_END.glyph, picture.FAINT))
    if (more := len(run.workers) - MOST_ROWS) > 0:
        label = f"and {more:,} more worker{'s' if more > 1 else ''}"
        line = Text(" " * gutter + label, picture.FAINT)
        line.append(" " * max(0, gutter + end - line.cell_len))
        end_mark = Mark.RUN_END.glyph if line.cell_len <= gutter + end else ""
        lines.append(line.append(end_mark, picture.FAINT))
    return lines
