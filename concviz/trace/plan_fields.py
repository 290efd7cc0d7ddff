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
    rounds_per_s: float | None
    inputs: tuple[str, ...]


class PlanFields(SweepFields, total=False):
    """All of them; described in ``Plan``."""

    workers: int
