"""The timeline of a run as lines of text: a ruler, the queue, a row for each worker, a legend."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from rich.text import Text

from concviz.model.rows import MANY, Kind, Segment, queue_depths, worker_row
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.model.viewport import Viewport

MOST_ROWS = 40
LEAST_CELLS = 10
LEVELS = "▁▂▃▄▅▆▇█"
BAR_END = "▊"
"""Last cell of a bar, so that bars that touch are told apart without colour."""

STYLES = {
    Kind.RUNNING: "green",
    Kind.FAILED: "red",
    Kind.LOST: "magenta",
    Kind.PARTLY: "green",
    Kind.QUEUED: "dim",
    Kind.STARTING: "yellow",
    Kind.RETURNING: "cyan",
    Kind.DIED: "bold red",
}
OTHER_GREEN = "bright_green"
QUEUE = "blue"
FAINT = "dim"


def timeline(run: Run, width: int) -> list[Text]:
    """The picture of a run that has ended, at most so many cells wide; no line before its start."""
    if run.started == UNKNOWN:
        return []
    workers = run.workers[:MOST_ROWS]
    labels = [run.label(worker) for worker in workers]
    gutter = max(map(cell_len, [*labels, f"queue {run.plan.tasks:,}"])) + 2
    view = _view(run, width - gutter)
    depths = queue_depths(run, view, run.finished)
    deepest = max(depths, default=0)

    lines = _ruler(view, gutter)
    if deepest:
        lines.append(
            _labelled(f"queue {deepest:,}", gutter).append(_levels(depths, deepest), QUEUE)
        )
    kinds: set[Kind] = set()
    for worker, label in zip(workers, labels, strict=True):
        row = worker_row(run, worker, view, run.finished)
        kinds |= {segment.kind for segment in row}
        lines.append(_labelled(label, gutter).append_text(_cells(row)))
    if (more := len(run.workers) - len(workers)) > 0:
        lines.append(Text(f"… {more:,} more worker{'s' if more > 1 else ''}", FAINT))
    return [*lines, Text(), *_legend(kinds, bool(deepest), width)]


def _view(run: Run, cells: int) -> Viewport:
    """All of the run, and a cell behind it in which a worker's death at its end is seen."""
    cells = max(cells, LEAST_CELLS)
    return Viewport.fit(run.finished - run.started, cells - 1).resized(cells)


def _labelled(label: str, gutter: int) -> Text:
    return Text().append(label.rjust(gutter - 2), FAINT).append("  ")


def _ruler(view: Viewport, gutter: int) -> list[Text]:
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


def _cells(row: Iterable[Segment]) -> Text:
    text = Text()
    bars = 0
    for segment in row:
        begin, end, kind, task = segment
        text.append(" " * (begin - text.cell_len))
        style = STYLES[kind]
        is_bar = kind in (Kind.RUNNING, Kind.FAILED, Kind.LOST)
        if is_bar:
            bars += 1
            if kind is Kind.RUNNING and bars % 2 == 0:
                style = OTHER_GREEN
        length = end - begin
        number = str(task)
        if is_bar and task != MANY and length >= len(number) + 2:
            text.append(kind.glyph, style)
            text.append(number, f"{style} reverse")
            length -= len(number) + 1
        if is_bar and end - begin >= 3:
            text.append(kind.glyph * (length - 1), style).append(BAR_END, style)
        else:
            text.append(kind.glyph * length, style)
    return text


def _legend(kinds: set[Kind], queue: bool, width: int) -> list[Text]:
    """The glyphs that occur and what they mean, in as many lines as they need."""
    entries = [(kind.glyph, kind.word, STYLES[kind]) for kind in Kind if kind in kinds]
    if queue:
        entries.append((LEVELS[0] + LEVELS[-1], "queued tasks; number: the most", QUEUE))
    lines: list[Text] = []
    for glyph, word, style in entries:
        entry = Text.assemble((glyph, style), (f" {word}", FAINT))
        if lines and lines[-1].cell_len + 3 + entry.cell_len <= width:
            lines[-1].append("   ").append_text(entry)
        else:
            lines.append(entry)
    return lines
