"""What tasks of sessions print in a worker process; all else that it prints goes where it went."""

from __future__ import annotations

import os
import sys
from typing import Any

from concviz.cluster.call import sessions
from concviz.worker.tracing import TaskStream, in_task


class _Divided(TaskStream):
    """Stands in for a stream of the process as long as there are sessions."""

    def write(self, text: str) -> int:
        """By a task of ours: a line of its session."""
        if in_task():
            return super().write(text)
        return int(self._real.write(text)) if self._real is not None else len(text)

    def flush(self) -> None:
        """As the stream itself."""
        if self._real is not None:
            self._real.flush()

    def isatty(self) -> bool:
        """As the stream itself, but for tasks."""
        return not in_task() and self._real is not None and self._real.isatty()


_users = 0
_before: tuple[Any, Any] = (None, None)
_once = False


def capture() -> None:
    """Another session wants to know what its tasks print."""
    global _users, _before, _once
    _users += 1
    if _users == 1:
        _before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Divided(sys.stdout), _Divided(sys.stderr)
    if not _once:
        _once = True
        os.register_at_fork(after_in_child=_forget)


def release() -> None:
    """A session has ended; after the last one the process prints as before."""
    global _users
    _users -= 1
    if not _users:
        _put_back()


def _put_back() -> None:
    if isinstance(sys.stdout, _Divided):  # nobody else has replaced it meanwhile
        sys.stdout = _before[0]
    if isinstance(sys.stderr, _Divided):
        sys.stderr = _before[1]


def _forget() -> None:
    """In a process that a task forks: nobody takes its lines, so it prints as any other does."""
    for state in sessions.values():
        state.emit = None
        state.printed.clear()
    _put_back()
