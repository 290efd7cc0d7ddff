"""concviz: see concurrency, on a live timeline in your terminal.

``concviz.run``, ``concviz.compare`` and ``concviz.sweep`` do what the commands of these names do.
"""

from __future__ import annotations

TYPE_CHECKING = False  # and not from typing, which takes longer than a worker needs for the rest
if TYPE_CHECKING:
    from typing import Any

    from concviz.api import (
        CompareResult,
        Fit,
        PlanFields,
        Point,
        Recommendation,
        Row,
        Run,
        RunResult,
        Summary,
        SweepFields,
        SweepResult,
        UnusableError,
        Verdict,
        compare,
        run,
        sweep,
    )
    from concviz.trace.plan import Plan

__version__ = "0.1.0"

__all__ = [
    "CompareResult",
    "Fit",
    "Plan",
    "PlanFields",
    "Point",
    "Recommendation",
    "Row",
    "Run",
    "RunResult",
    "Summary",
    "SweepFields",
    "SweepResult",
    "UnusableError",
    "Verdict",
    "compare",
    "run",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """What is there, once it is asked for: ``import concviz`` alone is light."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module("concviz.trace.plan" if name == "Plan" else "concviz.api")
    return getattr(module, name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
