"""What kind of value each field of a plan takes, for who fills them in Python."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any, SupportsFloat, SupportsIndex

from concviz.trace.plan import Problem

WHOLE = frozenset(("workers", "tasks", "chunksize", "repeat", "warmup"))
NUMBERS = {
    "duration_s": "a number of seconds, such as 0.5",
    "rounds_per_s": "a number or None",
    "sample_hz": "a number, such as 50",
}
TEXTS = {
    "strategy": "a name, such as 'thread-pool'",
    "workload": "a name, such as 'sleep'",
    "start_method": "a name, such as 'spawn', or None",
    "scheduler": "an address, such as 'tcp://host:8786', or 'local'",
}
_WANTED = NUMBERS | TEXTS | {"inputs": "a tuple of texts, such as ('range:20',)"}
OPTIONAL = frozenset(("start_method", "rounds_per_s", "repeat"))
"""None is a value of these."""
LONGEST = 60
"""Characters of a value that a sentence quotes."""


def typed(fields: Mapping[str, object]) -> tuple[dict[str, Any], list[Problem]]:
    """The fields as plain numbers and texts, and what is wrong with those that are none."""
    values: dict[str, Any] = {}
    problems = []
    for name, given in fields.items():
        try:
            values[name] = _value(name, given)
        except (TypeError, ValueError):
            wanted = _WANTED.get(name, "a whole number, such as 4")
            problems.append(_problem(name, given, wanted))
    return values, problems


def whole_numbers(name: str, given: Iterable[object]) -> list[Problem]:
    """What is wrong with several that are to be whole numbers."""
    return [
        _problem(name, each, "whole numbers, such as 4")
        for each in given
        if isinstance(each, bool) or not isinstance(each, SupportsIndex)
    ]


def _value(name: str, given: object) -> object:
    if given is None and name in OPTIONAL:
        return None
    if isinstance(given, bool):
        raise TypeError
    if name in WHOLE and isinstance(given, SupportsIndex):
        return operator.index(given)
    if name == "inputs" and isinstance(given, tuple | list):
        return tuple(_text(each) for each in given)
    if name in NUMBERS and isinstance(given, SupportsFloat):
        return float(given)
    if name in TEXTS and isinstance(given, str):
        return str(given)
    raise TypeError


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given


def _problem(name: str, given: object, wanted: str) -> Problem:
    said = repr(given)
    said = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
    return Problem(name, f"{name} is {said}: it must be {wanted}.")
