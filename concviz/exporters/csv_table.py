"""Comparisons and sweeps as CSV, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

from concviz.analysis.comparison import Comparison
from concviz.analysis.sweep import Sweep
from concviz.exporters import compared
from concviz.exporters.report import ended
from concviz.model.tasks import Outcome
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State


def of_comparison(found: Comparison) -> str:
    """A line for each strategy; the columns are the keys of the JSON object's rows."""
    return _csv(compared.comparison(found)["rows"])


def of_sweep(found: Sweep) -> str:
    """A line for each point; the columns are the keys of the JSON object's points."""
    return _csv(compared.sweep(found)["points"])


def _csv(rows: list[dict[str, Any]]) -> str:
    flat = [_flat(row) for row in rows]
    columns = list(flat[0]) if flat else []
    page = io.StringIO()
    writer = csv.DictWriter(page, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return page.getvalue()


_PARTS = {"states": [state.key for state in State], "counts": list(ended([0] * len(Outcome)))}


def _flat(row: dict[str, Any]) -> dict[str, object]:
    """Lists become one cell, objects several; what is null becomes nothing."""
    found: dict[str, object] = {}
    for key, value in row.items():
        if key in _PARTS:
            found |= {part: (value or {}).get(part) for part in _PARTS[key]}
        elif isinstance(value, list):
            found[key] = sanitize(("; " if key == "remarks" else " ").join(map(str, value)))
        elif isinstance(value, str):
            found[key] = sanitize(value)
        else:
            found[key] = value
    return found
