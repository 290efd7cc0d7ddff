"""CSV, for spreadsheets: tasks, rows or points of the JSON object, with its keys as columns.

A spreadsheet computes a cell that begins with ``=``, ``+``, ``-`` or ``@``. A text that does (a
number is none) gets an apostrophe in front, which spreadsheets read as "this is text". The JSON
object has it as it was.
"""

from __future__ import annotations

import csv
import io
import itertools
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from concviz.exporters.exporter import Exporter
from concviz.exporters.reports.experiment import RowReport
from concviz.exporters.reports.of_experiment import compare_report, sweep_report
from concviz.exporters.reports.of_run import tasks_report
from concviz.exporters.reports.parts import OUTCOMES
from concviz.exporters.reports.run import PickledReport, TaskReport
from concviz.trace.sanitize import sanitize
from concviz.trace.states import State

FORMULA = tuple("=+-@")
"""Beginnings of what a spreadsheet takes for a formula; some take their wide forms for one, too."""


def _rows(kind: type[msgspec.Struct], objects: Iterable[object]) -> Iterator[bytes]:
    """A line for each object of that kind."""
    page = io.StringIO()
    columns = [
        [*_SUMS[key]] if key in _SUMS else _PARTS.get(key, {key: key}).values()
        for key in kind.__struct_fields__
    ]
    writer = csv.DictWriter(page, list(itertools.chain(*columns)), lineterminator="\n")
    writer.writeheader()
    for each in objects:
        writer.writerow(_flat(msgspec.to_builtins(each)))
        if page.tell() > PIECE:
            yield page.getvalue().encode()
            page.seek(0)
            page.truncate()
    yield page.getvalue().encode()


PIECE = 1 << 16
"""Characters that are written at once, about."""
_PARTS = {
    "states": {state.key: state.key for state in State},
    "counts": {outcome: outcome for outcome in OUTCOMES},
    "returned": {key: f"returned_{key}" for key in PickledReport.__struct_fields__},
}
"""Objects whose keys are columns of these names, which there are also where an object is null."""


_Objects = list[dict[str, Any]]


def _transfer_s(found: _Objects) -> float | None:
    """From the beginning of the first to the end of the last."""
    times = [(each["since_s"], each["until_s"]) for each in found if each["since_s"] is not None]
    if not times:
        return None
    took: float = max(end for _, end in times) - min(begin for begin, _ in times)
    return round(took, 9)


_SUMS: dict[str, dict[str, Callable[[_Objects], object]]] = {
    "arrived": {
        "arrived_s": lambda found: found[0]["t_s"] if found else None,
        "arrived_host": lambda found: _text(found[-1]["host"] or "") if found else None,
        "arrived_pid": lambda found: found[-1]["pid"] if found else None,
    },
    "stolen": {"stolen": len},
    "transfers": {
        "transfers": len,
        "transfer_bytes": lambda found: sum(each["size_bytes"] for each in found),
        "transfer_s": _transfer_s,
    },
}
"""Lists of objects, of each the columns that say what they come to."""


def _flat(row: Mapping[str, Any]) -> dict[str, object]:
    """Lists become one cell, objects several; what is null becomes nothing."""
    found: dict[str, object] = {}
    for key, value in row.items():
        if key in _SUMS:
            found |= {name: of(value) for name, of in _SUMS[key].items()}
        elif key in _PARTS:
            found |= {name: (value or {}).get(part) for part, name in _PARTS[key].items()}
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
        "run": lambda run, _: _rows(TaskReport, tasks_report(run)),
        "compare": lambda found, _: _rows(RowReport, compare_report(found).rows),
        "sweep": lambda found, _: _rows(RowReport, sweep_report(found).points),
    },
)
