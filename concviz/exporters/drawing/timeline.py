"""The timeline of a run: what it is of, a ruler, a row for each worker, and a legend."""

from __future__ import annotations

from concviz.analysis.statistics import summarise
from concviz.analysis.time_breakdown import Spending
from concviz.analysis.wording import count
from concviz.exporters.drawing.axis import RULER, Axis
from concviz.exporters.drawing.fills import HIGH, LOW
from concviz.exporters.drawing.rows import (
    QUEUE_PX,
    Drawn,
    Row,
    group_queue_row,
    helpers_row,
    merged_note,
    others_row,
    queue_row,
    worker_row,
)
from concviz.exporters.drawing.sheet import HIGH_GAP, LOW_GAP, Picture, Sheet
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.environment import Environment
from concviz.trace.sanitize import sanitize
from concviz.view.cluster import clock_notes
from concviz.view.legend import Line, legend
from concviz.view.phrases import speedup, what_is_shown
from concviz.view.row_order import Row as Placed
from concviz.view.row_order import rows_of
from concviz.view.signs import SIGNS, Mark, Sign

MOST_ROWS = 40
MOST_NAME = 30
"""Characters that the name of a row may have."""
MOST_HIGH = 16
"""So many rows are as high as names above glyphs need; more are low."""


def of_run(run: Run, columns: int | None) -> Picture:
    """The picture of a run, so many columns of characters wide."""
    sheet = Sheet(columns)
    title = headline(run)
    sheet.say(title, "strong")
    if run.environment is not None:
        sheet.say(place(run.environment), "faint")
    sheet.y += HIGH_GAP
    if run.started == UNKNOWN:
        sheet.say(f"{run.phase.value} before the first task")
        return sheet.picture(title)
    drawn = draw_rows(sheet, run)
    sheet.y += HIGH_GAP
    sheet.legend(legend_lines(run, drawn, sheet.columns))
    sheet.say_all(drawn.remarks, "faint", gap=HIGH_GAP)
    return sheet.picture(title)


def draw_rows(sheet: Sheet, run: Run) -> Drawn:
    """The ruler and the rows of a run that has started."""
    now = now_of(run)
    names, more = _names(run)
    gutter = sheet.gutter([*names, f"queue {len(run.tasks):,}"])
    axis = sheet.axis(gutter, now - run.started)
    rows = _rows(run, axis, sheet, HIGH if len(names) <= MOST_HIGH else LOW, now)
    top = sheet.y
    sheet.y += RULER
    queue, deepest = queue_row(run, axis, now)
    if deepest:
        sheet.row(f"queue {deepest:,}", gutter, queue.drawn, QUEUE_PX, LOW_GAP)
    for name, (row, height) in zip(names, rows, strict=True):
        sheet.row(name, gutter, row.drawn, height, HIGH_GAP if height == HIGH else LOW_GAP)
    sheet.ruler(axis, gutter, top)
    if more:
        sheet.say(f"… {more}", "faint")
    used = {sign: [run] for sign in in_order({sign for row, _ in rows for sign in row.signs})}
    if deepest:
        used[Mark.QUEUE] = [run]
    outside = any(row.outside for row, _ in rows)
    remarks = merged_note(sum(row.merged for row, _ in rows), axis) + clock_notes(run, axis.least)
    return Drawn(used, remarks, outside)


def legend_lines(run: Run, drawn: Drawn, columns: int) -> list[Line]:
    """What the signs mean, and how much of the task time each state took."""
    spent = Spending(run).of_run(now_of(run))
    notes: dict[Sign, str] = {Mark.QUEUE: "; number: the most"}
    outside = drawn.outside
    return legend(drawn.used, columns, spent=(run, spent), notes=notes, outside=outside)


def now_of(run: Run) -> int:
    """Up to when a run that has started is known."""
    return run.finished if run.finished != UNKNOWN else run.latest


def headline(run: Run) -> str:
    """What ran, how long it took, and how much faster than sequentially that is."""
    shown = what_is_shown(run)[0]
    if run.program is not None:
        return shown
    summary = summarise(run)
    faster = f" · speedup {speedup(run, summary)}" if summary.speedup is not None else ""
    return f"{shown}{faster}"


def place(environment: Environment) -> str:
    """Where it ran, and what was seen of it."""
    said = f"{environment.python_text} · {environment.cores_text}"
    if environment.observer is not None:
        said += f" · {environment.observer.text}"
    return sanitize(said)


def _rows(run: Run, axis: Axis, sheet: Sheet, height: int, now: int) -> list[tuple[Row, int]]:
    fills, found = sheet.fills, []
    for placed in _placed(run):
        if placed.worker is not None:
            found.append((worker_row(run, placed.worker, axis, fills, height, now), height))
        elif placed.others is not None:
            found.append((others_row(run, placed.others, axis, fills), LOW))
        elif placed.queue_of is not None:
            found.append((group_queue_row(run, placed.queue_of, axis, now), QUEUE_PX))
        else:
            found.append((helpers_row(run, placed.helpers, axis, fills, now), LOW))
    return found


def _placed(run: Run) -> list[Placed]:
    """The rows that are drawn."""
    return rows_of(run)[: MOST_ROWS + min(MOST_ROWS, len(run.others_seen))]


def _names(run: Run) -> tuple[list[str], str]:
    """Of the rows, and what is said of those that are left out."""
    placed, everything = _placed(run), len(rows_of(run))
    more = everything - len(placed)
    return [row.name(run, MOST_NAME) for row in placed], count(more, "more row") if more else ""


def in_order(found: set[Sign]) -> list[Sign]:
    """As in a legend."""
    return [sign for sign in SIGNS if sign in found]
