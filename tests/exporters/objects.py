"""The JSON objects as a program reads them: strictly, and against their published schemas."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from concviz.analysis.comparison import Comparison
from concviz.analysis.sweep import Sweep
from concviz.exporters.exporter import kind_of
from concviz.exporters.registry import EXPORTERS
from concviz.exporters.schema import published
from concviz.model.run import Run


def to_object(found: Run | Comparison | Sweep) -> dict[str, Any]:
    """The JSON object of that, which has been checked."""
    return read(kind_of(found), text_of("json", found))


def read(kind: str, text: str | bytes) -> dict[str, Any]:
    """What a command printed, or an exporter wrote, which has been checked."""
    found: dict[str, Any] = json.loads(text, parse_constant=_refuse)
    _validator(kind).validate(found)
    return found


def text_of(format: str, found: Run | Comparison | Sweep) -> str:
    """What an exporter writes."""
    return EXPORTERS.load(format).write(found).decode()


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


@cache
def _validator(kind: str) -> Draft202012Validator:
    """Readers let other keys pass; here one that nobody has described is a mistake."""
    schema = published(kind)
    Draft202012Validator.check_schema(schema)
    for part in schema["$defs"].values():
        if "properties" in part:
            part["additionalProperties"] = False
    return Draft202012Validator(schema)
