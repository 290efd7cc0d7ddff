"""How the worker process of a nanny has ended: the nanny, which has started it, is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Exits:
    """Listens with a nanny, which does with it what it always does."""

    def __init__(self, nanny: Any, tell: Callable[[int], object]) -> None:
        """``tell`` gets the exit code of each process, negative for a signal."""
        self._nanny = nanny
        self._tell = tell
        self._plain: Callable[[int], object] = nanny._on_worker_exit_sync
        nanny._on_worker_exit_sync = self._ended  # of processes that are still to come
        self._hear(self._ended)

    def leave(self) -> None:
        """Put everything back."""
        self._nanny.__dict__.pop("_on_worker_exit_sync", None)
        self._hear(self._plain)

    def _hear(self, told: Callable[[int], object]) -> None:
        if self._nanny.process is not None:
            self._nanny.process.on_exit = told

    def _ended(self, exitcode: int) -> None:
        self._tell(exitcode)
        self._plain(exitcode)
