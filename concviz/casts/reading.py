"""Reads a cast as far as it is good: a bounded piece at a time, whatever is in the file."""

from __future__ import annotations

from typing import NamedTuple

from concviz.casts.asciicast import (
    CastError,
    Event,
    Header,
    decode_event,
    decode_header,
)
from concviz.trace.blocks import Blocks, Bytes

MOST_BYTES = 1 << 26
"""Bytes of a cast that are kept: an hour of a busy lab."""
MOST_EVENTS = 1 << 20
"""The same in events, of which a lab that is drawn 30 times a second makes 108,000 an hour."""


class Cast(NamedTuple):
    """A terminal session."""

    header: Header
    events: list[Event]
    """In the order of their times."""
    remark: str | None = None
    """What is wrong with the file, in a sentence without its full stop; None when nothing is."""

    @property
    def duration_s(self) -> float:
        """Seconds until the last event."""
        return self.events[-1].time_s if self.events else 0.0


def read(file: Bytes) -> Cast:
    """The cast in a file, perhaps packed. Raises CastError where it is none."""
    blocks = Blocks(file)
    header: Header | None = None
    events: list[Event] = []
    spoilt = 0
    latest_s = 0.0
    trouble: str | None = None
    while (text := blocks.read()) is not None:
        for line in text.split(b"\n"):
            if not line.strip():
                continue
            if header is None:
                header = decode_header(line)
                continue
            try:
                event = decode_event(line)
            except CastError:
                spoilt += 1
                continue
            if event is not None:
                latest_s = max(latest_s, event.time_s)
                events.append(event._replace(time_s=latest_s))
        if header is None and blocks.given > MOST_BYTES:
            break
        if blocks.given > MOST_BYTES:
            trouble = f"was read no further than its first {MOST_BYTES >> 20} MiB"
            break
        if len(events) >= MOST_EVENTS:
            trouble = f"was read no further than its first {len(events):,} events"
            break
    if header is None:
        raise CastError(f"it {blocks.trouble or ('has no header' if blocks.taken else 'is empty')}")
    if spoilt and blocks.open_ended:
        spoilt -= 1
        trouble = trouble or "is cut off in the middle of a line"
    trouble = trouble or blocks.trouble
    if spoilt:
        lines = "1 line" if spoilt == 1 else f"{spoilt:,} lines"
        left_out = f"has {lines} that cannot be read, and were left out"
        trouble = left_out if trouble is None else f"{trouble}, and {left_out}"
    return Cast(header, events, None if trouble is None else f"the cast {trouble}")


def without_idle(events: list[Event], limit_s: float) -> list[Event]:
    """The events, no two of them further apart than that."""
    found: list[Event] = []
    before_s = now_s = 0.0
    for event in events:
        now_s += min(event.time_s - before_s, limit_s)
        before_s = event.time_s
        found.append(event._replace(time_s=now_s))
    return found
