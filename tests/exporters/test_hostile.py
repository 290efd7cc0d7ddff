"""Whatever a recording says, nothing that is printed or written obeys it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from rich.console import Console
from rich.text import Text

from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.cli import printing
from concviz.exporters import compared, csv_table, markdown, pages, report
from concviz.model.run import Run
from tests.builders import (
    ALL_PIECES,
    TEXTS,
    hostile_comparison,
    hostile_run,
    hostile_sweep,
    obeyed,
)


def plain_run(run: Run) -> str:
    return pages.plain(pages.of_run(run, summarise(run), explain=True, width=100))


TEXTS_OF: dict[str, Callable[[str], str]] = {
    "run": lambda text: plain_run(hostile_run(text)),
    "run that never began": lambda text: plain_run(hostile_run(text, finished=False)),
    "comparison": lambda text: pages.plain(pages.of_comparison(hostile_comparison(text), 100)),
    "sweep": lambda text: pages.plain(pages.of_sweep(hostile_sweep(text), 100)),
    "comparison as Markdown": lambda text: markdown.of_comparison(hostile_comparison(text)),
    "sweep as Markdown": lambda text: markdown.of_sweep(hostile_sweep(text)),
    "comparison as CSV": lambda text: csv_table.of_comparison(hostile_comparison(text)),
    "sweep as CSV": lambda text: csv_table.of_sweep(hostile_sweep(text)),
}


# (Fewer examples than usual: one of them has all pieces.)
@pytest.mark.parametrize("what", TEXTS_OF)
@settings(max_examples=40)
@given(text=TEXTS)
@example(text=ALL_PIECES)
@example(text="")
def test_no_text_has_anything_that_a_terminal_obeys(what: str, text: str) -> None:
    assert obeyed(TEXTS_OF[what](text)) == set()


@given(text=TEXTS)
@example(text=ALL_PIECES)
def test_json_escapes_it_and_says_the_same(text: str) -> None:
    for found in (
        report.report(hostile_run(text)),
        compared.comparison(hostile_comparison(text)),
        compared.sweep(hostile_sweep(text)),
    ):
        for indent in (False, True):
            written = report.encode(found, indent).decode()
            assert obeyed(written) == set()
            read = json.loads(written)
            # Two surrogates that stand together are one character to whoever reads JSON.
            assert read["plan"]["workload"] == json.loads(json.dumps(text))


@pytest.mark.parametrize("as_json", [False, True])
def test_a_run_of_what_is_not_installed_is_printed(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    printing.print_run(hostile_run(ALL_PIECES), as_json, explain=True)
    said = capsys.readouterr().out
    assert obeyed(said) == set()
    assert "[bold]" in said


@given(text=TEXTS)
def test_colours_are_only_ours(text: str) -> None:
    """Markup in a text is no style: the same page without it has the same styles."""
    page = pages.of_run(hostile_run(f"{text}[on blue]"), summarise(hostile_run(text)), True, 90)
    file = io.StringIO()
    console = Console(file=file, width=90, markup=False, highlight=False, emoji=False)
    pages.write(page, console)
    assert "[on blue]" in file.getvalue()
    spans = [span for line in page if isinstance(line, Text) for span in line.spans]
    assert not [span for span in spans if "on blue" in str(span.style)]


@given(text=TEXTS)
def test_findings_of_any_run_are_made(text: str) -> None:
    for finding in findings(hostile_run(text)):
        assert finding.sentence
