"""HTML: one file without network, in which the timeline can be zoomed and asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from concviz.analysis.comparison import STOPPED, Comparison
from concviz.analysis.statistics import summarise
from concviz.analysis.sweep import Sweep
from concviz.analysis.time_breakdown import Spending
from concviz.exporters.drawing.elements import data
from concviz.exporters.drawing.plot import draw_plot
from concviz.exporters.drawing.sheet import Sheet
from concviz.exporters.drawing.stack import draw_blocks, said_of
from concviz.exporters.drawing.timeline import draw_rows, headline, legend_lines, now_of, place
from concviz.exporters.exporter import Exporter, Look
from concviz.exporters.viewer import sections
from concviz.exporters.viewer.data import left_out, run_data
from concviz.exporters.viewer.document import document, inline, words_of
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.view import tables
from concviz.view.legend import legend
from concviz.view.picture import blocks
from concviz.view.words import plan_words

MOST_ROWS = 400
MOST_ROWS_EACH = 64
"""Of each run of a comparison."""
COLUMNS = 150


def of_run(run: Run, look: Look) -> Iterable[bytes]:
    """A run: timeline, figures, findings, tasks, and what they printed and raised."""
    title = headline(run)
    where = place(run.environment) if run.environment is not None else ""
    if run.started == UNKNOWN:
        return document(title, where, [_not_begun(run)], [], "")
    now = now_of(run)
    still = Sheet(COLUMNS, margin=0)
    drawn = draw_rows(still, run)
    still.say_all(drawn.remarks, "faint")
    missing = left_out(run, MOST_ROWS, now)
    told = run_data(run, "", "", MOST_ROWS, now) | {"words": words_of(run)}
    summary = summarise(run)
    said = [
        "",
        sections.legend_of(legend_lines(run, drawn, COLUMNS)),
        "".join(sections.paragraph(each, "faint") for each in missing),
        sections.beside(
            sections.section("Findings", sections.findings_of(run)),
            sections.section(
                "Summary", sections.summary_of(run, summary, Spending(run).of_run(now))
            ),
        ),
        sections.folded("Tasks", sections.tasks_of(run)),
        sections.folded("What failed tasks raised", sections.tracebacks_of(run)),
        sections.folded("Printed", sections.printed_by(run)),
        sections.folded("Code", sections.source_of(run)),
    ]
    return document(title, where, said, [told], _still(still, title))


def _not_begun(run: Run) -> str:
    failed = sections.section(
        "Summary", sections.summary_of(run, summarise(run), Spending(run).of_run())
    )
    return sections.paragraph(f"{run.phase.value} before the first task", "said") + failed


def of_comparison(found: Comparison, look: Look) -> Iterable[bytes]:
    """A comparison: the verdict, the typical runs on one axis, the table."""
    title = f"{plan_words(found.cases[0].plan)}: which strategy"
    where = tables.where(found.environment, found.manner, found.cases)
    verdict = found.verdict()
    head = _head(verdict.sentence, found.stopped)
    rows = list(map(found.row, found.ordered()))
    best = [at for at, row in enumerate(rows) if row.strategy == verdict.recommended]
    cells = [] if found.empty else [tables.cells(row) for row in rows]
    figures = sections.figures(tables.COLUMNS, cells, best[0] if best else None, "The strategies")
    notes = _notes([note for row in rows for note in tables.notes(row)])
    shown = blocks(found)
    if not shown:
        return document(title, where, [head, figures, notes], [], "")
    still = Sheet(COLUMNS, margin=0)
    drawn = draw_blocks(still, shown)
    still.say_all(drawn.remarks, "faint")
    told = [
        run_data(block.run, block.name, said_of(case, block), MOST_ROWS_EACH, block.end)
        | {"words": words_of(block.run)}
        for case, block in shown
    ]
    missing = [
        f"{block.name}: {each}"
        for _, block in shown
        for each in left_out(block.run, MOST_ROWS_EACH, block.end)
    ]
    said = [
        head,
        sections.legend_of(legend(drawn.used, COLUMNS)),
        "".join(sections.paragraph(each, "faint") for each in missing),
        sections.section("Figures", figures, notes),
    ]
    return document(title, where, said, told, _still(still, title))


def of_sweep(found: Sweep, look: Look) -> Iterator[bytes]:
    """A sweep: the recommendation, the plot, the table, the laws."""
    title = f"{plan_words(found.baseline.plan)}: how many workers"
    where = tables.where(found.environment, found.manner, [found.baseline, *found.cases])
    points, advice = found.everything(), found.recommendation()
    chosen = (advice.recommended, advice.workers)
    best = [at for at, p in enumerate(points) if at and (p.strategy, p.workers) == chosen]
    cells = [] if found.empty else [tables.point_cells(point) for point in points]
    figures = sections.figures(tables.POINTS, cells, best[0] if best else None, "The points")
    sheet = Sheet(COLUMNS, margin=0)
    drawn = draw_plot(sheet, found)
    laws = "".join(map(sections.paragraph, tables.laws(found)))
    said = [
        _head(advice.sentence, found.stopped),
        sections.section("Figures", figures, laws, _notes(tables.sweep_notes(found))),
    ]
    picture = inline(sheet.picture(title), f"{title}: speedup against workers") if drawn else ""
    return document(title, where, said, [], picture)


def _head(sentence: str, stopped: bool) -> str:
    note = sections.paragraph(STOPPED, "bad") if stopped else ""
    return note + sections.paragraph(sentence, "said")


def _notes(said: list[str]) -> str:
    return sections.listed(map(data, said))


def _still(sheet: Sheet, title: str) -> str:
    return inline(sheet.picture(title), f"Timeline of {title}", "picture")


EXPORTER = Exporter(
    name="html",
    summary="one file for a browser: a timeline to zoom and point at, figures, findings",
    suffixes=(".html", ".htm"),
    writers={"run": of_run, "compare": of_comparison, "sweep": of_sweep},
)
