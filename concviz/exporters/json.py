"""JSON, for programs: one object, described by the JSON Schema that ``schema`` publishes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from concviz.exporters.exporter import Exporter, Look
from concviz.exporters.reports.of_run import run_report, tasks_report
from concviz.model.run import Run

if TYPE_CHECKING:
    from concviz.analysis.comparison import Comparison
    from concviz.analysis.sweep import Sweep


def encode(found: object) -> bytes:
    """As JSON in UTF-8, on one line.

    What a terminal could obey or hide is escaped as JSON does it: a reader gets it as it was.
    """
    try:
        text = msgspec.json.encode(found).decode()
    except UnicodeEncodeError:  # a lone surrogate, which only JSON's own escapes can say
        text = json.dumps(msgspec.to_builtins(found), separators=(",", ":"))
    return (text if text.isprintable() else _UNUSUAL.sub(_escaped, text)).encode()


def indented(line: str) -> str:
    """The same, laid out for a person."""
    try:
        return msgspec.json.format(line, indent=2)
    except msgspec.DecodeError:  # a lone surrogate
        return json.dumps(json.loads(line), indent=2)


def of_run(run: Run, look: Look) -> Iterator[bytes]:
    """The object of a run. Its tasks are written some at a time: of many, no list is made."""
    # In a text the quotes would be escaped, and no other list of that name is empty.
    head, between, tail = encode(run_report(run)).partition(b'"tasks":[]')
    yield head + between[:-1]
    tasks = tasks_report(run)
    separator = b""
    while some := list(islice(tasks, TASKS)):
        yield separator + encode(some)[1:-1]
        separator = b","
    yield b"]" + tail + b"\n"


TASKS = 200
"""Tasks that are written at once."""
_UNUSUAL = re.compile("[^ -~]")


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]


def _of_comparison(found: Comparison, look: Look) -> bytes:
    from concviz.exporters.reports.of_experiment import compare_report

    return encode(compare_report(found)) + b"\n"


def _of_sweep(found: Sweep, look: Look) -> bytes:
    from concviz.exporters.reports.of_experiment import sweep_report

    return encode(sweep_report(found)) + b"\n"


EXPORTER = Exporter(
    name="json",
    summary="one JSON object, for programs",
    suffixes=(".json",),
    writers={
        "run": of_run,
        "compare": _of_comparison,
        "sweep": _of_sweep,
    },
)
