"""What a run, a comparison and a sweep amount to, on a page: lines of text and tables for rich."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from concviz.analysis.comparison import STOPPED, Comparison
from concviz.analysis.statistics import Summary
from concviz.analysis.sweep import Sweep
from concviz.model.run import Run
from concviz.trace.plan import Plan
from concviz.view import picture, run_page, tables
from concviz.view.plot import plot
from concviz.view.prose import Prose
from concviz.view.words import plan_words

WIDTH = 100
"""Width of a page when nobody says how wide it is."""
PLOT = (100, 20)
"""A plot that is larger says no more."""

Page = Iterable[RenderableType]


def of_run(run: Run, summary: Summary, explain: bool, width: int) -> Page:
    """The picture of a run and its figures, with findings or not."""
    lines = picture.timeline(run, width)
    return [
        *run_page.headline(run),
        Text(),
        *lines,
        *([Text()] if lines else []),
        run_page.figures(run, summary),
        *(run_page.found(run) if explain else []),
        *run_page.results(run),
        *run_page.failures(run),
        *run_page.output(run),
    ]


def of_comparison(found: Comparison, width: int) -> Page:
    """Verdict, stacked timelines and table: of nothing there is neither picture nor table."""
    rows, verdict = list(map(found.row, found.ordered())), found.verdict()
    best = [at for at, row in enumerate(rows) if row.strategy == verdict.recommended]
    cells = [] if found.empty else [tables.cells(row) for row in rows]
    place = tables.where(found.environment, found.manner, found.cases)
    return _apart(
        _head(found.cases[0].plan, place, found.stopped),
        [Prose(verdict.sentence, "bold")],
        picture.stack(found, width),
        _table(tables.COLUMNS, cells, best, width),
        _notes([note for row in rows for note in tables.notes(row)]),
    )


def of_sweep(found: Sweep, width: int) -> Page:
    """Recommendation, plot, table and laws: of nothing there is neither plot nor table."""
    points, advice = found.everything(), found.recommendation()
    cases = [found.baseline, *found.cases]
    chosen = (advice.recommended, advice.workers)
    best = [at for at, p in enumerate(points) if at and (p.strategy, p.workers) == chosen]
    cells = [] if found.empty else [tables.point_cells(point) for point in points]
    place = tables.where(found.environment, found.manner, cases)
    return _apart(
        _head(found.baseline.plan, place, found.stopped),
        [Prose(advice.sentence, "bold")],
        plot(found, min(width, PLOT[0]), PLOT[1]),
        _table(tables.POINTS, cells, best, width),
        [Prose(law) for law in tables.laws(found)],
        _notes(tables.sweep_notes(found)),
    )


def _apart(*parts: Sequence[RenderableType]) -> Page:
    """With an empty line between two parts of which neither is empty."""
    page: list[RenderableType] = []
    for part in filter(None, parts):
        page += [*([Text()] if page else []), *part]
    return page


def plain(page: Page, width: int = WIDTH) -> str:
    """The page without colours."""
    file = io.StringIO()
    write(page, Console(file=file, width=width, highlight=False, markup=False, emoji=False))
    return re.sub(r" +$", "", file.getvalue(), flags=re.MULTILINE).rstrip("\n")


def html(page: Page, width: int = WIDTH) -> str:
    """The page in colour, for a notebook."""
    console = Console(
        file=io.StringIO(),
        width=width,
        record=True,
        force_jupyter=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    write(page, console)
    return console.export_html(inline_styles=True, code_format=_IN_A_NOTEBOOK)


_IN_A_NOTEBOOK = '<pre style="line-height:normal;white-space:pre;overflow-x:auto">{code}</pre>'


def write(page: Page, console: Console) -> None:
    """Onto a console. Sentences are wrapped; any other line is left whole, as whoever made it.

    That is a picture's, which fits, or a task's, which files want so and terminals wrap themselves.
    """
    for line in page:
        console.print(line, soft_wrap=isinstance(line, Text))


def _head(plan: Plan, place: str, stopped: bool) -> list[Prose]:
    head = [Prose(plan_words(plan), "bold"), Prose(place, "dim")]
    return [*head, Prose(STOPPED, "yellow")] if stopped else head


def _table(
    columns: Sequence[tables.Column], lines: list[list[str]], best: list[int], width: int
) -> list[RenderableType]:
    if not lines:
        return []
    drawn, missing = tables.table(columns, lines, best[0] if best else None, width)
    names = ", ".join(missing)
    note = Prose(f"Too narrow for {names}: --csv and --markdown have all.", "dim")
    return [drawn, note] if missing else [drawn]


def _notes(notes: list[str]) -> list[Prose]:
    return [Prose(note, "yellow", mark="· ") for note in notes]
