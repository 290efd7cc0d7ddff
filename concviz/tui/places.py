"""The panes of the lab: their numbers, which are the keys that lead there, and their names."""

from __future__ import annotations

from typing import NamedTuple

from textual.content import Content


class Place(NamedTuple):
    """Where a number key goes."""

    pane: str
    """Id of the pane."""
    goes_to: str
    """Id of what has the focus then, or is around it."""
    name: str


PLACES = (
    Place("strategy", "strategies", "Strategy"),
    Place("workload", "workloads", "Workload"),
    Place("workers", "workers", "Workers"),
    Place("timeline", "timeline", "Timeline"),
    Place("summary", "summary", "Summary"),
    Place("output", "output", "Output"),
    Place("code", "code", "Code"),
    Place("task", "task", "Task"),
)
"""In the order of their numbers, from 1 on."""
NUMBERS = {place.pane: number for number, place in enumerate(PLACES, start=1)}
NAMES = {place.pane: place.name for place in PLACES}


def title(pane: str, more: str = "") -> Content:
    """What stands in the frame of a pane, for example "[4] Timeline: 3 tasks"."""
    return Content(f"[{NUMBERS[pane]}] {NAMES[pane]}{f': {more}' if more else ''}")
