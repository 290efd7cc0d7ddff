"""What goes wrong with a cluster, as sentences for people. Needs no package of a cluster's."""

from __future__ import annotations

from pickle import PicklingError

STRANDED = "concviz-stranded"
"""Why a run calls off its own tasks."""


class UnreachableError(Exception):
    """Why a cluster cannot be joined, in a sentence."""


def sentence(error: BaseException) -> str | None:
    """What a run has ended with that was raised where it uses a cluster; None: nothing to add."""
    if isinstance(error, UnreachableError):
        return str(error)
    if isinstance(error, TypeError) and "Could not serialize" in str(error):
        return _not_sent(error)
    explain = _SENTENCES.get(type(error).__name__)
    if explain is None or not type(error).__module__.startswith("distributed"):
        return None
    return explain(error)


def _not_sent(error: BaseException | None) -> str | None:
    """An input says itself what cannot be sent; Dask's own error, which follows, quotes much."""
    for _ in range(10):
        if error is None:
            break
        if isinstance(error, PicklingError):
            return f"{error}."
        error = error.__cause__ or error.__context__
    return None


def _killed_worker(error: BaseException) -> str:
    task, *_, failures = error.args
    number = str(task).rpartition("-")[2]
    return (
        f"the cluster gave up task {number}: {failures + 1} worker processes have died while they "
        "did it, one after the other. The workers' own output says more, such as of memory."
    )


def _cancelled(error: BaseException) -> str:
    reason = str(getattr(error, "reason", ""))
    if reason == "scheduler-connection-lost":
        return "the connection to the scheduler is lost: it has ended, or cannot be reached now."
    if reason == STRANDED:
        return "all worker processes are gone that this run was to use, and it may use no others."
    if reason == "scheduler-restart":
        return "somebody has restarted the cluster, and its tasks with it."
    return "somebody has called the tasks of this run off on the cluster."


def _closed(error: BaseException) -> str:
    return "the connection to the scheduler is lost: it has ended, or cannot be reached now."


_SENTENCES = {
    "KilledWorker": _killed_worker,
    "FutureCancelledError": _cancelled,
    "FuturesCancelledError": _cancelled,
    "CommClosedError": _closed,
    "ClosedClientError": _closed,
}
