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

    __slots__ = ("asked", "begun", "owner", "short", "since", "started", "task", "tid")

    def __init__(self) -> None:
        self.tid = get_native_id()
        self.started = b'["started",%%d,%%d,%d]\n' % self.tid
        """For a time and a task."""
        self.owner: object = None
        self.asked = b""
        """For a time, a task, a label and a number of items, if that executor is asked."""
        self.task = 0
        self.since = 0
        """When it began the task."""
        self.begun = -1
        """Its CPU time then; -1: it was not asked."""
        self.short = 0
        """So many tasks were short ones, without one in between that was not."""


_threads = _local()


def here() -> Here:
    """The thread that is running."""
    try:
        known: Here = _threads.here
    except AttributeError:
        known = _threads.here = Here()
    return known


def _forget() -> None:
    global _threads
    _threads = _local()


in_child(_forget)
