"""The lines of an asciicast v2: a header, and then what the terminal was given when.

https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

VERSION = 2
LARGEST = 1000
"""Columns or rows of a terminal that can be shown."""
LONGEST_S = 1e6
"""A time after which nothing is shown: eleven days."""


class CastError(ValueError):
    """What is no cast, and why, in a sentence without its full stop."""


class Kind(StrEnum):
    """What happens to a terminal; other kinds of events change nothing on it."""

    OUTPUT = "o"
    RESIZE = "r"


class Event(NamedTuple):
    """Something that happens to the terminal, so many seconds after the start."""

    time_s: float
    kind: Kind
    data: str
    """What is written on it; or its new size, as in ``100x30``."""


class Header(NamedTuple):
    """What comes before the events."""

    columns: int
    rows: int
    title: str | None = None
    idle_limit_s: float | None = None
    """Who plays it is to wait no longer than this where nothing happens."""


_EVENT = msgspec.json.Decoder(tuple[float, str, str])


def encode_header(header: Header) -> bytes:
    """Its line. Without the date: the same session makes the same file."""
    told: dict[str, Any] = {"version": VERSION, "width": header.columns, "height": header.rows}
    if header.idle_limit_s is not None:
        told["idle_time_limit"] = header.idle_limit_s
    if header.title is not None:
        told["title"] = header.title
    return msgspec.json.encode({**told, "env": {"TERM": "xterm-256color"}}) + b"\n"


def encode_event(event: Event) -> bytes:
    """Its line; times in milliseconds."""
    return msgspec.json.encode((round(event.time_s, 3), event.kind.value, event.data)) + b"\n"


def decode_header(line: bytes) -> Header:
    """The header that a line is. Raises CastError."""
    try:
        told = msgspec.json.decode(line)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise CastError("its first line is not the header of a cast, a JSON object") from error
    if not isinstance(told, dict) or "version" not in told:
        hint = ": `concviz replay` shows recordings of runs" if isinstance(told, dict) else ""
        raise CastError(f"it is no asciicast{hint}")
    if told["version"] != VERSION:
        raise CastError(
            f"it is an asciicast of version {str(told['version'])[:20]}, and only version "
            f"{VERSION} can be read: `asciinema convert -f asciicast-v2` makes one of it"
        )
    title, limit = told.get("title"), told.get("idle_time_limit")
    return Header(
        _length(told, "width", 80),
        _length(told, "height", 24),
        title if isinstance(title, str) else None,
        float(limit) if isinstance(limit, int | float) and 0 < limit < math.inf else None,
    )


def decode_event(line: bytes) -> Event | None:
    """The event that a line is; None where it changes nothing on the terminal. Raises CastError."""
    try:
        time_s, kind, data = _EVENT.decode(line)
    except (ValueError, RecursionError) as error:
        raise CastError("it is no event") from error
    if not 0 <= time_s <= LONGEST_S:
        raise CastError("its time cannot be")
    if kind not in (Kind.OUTPUT, Kind.RESIZE):
        return None
    if kind == Kind.RESIZE:
        size(data)
    return Event(time_s, Kind(kind), data)


def size(text: str) -> tuple[int, int]:
    """Columns and rows, as in ``100x30``. Raises CastError."""
    columns, _, rows = text.strip().lower().replace("×", "x").partition("x")
    try:
        found = int(columns), int(rows)
    except ValueError:
        found = 0, 0
    if not all(1 <= length <= LARGEST for length in found):
        raise CastError(f"a size is columns x rows, as in 100x30, of 1 to {LARGEST} each")
    return found


def _length(told: dict[str, Any], key: str, usual: int) -> int:
    """``usual`` where it is 0: so says a terminal of which nobody knows the size."""
    length = told.get(key)
    if type(length) is not int or not 0 <= length <= LARGEST:
        raise CastError(f"its {key} is not a whole number from 1 to {LARGEST}")
    return length or usual
