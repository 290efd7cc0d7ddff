"""Markdown, as people paste it into a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from concviz.analysis.comparison import STOPPED, Comparison
from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.analysis.sweep import Sweep
from concviz.analysis.time_breakdown import Spending
from concviz.analysis.wording import count
from concviz.exporters.exporter import Exporter, Look
from concviz.model.run import Run
from concviz.trace.sanitize import sanitize
from concviz.view import picture, run_page
from concviz.view.phrases import point, what_ran
from concviz.view.run_page import MOST_FAILURES
from concviz.view.summary import Line, summed
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
from concviz.view.words import plan_words

PICTURE = 100
"""Columns of a picture, when nobody says how wide it is."""


def of_run(run: Run, look: Look) -> str:
    """A run: what stands out, its figures, what went wrong, its picture."""
    points = [point(finding) for finding in findings(run)]
    known = summed(run, summarise(run), Spending(run).of_run())
    ended = ", ".join(each for each, _ in known.outcomes)
    states = ", ".join(f"{part.word} {part.share} ({part.time})" for part in known.states)
    rows = [known.took, Line("tasks", ended), *known.speedup, Line("states", states)]
    rows += [*known.locks, *known.others]
    failures = run.tasks.failures
    wrong = [f"{line.label} {line.said}".strip() for line in known.trouble]
    wrong += [f"task {n}: {failures[n].error}" for n in sorted(failures)[:MOST_FAILURES]]
    if (more := len(failures) - MOST_FAILURES) > 0:
        wrong.append(f"… {count(more, 'more failed task')}")
    drawn = [line.plain for line in picture.timeline(run, look.width or PICTURE)]
    parts = [
        [f"### {_escaped(f'concviz run: {what_ran(run)}')}"],
        [f"- **{_escaped(head)}**{_escaped(rest)}" for head, rest in points],
        _table(("", ""), [[label, sanitize(said)] for label, said, _ in rows if said]),
        [f"- {_escaped(sanitize(each))}" for each in wrong],
        ["```text", *drawn, "```"] if drawn else [],
        [_escaped(run_page.where(run))],
    ]
    return _joined(parts)


def of_comparison(found: Comparison, look: Look) -> str:
    """A comparison, with its verdict."""
    title = f"concviz compare: {plan_words(found.cases[0].plan)}"
    rows = list(map(found.row, found.ordered()))
    lines = [] if found.empty else [cells(row) for row in rows]
    said = [note for row in rows for note in notes(row)]
    place = where(found.environment, found.manner, found.cases)
    verdict = _qualified(found.verdict().sentence, found.stopped)
    return _markdown(title, verdict, place, COLUMNS, lines, said)


def of_sweep(found: Sweep, look: Look) -> str:
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
    """A heading, the sentence, the table, the place."""
    names = [column.name for column in columns]
    bullets = [f"- {_escaped(remark)}" for remark in remarks]
    parts = [[f"### {_escaped(title)}"], [f"**{_escaped(said)}**"], _table(names, lines, "---:")]
    return _joined([*parts, bullets, [_escaped(place)]])


def _table(names: Sequence[str], lines: Sequence[Sequence[str]], rest: str = "---") -> list[str]:
    """``rest``: how the columns behind the first one are aligned. There is no table of nothing."""
    rows = [[_escaped(cell) for cell in row] for row in (names, *lines)]
    rows.insert(1, ["---", *[rest] * (len(names) - 1)])
    return [f"| {' | '.join(row)} |" for row in rows] if lines else []


def _joined(parts: Iterable[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\|*_`<[" else c for c in text)


EXPORTER = Exporter(
    name="markdown",
    summary="what a pull request needs: findings or verdict, table, machine",
    suffixes=(".md", ".markdown"),
    writers={"run": of_run, "compare": of_comparison, "sweep": of_sweep},
    heeds=frozenset(("width",)),
)
