"""What the commands print: to whatever standard output is, with nobody hurt if it goes away."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from concviz.cli.streams import write
from concviz.cli.widths import width

if TYPE_CHECKING:
    from rich.console import RenderableType

    from concviz.analysis.comparison import Comparison
    from concviz.analysis.sweep import Sweep
    from concviz.model.run import Run
    from concviz.runner.catalogue import Entry


def print_run(run: Run, as_json: bool, explain: bool = False) -> None:
    """The picture of a run and what it amounted to, with findings or not; or its JSON object."""
    from concviz.analysis.statistics import summarise
    from concviz.exporters import pages

    if as_json:
        _print_object(run)
    else:
        _print(pages.of_run(run, summarise(run), explain, width()))


def print_comparison(found: Comparison, as_json: bool) -> None:
    """Verdict, stacked timelines and table of a comparison; or its JSON object."""
    from concviz.exporters import pages

    if as_json:
        _print_object(found)
    else:
        _print(pages.of_comparison(found, width()))


def print_sweep(found: Sweep, as_json: bool) -> None:
    """Recommendation, plot and table of a sweep; or its JSON object."""
    from concviz.exporters import pages

    if as_json:
        _print_object(found)
    else:
        _print(pages.of_sweep(found, width()))


def listed(entry: Entry) -> dict[str, Any]:
    """An entry of a list, as JSON; what is not known, because it is not loaded, is null."""
    known = entry.facts is not None
    return {
        "id": entry.id,
        "package": entry.package,
        "summary": entry.summary if known else None,
        "available": entry.reason is None if known else None,
        "reason": entry.reason,
    }


def print_list(entries: list[dict[str, Any]], as_json: bool) -> None:
    """Things with an id and a summary, or why they are not available, or where they are from."""
    if as_json:
        print_json(entries)
        return
    from rich.table import Table
    from rich.text import Text

    from concviz.trace.sanitize import sanitize

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for entry in entries:
        words = Text(sanitize(entry["summary"] or ""))
        if entry["available"] is None:
            words.append(f"from {sanitize(entry['package'])} (not loaded until used)", "dim")
        elif not entry["available"]:
            words.append(" " * bool(words)).append(
                sanitize(f"Not available: {entry['reason']}."), "yellow"
            )
        table.add_row(Text(sanitize(entry["id"]), "bold"), words)
    _print([table])


def print_json(found: object) -> None:
    """On one line, or indented for a person."""
    from concviz.exporters.json import encode

    _print_line(encode(found))


def _print_object(found: Run | Comparison | Sweep) -> None:
    from concviz.exporters.registry import EXPORTERS

    _print_line(EXPORTERS.load("json").write(found))


def _print_line(line: bytes) -> None:
    from concviz.exporters.json import indented

    text = line.decode()
    if sys.stdout is not None and sys.stdout.isatty():
        text = indented(text)
    write(text.rstrip("\n") + "\n", "utf-8")


def _print(page: Iterable[RenderableType]) -> None:
    from concviz.view.glyphs import encoding_of

    write(_drawn(page, sys.stdout), encoding_of(sys.stdout))


def _drawn(page: Iterable[RenderableType], stream: TextIO | None) -> str:
    """The text of a page for standard output or error."""
    from rich.console import Console

    from concviz.exporters import pages

    file = _Page(stream)
    pages.write(page, Console(file=file, width=width(), highlight=False, markup=False, emoji=False))
    return re.sub(r" +$", "", file.getvalue(), flags=re.MULTILINE)


class _Page(io.StringIO):
    """What will be written to a stream: rich asks it whether that is a terminal."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()
