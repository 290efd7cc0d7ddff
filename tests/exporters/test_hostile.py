"""Whatever a recording says, nothing that is printed or written obeys it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from rich.console import Console
from rich.text import Text

from concviz.analysis.comparison import Comparison
from concviz.analysis.findings import findings
from concviz.analysis.statistics import summarise
from concviz.analysis.sweep import Sweep
from concviz.cli import printing
from concviz.exporters import pages
from concviz.exporters.json import indented
from concviz.exporters.registry import EXPORTERS
from concviz.model.run import Run
from tests.builders import (
    ALL_PIECES,
    TEXTS,
    hostile_comparison,
    hostile_run,
    hostile_sweep,
    obeyed,
)
from tests.exporters.objects import text_of, to_object


def plain_run(run: Run) -> str:
    return pages.plain(pages.of_run(run, summarise(run), explain=True, width=100))


MADE: dict[str, Callable[[str], Run | Comparison | Sweep]] = {
    "run": hostile_run,
    "compare": hostile_comparison,
    "sweep": hostile_sweep,
}
WRITTEN = [
    (name, kind)
    for name in EXPORTERS.references()
    for kind in MADE
    if EXPORTERS.load(name).can(kind) and not EXPORTERS.load(name).binary
]


# (Fewer examples than usual: one of them has all pieces.)
@pytest.mark.parametrize(("name", "kind"), WRITTEN)
@settings(max_examples=15)
@given(text=TEXTS)
@example(text=ALL_PIECES)
@example(text="")
def test_no_format_has_anything_that_a_terminal_obeys(name: str, kind: str, text: str) -> None:
    assert obeyed(text_of(name, MADE[kind](text))) == set()


@given(text=TEXTS)
@example(text=ALL_PIECES)
def test_nor_has_the_text_of_a_run_that_never_began(text: str) -> None:
    assert obeyed(plain_run(hostile_run(text, finished=False))) == set()


@pytest.mark.parametrize("kind", MADE)
@given(text=TEXTS)
@example(text=ALL_PIECES)
def test_json_escapes_it_and_says_the_same(kind: str, text: str) -> None:
    found = MADE[kind](text)
    # Two surrogates that stand together are one character to whoever reads JSON.
    assert to_object(found)["plan"]["workload"] == json.loads(json.dumps(text))
    laid_out = indented(text_of("json", found))
    assert obeyed(laid_out) == set()
    assert json.loads(laid_out) == to_object(found)


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
