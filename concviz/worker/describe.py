"""Words for any value: short, and safe whatever the value is. Standard library only."""

from __future__ import annotations

import math

RESULT = 1_000
"""Characters of a result that are passed on."""
TRACEBACK = 4_000


def printable(text: str) -> str:
    """The text as valid Unicode: a lone surrogate becomes its escape, all else stays."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def cut(text: str, most: int) -> str:
    """The text, or its beginning and how long it was."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text):,} characters)"


def describe_result(value: object) -> str | int | float | bool | None:
    """The value itself if JSON has it and it is short, else its repr, cut and never raising."""
    kind = type(value)
    if value is None or kind is bool:
        return value  # type: ignore[return-value]
    if kind is int and -(2**63) <= value < 2**63:  # type: ignore[operator]
        return value  # type: ignore[return-value]
    if kind is float and math.isfinite(value):  # type: ignore[arg-type]
        return value  # type: ignore[return-value]
    if kind is str:
        return printable(cut(value, RESULT))  # type: ignore[arg-type]
    return _short_repr(value)


_type_name = type.__dict__["__name__"].__get__
"""The name of a type, whatever its own type makes of ``__name__``."""


def _short_repr(value: object) -> str:
    import reprlib

    short = reprlib.Repr()
    short.maxlevel = 3  # a list of lists of … grows with every level
    short.maxstring = short.maxother = short.maxlong = 200
    short.maxlist = short.maxtuple = short.maxset = short.maxdict = short.maxdeque = 20
    try:
        if isinstance(value, (bytes, bytearray)):
            more = f"… ({len(value):,} bytes)" if len(value) > RESULT else ""
            return cut(repr(bytes(value[:RESULT])), RESULT) + more
        return printable(cut(short.repr(value), RESULT))
    except BaseException as error:
        name, raised = _type_name(type(value)), _type_name(type(error))
        return f"<{name} whose repr raised {raised}>"


_CALLERS = (
    "concviz.worker.tracing",
    "concviz.worker.given",
    "concviz.worker.steps",
    "concviz.worker.interpreter",
)
"""Its frames are between a task and whoever runs it: they are no part of the task."""


def describe_error(error: BaseException) -> tuple[str, str]:
    """One line that says what was raised, and the traceback from the task's own code on."""
    import traceback

    name = _type_name(type(error))
    try:
        line = cut(printable(f"{name}: {error}".removesuffix(": ")), RESULT)
    except BaseException:
        line = f"{name} (its text could not be made)"
    try:
        inner = error.__traceback__
        while inner is not None and inner.tb_frame.f_globals.get("__name__") in _CALLERS:
            inner = inner.tb_next
        text = printable("".join(traceback.format_exception(type(error), error, inner)))
    except BaseException:
        text = line
    if len(text) > TRACEBACK:
        text = f"… ({len(text):,} characters)\n{text[-TRACEBACK:]}"
    return line, text
