"""When tasks begin and end in a worker process, noted in their own threads.

A worker notes in its ``active_threads``, right before it calls a task's function and right after,
which thread has it. Something that tells of that, and has the worker's own dictionary do all else,
is put in the place of that: no function of anybody's is wrapped, and what a task that had begun
before notes, or one that ends after it is gone, is in the same dictionary.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, MutableMapping
from typing import Any, Protocol, cast

Active = dict[int, Any]
"""Tasks by the number that Python has for their thread."""


class Worker(Protocol):
    """What is needed of one."""

    active_threads: Active
    active_threads_lock: threading.Lock


class Listener(Protocol):
    """Is told in the thread that it happens in, with the worker's lock held: to be quick."""

    def began(self, ident: int, key: Any) -> None:
        """A thread begins a task."""

    def ended(self, ident: int, key: Any) -> None:
        """A thread has ended it."""


class _Telling(MutableMapping[int, Any]):
    """Stands in for the dictionary."""

    def __init__(self, real: Active) -> None:
        self.real = real
        self.listeners: list[Listener] = []
        self._told = dict(real)
        """What the listeners know. Those who began before we came do not use this one."""

    def __setitem__(self, ident: int, key: Any) -> None:
        self.real[ident] = key
        self._began(ident, key)

    def __delitem__(self, ident: int) -> None:
        del self.real[ident]
        self._ended(ident)

    def __getitem__(self, ident: int) -> Any:
        return self.real[ident]

    def __iter__(self) -> Iterator[int]:
        return iter(self.real)

    def __len__(self) -> int:
        return len(self.real)

    def copy(self) -> Active:
        """As a dictionary has it."""
        return self.real.copy()

    def follow(self) -> None:
        """Tell of those that do not use this one."""
        if self._told == self.real:
            return
        for ident, key in list(self._told.items()):
            if self.real.get(ident, self) != key:
                self._ended(ident)
        for ident, key in self.real.items():
            if ident not in self._told:
                self._began(ident, key)

    def _began(self, ident: int, key: Any) -> None:
        self._told[ident] = key
        for listener in self.listeners:
            listener.began(ident, key)

    def _ended(self, ident: int) -> None:
        key = self._told.pop(ident, None)
        for listener in self.listeners:
            listener.ended(ident, key)


def listen(worker: Worker, listener: Listener) -> list[tuple[int, Any]]:
    """Have it told from now on; gives which threads have which tasks already."""
    with worker.active_threads_lock:
        telling: Any = worker.active_threads
        if not isinstance(telling, _Telling):
            telling = _Telling(telling)
            worker.active_threads = cast(Active, telling)
        telling.follow()
        telling.listeners = [*telling.listeners, listener]
        return list(telling.items())


def follow(worker: Worker) -> None:
    """Have it told of tasks that had begun before anybody listened, when one may have ended."""
    telling: Any = worker.active_threads
    if isinstance(telling, _Telling):
        with worker.active_threads_lock:
            telling.follow()


def leave(worker: Worker, listener: Listener) -> None:
    """Have it told no more. After the last one the worker has its own dictionary again."""
    with worker.active_threads_lock:
        telling: Any = worker.active_threads
        if not isinstance(telling, _Telling):
            return
        telling.listeners = [each for each in telling.listeners if each is not listener]
        if not telling.listeners:
            worker.active_threads = telling.real
