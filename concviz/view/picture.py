"""The timeline of a run as lines of text: a ruler, the queue, a row for each worker, a legend."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len
from rich.text import Text

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.view.legend import LEVELS, Mark, Sign, meaning, signs_of
from concviz.view.others_row import others_row
from concviz.view.segments import MANY, Kind, Segment, queue_depths, worker_row
from concviz.view.state_segments import STATES, by_state
from concviz.view.viewport import Viewport

MOST_ROWS = 40
LEAST_CELLS = 10

STYLES: dict[Sign, str] = {
    Kind.BUSY: "green",
    Kind.RUNNING: "green",
    Kind.CORE_WAIT: "yellow",
    Kind.GIL_WAIT: "red",
    Kind.LOCK: "magenta",
    Kind.THREAD_WAIT: "bright_magenta",
    Kind.IO: "blue",
    Kind.SLEEP: "cyan",
    Kind.OTHER: "bright_black",
    Kind.UNKNOWN: "bright_black",
    Kind.LOOP_WAIT: "yellow",
    Kind.TASK_WAIT: "bright_black",
    Kind.EXECUTOR_WAIT: "bright_black",
    Kind.UNSEEN: "bright_black",
    Kind.FAILED: "red",
    Kind.LOST: "magenta",
    Kind.PARTLY: "green",
    Kind.QUEUED: "dim",
    Kind.STARTING: "yellow",
    Kind.RETURNING: "cyan",
    Kind.DIED: "bold red",
    Mark.BAR_END: "green",
    Mark.RUN_END: "dim",
    Mark.QUEUE: "blue",
}
OTHER_GREEN = "bright_green"
FAINT = "dim"


def timeline(run: Run, width: int) -> list[Text]:
    """The picture of a run that has ended, at most so many cells wide; no line before its start."""
    if run.started == UNKNOWN:
        return []
    workers = run.workers[:MOST_ROWS]
    others = run.others_seen[:MOST_ROWS]
    labels = [run.label(worker) for worker in workers] + [run.label_of(each) for each in others]
    gutter = max(map(cell_len, [*labels, f"queue {len(run.tasks):,}"])) + 2
    view = _view(run, width - gutter)
    depths = queue_depths(run, view, run.finished)
    deepest = max(depths, default=0)

    lines = ruler(view, gutter)
    if deepest:
        levels = Text(_levels(depths, deepest), STYLES[Mark.QUEUE])
        lines.append(labelled(f"queue {deepest:,}", gutter).append_text(levels))
    rows = [row_of(run, worker, view) for worker in workers]
    rows += [bars(others_row(run, each, view)) for each in others]
    lines += [
        labelled(label, gutter).append_text(row) for label, row in zip(labels, rows, strict=True)
    ]
    if (more := len(run.workers) - len(workers)) > 0:
        lines.append(Text(f"… {more:,} more worker{'s' if more > 1 else ''}", FAINT))
    used = signs_of([(run, [row.plain for row in rows])])
    if deepest:
        used[Mark.QUEUE] = [run]
    return [*lines, Text(), *legend(used, width)]


def row_of(run: Run, worker: Worker, view: Viewport) -> Text:
    """A worker's bars, by state where that was seen."""
    return bars(by_state(run, worker, worker_row(run, worker, view, run.finished), view))


def _view(run: Run, cells: int) -> Viewport:
    """All of the run, and a cell behind it in which a worker's death at its end is seen."""
    cells = max(cells, LEAST_CELLS)
    return Viewport.fit(run.finished - run.started, cells - 1).resized(cells)


def labelled(label: str, gutter: int) -> Text:
    """The name of a row, at the left of its cells."""
    return Text().append(label.rjust(gutter - 2), FAINT).append("  ")


def ruler(view: Viewport, gutter: int) -> list[Text]:
    """Round times, and a line with a mark at each."""
    times, marks = " " * gutter, ["─"] * view.width
    for cell, label in view.ticks(apart=12):
        if cell >= view.width:
            break
        marks[cell] = "┬"
        begin = gutter + min(cell, view.width - len(label))
        if len(times) <= begin:
            times = times.ljust(begin) + label + " "
    return [Text(times.rstrip()), Text(" " * gutter + "".join(marks), FAINT)]


def _levels(depths: list[int], deepest: int) -> str:
    """A column for each number, so high that the deepest is full and one is seen."""
    top = len(LEVELS)
    return "".join([LEVELS[-(-depth * top // deepest) - 1] if depth else " " for depth in depths])


_SOLID = (Kind.BUSY, Kind.FAILED, Kind.LOST)
_BARS = (*_SOLID, Kind.UNSEEN, *STATES)


def bars(row: list[Segment]) -> Text:
    """The row's glyphs, and on each bar with room for it the number of its task."""
    width = row[-1].end if row else 0
    glyphs, styles = [" "] * width, [""] * width
    number_of_bars = 0
    begin = 0  # of the bar
    for index, segment in enumerate(row):
        goes_on = index > 0 and _same_bar(row[index - 1], segment)
        if segment.kind in _BARS and not goes_on:
            number_of_bars, begin = number_of_bars + 1, segment.begin
        style = (
            OTHER_GREEN
            if segment.kind is Kind.BUSY and number_of_bars % 2 == 0
            else STYLES[segment.kind]
        )
        cells = slice(segment.begin, segment.end)
        length = segment.end - segment.begin
        glyphs[cells] = segment.kind.glyph * length
        styles[cells] = [style] * length
        if segment.kind in _SOLID and length >= 3:
            glyphs[segment.end - 1] = Mark.BAR_END.glyph
        ends = index + 1 == len(row) or not _same_bar(segment, row[index + 1])
        number = str(segment.task)
        is_bar = segment.kind in _BARS and segment.task != MANY
        if is_bar and ends and segment.end - begin >= len(number) + 2:
            at = slice(begin + 1, begin + 1 + len(number))
            glyphs[at] = number
            styles[at] = [f"{styles[begin]} reverse"] * len(number)
    text = Text()
    for style, cells_of_it in groupby(zip(styles, glyphs, strict=True), itemgetter(0)):
        text.append("".join(glyph for _, glyph in cells_of_it), style or None)
    return text


def _same_bar(before: Segment, segment: Segment) -> bool:
    """Whether two parts of a row are parts of one task's bar."""
    together = before.end == segment.begin and before.task == segment.task != MANY
    return together and before.kind in _BARS and segment.kind in _BARS


def legend(used: dict[Sign, list[Run]], width: int) -> list[Text]:
    """What the signs of these runs' pictures mean, in as many lines as they need."""
    entries = []
    for sign, runs in used.items():
        number = "; number: the most" if sign is Mark.QUEUE else ""
        said = f" {meaning(sign, runs)}{number}"
        entries.append(Text.assemble((sign.glyph, STYLES[sign]), (said, FAINT)))
    return flowing(entries, width, gap=3)


def flowing(entries: Iterable[Text], width: int, gap: int) -> list[Text]:
    """Side by side, in as many lines as they need."""
    lines: list[Text] = []
    for entry in entries:
        if lines and lines[-1].cell_len + gap + entry.cell_len <= width:
            lines[-1].append(" " * gap).append_text(entry)
        else:
            lines.append(entry.copy())
    return lines
