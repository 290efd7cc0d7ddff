"""What a function is called with: from what was written on a command line to a list of values.

Each ``--inputs`` is one of these, and all of them follow one another: "range:20", "range:5,25" or
"range:0,100,5"; "json:FILE" (a list), "lines:FILE" (each without its end); "module:name" or
"file.py:name" (something to iterate, or a function without arguments that returns it); or a value:
what JSON has (a number, true, null, "text", [1, 2]), else the text as it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NoReturn

from concviz.trace.plan import MAX_TASKS
from concviz.worker.describe import cut, describe_error
from concviz.worker.references import find

LONGEST = 100_000
"""Characters of all of them: they are in the plan, and so in every recording."""
TOO_LONG = (
    f"inputs are longer than {LONGEST:,} characters: put the values in a file, lines:FILE or "
    "json:FILE"
)
SHOWN = 60
"""Characters of one that a sentence quotes."""
HELP = "range:20, json:FILE, lines:FILE, module:name, or a value"
_REFERENCE = re.compile(r"(?:[^:]+\.py|[^\W\d]\w*(?:\.[^\W\d]\w*)*):[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class InputsError(ValueError):
    """Why there are no such inputs: a sentence that says what to change."""


def loaded(specs: Sequence[str], tasks: int) -> list[object]:
    """The first so many values. Raises InputsError where there are fewer, or they cannot be had."""
    found = first(specs, tasks)
    if len(found) < tasks:
        raise InputsError(f"there are only {len(found):,} inputs, and {tasks:,} were asked for")
    return found


def first(specs: Sequence[str], most: int = MAX_TASKS + 1) -> list[object]:
    """At most so many values. Raises InputsError where they cannot be had."""
    return list(islice((value for spec in specs for value in _values(spec)), most))


def trouble(specs: Sequence[str]) -> str | None:
    """What is wrong with the specs as they are written, in a sentence; None: nothing."""
    if not specs:
        return f"inputs are missing, which the function is called with, one each: {HELP}"
    if sum(map(len, specs)) > LONGEST:
        return TOO_LONG
    return None


def written(value: object) -> str:
    """The value as a spec. Raises TypeError for what JSON has not, or makes something else of."""
    if not _plain(value):
        raise TypeError
    return json.dumps(value)


def _plain(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_plain, value))
    if type(value) is dict:
        return all(type(key) is str and _plain(each) for key, each in value.items())
    if type(value) is float:
        return value - value == 0  # neither nan nor infinite
    return value is None or type(value) in (bool, int, str)


def _values(spec: str) -> Iterable[object]:
    try:
        return [json.loads(spec, parse_constant=_no_number)]
    except (ValueError, RecursionError):
        pass
    kind, colon, rest = spec.partition(":")
    if colon and (of_kind := _KINDS.get(kind)) is not None:
        return of_kind(spec, rest)
    return _of_module(spec) if _REFERENCE.fullmatch(spec) else [spec]


def _range(spec: str, numbers: str) -> Iterable[object]:
    try:
        limits = [int(number) for number in numbers.split(",")]
        return range(*limits)
    except (ValueError, TypeError):
        _refuse(spec, "write it as range:20, range:5,25 or range:0,100,5")


def _json(spec: str, file: str) -> Iterable[object]:
    text = _text(spec, file)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        _refuse(spec, f"that is no JSON ({describe_error(error)[0]})")
    if not isinstance(found, list):
        _refuse(spec, f"there must be a list in it, not {_KIND_OF[type(found)]}")
    return found


def _lines(spec: str, file: str) -> Iterable[object]:
    return _text(spec, file).splitlines()


def _of_module(spec: str) -> Iterable[object]:
    try:
        found = find(spec)
        if callable(found) and not isinstance(found, Iterable):
            found = found()
        return _checked(spec, iter(found))
    except (Exception, SystemExit) as error:
        text = f"; if it is a text, write '\"{spec}\"'" if isinstance(error, ImportError) else ""
        _refuse(spec, f"{describe_error(error)[0]}{text}")


def _checked(spec: str, values: Iterator[object]) -> Iterator[object]:
    try:
        yield from values
    except (Exception, SystemExit) as error:
        _refuse(spec, describe_error(error)[0])


def _text(spec: str, file: str) -> str:
    try:
        return Path(file).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        _refuse(spec, f"the file cannot be read ({error.strerror or error})")
    except ValueError:
        _refuse(spec, "the file is no text in UTF-8")


_KINDS = {"range": _range, "json": _json, "lines": _lines}
_KIND_OF = {
    dict: "an object",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _refuse(spec: str, why: str) -> NoReturn:
    raise InputsError(f"inputs is {cut(spec, SHOWN)}: {why}") from None
