"""What the workers of a run are."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.trace.sanitize import sanitize

_WORKERS = {"main": "workers", "process": "processes", "coroutine": "coroutines"}


def workers(run: Run) -> str:
    """What the workers are, for example "threads"."""
    return _WORKERS.get(run.worker_kind, f"{sanitize(run.worker_kind)}s")
