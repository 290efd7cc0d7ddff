"""Comparisons and sweeps in Markdown, as people paste them into a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from concviz.analysis.comparison import STOPPED, Comparison
from concviz.analysis.sweep import Sweep
from concviz.exporters.exporter import Exporter
from concviz.view.phrases import plan_words
from concviz.view.tables import (
    COLUMNS,
    POINTS,
    Column,
    cells,
    laws,
    notes,
    point_cells,
    sweep_notes,
    where,
)


def of_comparison(found: Comparison) -> str:
    """A comparison, with its verdict."""
    title = f"concviz compare: {plan_words(found.cases[0].plan)}"
    rows = list(map(found.row, found.ordered()))
    lines = [] if found.empty else [cells(row) for row in rows]
    said = [note for row in rows for note in notes(row)]
    place = where(found.environment, found.manner, found.cases)
    verdict = _qualified(found.verdict().sentence, found.stopped)
    return _markdown(title, verdict, place, COLUMNS, lines, said)


def of_sweep(found: Sweep) -> str:
    """A sweep, with its recommendation and the laws."""
    title = f"concviz sweep: {plan_words(found.baseline.plan)}"
    lines = [] if found.empty else [point_cells(point) for point in found.everything()]
    said = [*laws(found), *sweep_notes(found)]
    place = where(found.environment, found.manner, [found.baseline, *found.cases])
    advice = _qualified(found.recommendation().sentence, found.stopped)
    return _markdown(title, advice, place, POINTS, lines, said)


def _qualified(sentence: str, stopped: bool) -> str:
    return f"{STOPPED} {sentence}" if stopped else sentence


def _markdown(
    title: str,
    said: str,
    place: str,
    columns: Sequence[Column],
    lines: Sequence[Sequence[str]],
    remarks: Sequence[str],
) -> str:
    """A heading, the sentence, the table, the place. There is no table of nothing."""
    rule = ["---:" if at else "---" for at in range(len(columns))]
    rows = [[_escaped(cell) for cell in row] for row in ([c.name for c in columns], *lines)]
    rows.insert(1, rule)
    drawn = [f"| {' | '.join(row)} |" for row in rows] if lines else []
    bullets = [f"- {_escaped(remark)}" for remark in remarks]
    parts = [[f"### {_escaped(title)}"], [f"**{_escaped(said)}**"], drawn, bullets]
    parts.append([_escaped(place)])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\|*_`<[" else c for c in text)


EXPORTER = Exporter(
    name="markdown",
    summary="what a pull request needs: verdict, table, machine",
    suffixes=(".md", ".markdown"),
    writers={"compare": of_comparison, "sweep": of_sweep},
)
