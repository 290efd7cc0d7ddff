"""What is known of the thread that is running: kept by it, so that it is asked for quickly."""

from __future__ import annotations

from _thread import _local, get_native_id

from .tell import in_child

SHORT_NS = 20_000
"""A task that takes less is a short one."""
HURRIES = 16
"""A thread that has done so many short ones in a row is not asked for its CPU time: that would
take longer than what it is of."""


class Here:
    """A thread, and the task of a pool that it does."""

    __slots__ = ("begun", "calls", "owner", "short", "since", "task", "tid")

    def __init__(self) -> None:
        self.tid = get_native_id()
        self.owner: object = None
        """The executor that it has asked last, by what is known of it."""
        self.calls: dict[str, int] = {}
        """Of that: the numbers of calls by the names of their functions."""
        self.task = 0
        self.since = 0
        """When it began the task."""
        self.begun = -1
        """Its CPU time then; -1: it was not asked."""
        self.short = 0
        """So many tasks were short ones, without one in between that was not."""


known = _local()
"""As ``thread``: where every nanosecond counts, else ask ``here``. Look it up here each time."""


def here() -> Here:
    """The thread that is running."""
    try:
        thread: Here = known.thread
    except AttributeError:
        thread = known.thread = Here()
    return thread


def _forget() -> None:
    global known
    known = _local()


in_child(_forget)
