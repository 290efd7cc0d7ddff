"""Whether the processes of a cluster have the concviz that they need. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from concviz.cluster.hosts import reached_at
from concviz.version import __version__

SCHEDULER = "scheduler"


def presence() -> str:
    """Of a process: the version that it has."""
    return __version__


def refusal(ours: str, found: Mapping[str, object]) -> str | None:
    """Why a cluster cannot be joined whose processes answered so, in a sentence; None: it can.

    ``found``: by worker's address, or "scheduler", its version or what it raised instead.
    """
    for place, answer in found.items():
        where = "where the scheduler runs"
        if place != SCHEDULER:
            where = f"on {reached_at(place) or place}, where a worker runs"
        missing = answer.name if isinstance(answer, ModuleNotFoundError) else None
        if missing is not None and missing.startswith("concviz."):
            return f"there is an older concviz {where} than here: install {ours} there, too."
        if missing is not None:
            return (
                f"concviz is not installed {where}: install it there, too, in the Python of the "
                f"cluster: pip install concviz=={ours}."
            )
        if isinstance(answer, BaseException):
            return f"concviz cannot be loaded {where}: {_line(answer)}."
        if answer != ours:
            return (
                f"there is concviz {answer} {where}, and {ours} here: install the same, for "
                f"example by pip install concviz=={ours} there."
            )
    return None


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(".")
