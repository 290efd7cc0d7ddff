"""JSON, for programs: one object, described by the JSON Schema that ``schema`` publishes."""

from __future__ import annotations

import json
import re

import msgspec

from concviz.exporters.exporter import Exporter
from concviz.exporters.reports.of_experiment import compare_report, sweep_report
from concviz.exporters.reports.of_run import run_report


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


_UNUSUAL = re.compile("[^ -~]")


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]


EXPORTER = Exporter(
    name="json",
    summary="one JSON object, for programs",
    suffixes=(".json",),
    writers={
        "run": lambda run, _: encode(run_report(run)) + b"\n",
        "compare": lambda found, _: encode(compare_report(found)) + b"\n",
        "sweep": lambda found, _: encode(sweep_report(found)) + b"\n",
    },
)
