"""CSV, for spreadsheets: the rows or points of the JSON object, with its keys as columns.

A spreadsheet computes a cell that begins with ``=``, ``+``, ``-`` or ``@``. A text that does (a
number is none) gets an apostrophe in front, which spreadsheets read as "this is text". Only names
and reasons of other packages can begin so, and the JSON object has them as they were.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from concviz.exporters.exporter import Exporter
from concviz.exporters.reports.of_experiment import compare_report, sweep_report
from concviz.exporters.reports.parts import OUTCOMES
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State

FORMULA = tuple("=+-@")
"""Beginnings of what a spreadsheet takes for a formula; some take their wide forms for one, too."""


def _rows(objects: Sequence[object]) -> str:
    """A line for each object."""
    flat = [_flat(msgspec.to_builtins(each)) for each in objects]
    page = io.StringIO()
    writer = csv.DictWriter(page, list(flat[0]) if flat else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return page.getvalue()


_PARTS = {"states": [state.key for state in State], "counts": list(OUTCOMES)}
"""Objects whose keys are columns, which there are also where an object is null."""


def _flat(row: Mapping[str, Any]) -> dict[str, object]:
    """Lists become one cell, objects several; what is null becomes nothing."""
    found: dict[str, object] = {}
    for key, value in row.items():
        if key in _PARTS:
            found |= {part: (value or {}).get(part) for part in _PARTS[key]}
        elif isinstance(value, list):
            found[key] = _text(("; " if key == "remarks" else " ").join(map(str, value)))
        elif isinstance(value, str):
            found[key] = _text(value)
        else:
            found[key] = value
    return found


def _text(value: str) -> str:
    shown = sanitize(value)
    computed = unicodedata.normalize("NFKC", shown[:1]).startswith(FORMULA)
    return f"'{shown}" if computed else shown


EXPORTER = Exporter(
    name="csv",
    summary="a table for a spreadsheet",
    suffixes=(".csv",),
    writers={
        "compare": lambda found, _: _rows(compare_report(found).rows),
        "sweep": lambda found, _: _rows(sweep_report(found).points),
    },
)
