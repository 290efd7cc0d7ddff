"""The published JSON Schema of what ``--json`` prints, made from the structs that are printed.

A field's description is the docstring that stands beneath it, so nothing is said twice.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import msgspec

from concviz.exporters.reports.experiment import CompareReport, SweepReport
from concviz.exporters.reports.run import RunReport

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REPORTS: dict[str, type[RunReport | CompareReport | SweepReport]] = {
    "run": RunReport,
    "compare": CompareReport,
    "sweep": SweepReport,
}
"""By the commands that print them."""


def published(kind: str) -> dict[str, Any]:
    """The schema of what that command prints. Every key is always there, and others may come."""
    report = REPORTS[kind]
    (top,), parts = msgspec.json.schema_components([report], ref_template="#/$defs/{name}")
    for struct in set(_structs(msgspec.inspect.type_info(report))):
        part = parts[struct.__name__]
        part["description"] = _words(inspect.getdoc(struct) or "")
        part["required"] = list(part["properties"])
        told = _told(struct)
        for name, field in part["properties"].items():
            field.pop("default", None)
            field["description"] = f"{told.get(name, '')} {field.get('description', '')}".strip()
    (version,) = parts[report.__name__]["properties"]["schema"]["enum"]
    return {
        "$schema": DIALECT,
        "$id": f"urn:concviz:{kind}:{version}",
        "title": f"concviz {kind} --json, schema {version}",
        **top,
        "$defs": parts,
    }


def _structs(found: msgspec.inspect.Type) -> Iterator[type]:
    """The struct or dataclass that this is, and all within it."""
    match found:
        case msgspec.inspect.StructType() | msgspec.inspect.DataclassType():
            yield found.cls
            for field in found.fields:
                yield from _structs(field.type)
        case msgspec.inspect.Metadata():
            yield from _structs(found.type)
        case msgspec.inspect.ListType():
            yield from _structs(found.item_type)
        case msgspec.inspect.UnionType():
            for each in found.types:
                yield from _structs(each)


def _told(struct: type) -> dict[str, str]:
    """The docstrings beneath its fields, and beneath those of the structs that it extends."""
    told: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        if not each.__module__.startswith("concviz."):
            continue
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(each))).body
        assert isinstance(definition, ast.ClassDef)
        for field, below in itertools.pairwise(definition.body):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    told[name] = _words(text)
    return told


def _words(docstring: str) -> str:
    """On one line, and in the words of JSON."""
    return re.sub(r"\bNone\b", "null", " ".join(docstring.replace("``", "").split()))
