"""The events of the Trace Event Format that are written, as its readers expect them.

The format is described in "Trace Event Format" (Google, 2016), which Chrome, Perfetto and the
Firefox Profiler read. Times and durations are in microseconds. Of one thread, slices nest.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

US = 1_000
"""Nanoseconds of a microsecond."""
Arguments = dict[str, Any]


class Slice(Struct, tag_field="ph", tag="X", omit_defaults=True, gc=False):
    """Something that lasts, on the track of a thread."""

    name: str
    cat: str
    pid: int
    tid: int
    ts: float
    dur: float
    args: Arguments = {}
    bind_id: str = ""
    """Of the arrow that comes from here or goes there."""
    flow_in: bool = False
    flow_out: bool = False


class Instant(Struct, tag_field="ph", tag="i", omit_defaults=True, gc=False):
    """Something that happens to a thread."""

    name: str
    cat: str
    pid: int
    tid: int
    ts: float
    s: str
    """Scope: "t" is a thread."""
    args: Arguments = {}


class Counter(Struct, tag_field="ph", tag="C", gc=False):
    """Figures that hold from then on."""

    name: str
    cat: str
    pid: int
    tid: int
    ts: float
    args: dict[str, float]


class Metadata(Struct, tag_field="ph", tag="M", gc=False):
    """What a process or thread is called, and where it stands."""

    name: str
    cat: str
    pid: int
    tid: int
    ts: float
    args: dict[str, str | int]


Event = Slice | Instant | Counter | Metadata
