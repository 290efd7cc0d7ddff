"""What the process of a run is told to do."""

from __future__ import annotations

import msgspec

from concviz.trace.plan import Plan


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One line of JSON."""

    plan: Plan
    sample_hz: float
    """How often a second threads are to be looked at where only the run can have that done."""
