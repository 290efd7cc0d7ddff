"""What a row of a timeline is made of: cells that show the same."""

from __future__ import annotations

from typing import NamedTuple

from concviz.model.tasks import Outcome
from concviz.view.signs import Kind, Shown

MANY = -1
"""In place of a task: more than one."""

OUTSIDE = -2
"""In place of a task: none. The thread did that by itself."""


class Segment(NamedTuple):
    """Cells from ``begin`` to before ``end`` that show the same."""

    begin: int
    end: int
    kind: Shown
    task: int = MANY


_WORSE = {Outcome.FAILED: Kind.FAILED, Outcome.LOST: Kind.LOST, Outcome.STOPPED: Kind.LOST}
_WORSE[Outcome.CANCELLED] = Kind.CANCELLED
BARS = [_WORSE.get(outcome, Kind.BUSY) for outcome in Outcome]
"""What the bar of a task with that outcome shows."""
