"""A comparison: the typical run of each strategy below the others, all on one time axis."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.analysis.comparison import STOPPED, Comparison
from concviz.analysis.measurement import Case
from concviz.analysis.wording import count
from concviz.exporters.drawing.axis import RULER, Axis
from concviz.exporters.drawing.elements import element
from concviz.exporters.drawing.fills import CELL, HIGH, LINE, LOW
from concviz.exporters.drawing.rows import Drawn, Row, merged_note, worker_row
from concviz.exporters.drawing.sheet import HIGH_GAP, LOW_GAP, Picture, Sheet
from concviz.exporters.drawing.timeline import in_order
from concviz.view.legend import Used, legend
from concviz.view.picture import blocks
from concviz.view.signs import Mark
from concviz.view.stack import Block, whole_ns
from concviz.view.tables import notes, where
from concviz.view.words import plan_words

MOST_HIGH = 24
"""So many rows of all runs are as high as names above glyphs need; more are low."""


def of_comparison(found: Comparison, columns: int | None) -> Picture:
    """The picture of a comparison, so many columns of characters wide."""
    sheet = Sheet(columns)
    title = f"{plan_words(found.cases[0].plan)}: which strategy"
    sheet.say(title, "strong")
    sheet.say(where(found.environment, found.manner, found.cases), "faint")
    if found.stopped:
        sheet.say(STOPPED, gap=HIGH_GAP)
    sheet.say(found.verdict().sentence, gap=HIGH_GAP)
    sheet.y += HIGH_GAP
    if shown := blocks(found):
        drawn = draw_blocks(sheet, shown)
        sheet.y += HIGH_GAP
        sheet.legend(legend(drawn.used, sheet.columns))
        sheet.say_all(drawn.remarks, "faint", gap=HIGH_GAP)
    for row in map(found.row, found.ordered()):
        for note in notes(row):
            sheet.say(f"· {note}", "faint")
    return sheet.picture(title)


def draw_blocks(sheet: Sheet, shown: Sequence[tuple[Case, Block]]) -> Drawn:
    """The runs, on one axis."""
    drawn = [block for _, block in shown]
    workers = [block.run.workers[: block.rows()] for block in drawn]
    names = [block.run.label(w) for block, own in zip(drawn, workers, strict=True) for w in own]
    gutter = sheet.gutter(names)
    axis = sheet.axis(gutter, whole_ns(drawn))
    height, gap = (HIGH, HIGH_GAP) if len(names) <= MOST_HIGH else (LOW, LOW_GAP)
    top = sheet.y
    sheet.y += RULER
    used: Used = {}
    merged = 0
    for (case, block), own in zip(shown, workers, strict=True):
        sheet.write(block.name, 0, "strong")
        said = said_of(case, block)
        sheet.write(said, (len(block.name) + 2) * CELL, "faint")
        sheet.y += LINE
        begin = sheet.y
        rows = [worker_row(block.run, w, axis, sheet.fills, height, block.end) for w in own] or [
            Row("", frozenset())
        ]
        for name, row in zip([block.run.label(w) for w in own] or [""], rows, strict=True):
            sheet.row(name, gutter, row.drawn, height, gap)
            merged += row.merged
        sheet.put(_end(axis, block, sheet.y - begin - gap), gutter, begin - sheet.y)
        if more := block.hidden():
            sheet.write(f"… {count(more, 'more row')}", gutter, "faint")
            sheet.y += LINE
        for sign in {sign for row in rows for sign in row.signs}:
            used.setdefault(sign, []).append(block.run)
    sheet.ruler(axis, gutter, top)
    used = {sign: used[sign] for sign in in_order({*used})}
    used[Mark.RUN_END] = [block.run for block in drawn]
    return Drawn(used, merged_note(merged, axis))


def said_of(case: Case, block: Block) -> str:
    """What is said beside the name of a strategy."""
    reason = f" · {case.reason}" if case.reason is not None else ""
    return block.figures.replace("  ", " · ") + reason


def _end(axis: Axis, block: Block, height: float) -> str:
    """The line at the end of a run."""
    x = axis.x(block.length)
    return element("path", class_="end", d=f"M{x:.3f} 0V{height:g}") if block.run.ended else ""
