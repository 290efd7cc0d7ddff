"""The fields of a plan as keyword arguments, for type checkers and editors."""

from __future__ import annotations

from typing import TypedDict


class SweepFields(TypedDict, total=False):
    """Those of every plan of a sweep, which has its own idea of how many workers."""

    strategy: str
    workload: str
    tasks: int
    duration_s: float
    start_method: str | None
    chunksize: int
    scheduler: str
    rounds_per_s: float | None


class PlanFields(SweepFields, total=False):
    """All of them but the inputs of a function, of which Python has the values; see ``Plan``."""

    workers: int
