"""Which functions threads are seen in, in words."""

from __future__ import annotations

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.sanitize import sanitize
from concviz.trace.worker_kind import WorkerKind

MOST = 12
"""Threads of which it is said."""
LONGEST = 40
MODULE = "<module>"


def where(worker: Worker) -> str:
    """For example "store", or "Condition.wait in work"; "" where it is not seen."""
    seen = worker.seen_in
    if seen is None or not seen.function:
        return ""
    names = [name for name in (seen.function, seen.caller) if name]
    return " in ".join(_short(name) for name in names)


def seen_in(run: Run) -> list[tuple[str, str]]:
    """Threads by name, and where each is or, if the run is over, was seen last."""
    found = [
        (run.label(worker), said)
        for worker in run.workers
        if worker.kind is not WorkerKind.COROUTINE
        and (run.ended or worker.ended == UNKNOWN)
        and not worker.helper
        and (said := where(worker))
    ]
    shown = found[:MOST]
    if (more := len(found) - MOST) > 0:
        shown.append(("…", f"{more:,} more"))
    return shown


def _short(name: str) -> str:
    """Without the functions around it, and no longer than fits."""
    inner = sanitize(name.rpartition("<locals>.")[2])
    said = "the module itself" if inner == MODULE else inner
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
