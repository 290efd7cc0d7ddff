"""What all events have in common, and the kinds of their fields."""

from __future__ import annotations

from typing import Annotated

import msgspec

Nanoseconds = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]
"""A time or a duration: 146 years at most, so that no sum of two is beyond 64 bits."""

Result = str | int | float | bool | None
"""A task's result: itself if it is such a value of reasonable size, else its ``repr``, cut."""

Pairs = Annotated[list[Nanoseconds], msgspec.Meta(max_length=256)]
"""Number of a state and nanoseconds in it, one after the other: see ``sparse``."""
Id = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]


class Event(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Something that happened at ``t_ns`` (monotonic nanoseconds)."""

    t_ns: Nanoseconds
