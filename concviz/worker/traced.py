"""Threads and processes that say when they start, run and end.

Strategies use them without knowing: the runner puts ``TracedThread`` in the place of
``threading.Thread`` and hands process strategies a context whose ``Process`` is traced. Standard
library only: under spawn and forkserver this module is imported in every worker process.
"""

from __future__ import annotations

import faulthandler
import itertools
import multiprocessing
import os
import pickle
import selectors
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import context as contexts
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from time import monotonic_ns

from concviz.worker import kin
from concviz.worker import tracing as worker
from concviz.worker.batch import Batch
from concviz.worker.references import CALL, function_of
from concviz.worker.sent import Sent, tell_digest, telling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from concviz.worker.sender import Sender

_names: set[str] = set()
_numbers = itertools.count(1)
_telling = threading.Lock()  # two threads may find the same death


def _unique(name: str) -> str:
    """The name as a worker's key: printable, short, and told apart from others of its run."""
    name = "".join(c if c.isprintable() else "?" for c in name[:80]) or "?"
    key, n = name, 2
    while key in _names:
        key, n = f"{name} #{n}", n + 1
    _names.add(key)
    return key


class TracedThread(threading.Thread):
    """A thread whose life is told, if the strategy started it (from the main thread)."""

    _key: str | None = None

    def start(self) -> None:
        """Say that it is being started, and start it."""
        if threading.current_thread() is threading.main_thread():
            self._key = _unique(self.name)
            worker.emit(("worker-starting", monotonic_ns(), self._key))
        super().start()

    def run(self) -> None:
        """Say that it runs, run, and say that it ended."""
        if self._key is None:
            super().run()
        else:
            self.be_worker(self._key)

    def be_worker(self, key: str) -> None:
        """Run as the worker of that key. (The observer knows workers by this function.)"""
        self._enter(key)
        try:
            super().run()
        finally:
            worker.leave()

    def _enter(self, key: str) -> None:
        worker.enter(key)


class InterpreterThread(TracedThread):
    """A thread that creates a sub-interpreter, which says itself when it is there."""

    def _enter(self, key: str) -> None:
        by_native_id[threading.get_native_id()] = key
        worker.name_thread(key)


by_native_id: dict[int, str] = {}
"""Keys of the traced threads, for events of sub-interpreters, which know only the thread's id."""


@contextmanager
def traced_threads(kind: type[TracedThread] = TracedThread) -> Iterator[None]:
    """Within it, threads that the main thread starts are workers, of that kind."""
    plain = threading.Thread
    threading.Thread = kind  # type: ignore[misc]
    try:
        yield
    finally:
        threading.Thread = plain  # type: ignore[misc]


class Settings:
    """What a worker process needs to know; it travels with the process object."""

    def __init__(self, sender: Sender, task: str, arguments: tuple[Any, ...]) -> None:
        self.sender = sender
        self.task = task
        """What does a task, for ``function_of``."""
        self.arguments = arguments
        self.travelled: tuple[int, int, int] | None = None
        """Bytes of the arguments, and nanoseconds to pickle and unpickle them; None in a fork."""

    def __reduce__(self) -> tuple[object, ...]:
        begun = monotonic_ns()
        pickled = bytes(ForkingPickler.dumps(self.arguments))
        told = monotonic_ns() - begun
        return _arrived, (self.sender, self.task, pickled, told)


def _arrived(sender: Sender, task: str, pickled: bytes, pickle_ns: int) -> Settings:
    """The settings, in a process that was not forked."""
    begun = monotonic_ns()
    settings = Settings(sender, task, pickle.loads(pickled))
    settings.travelled = len(pickled), pickle_ns, monotonic_ns() - begun
    return settings


class TracedProcess(BaseProcess):
    """A process whose life is told."""

    _target: object  # of the standard library's class: what it is given to do
    settings: Settings  # set on the class by the runner before any is made
    watcher: Watcher | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs.get("name") is None:
            # The name that it would have without us (the Manager and we have taken numbers).
            self.name = f"{type(self).__mro__[2].__name__}-{next(_numbers)}"
        self._settings = type(self).settings
        self._key = _unique(self.name)
        self._died_told = self._asked_to_end = False
        self._ended_ns: int | None = None

    def start(self) -> None:
        """Say that it is being started, and start it."""
        worker.emit(("worker-starting", monotonic_ns(), self._key))
        super().start()
        if self.watcher is not None:
            self.watcher.watch(self)

    def run(self) -> None:
        """In the child: attach it to the run, say that it runs, run, and say that it ended."""
        faulthandler.enable()
        task = self._settings.task
        function = function_of(task)
        batch = Batch(self._settings.sender.put)
        # What a plain process is given to do returns to nobody: nothing is pickled.
        plain = self._target is worker.call
        worker.attach(
            batch.put,
            function,
            self._settings.arguments,
            sends_back=None if plain else Sent,
            notes=tell_digest if plain and task.startswith(CALL) else None,
        )
        worker.capture_output()
        worker.enter(self._key, kin.threads())
        if (travelled := self._settings.travelled) and telling(*travelled):
            worker.emit(("arguments", monotonic_ns(), self._key, *travelled))
        try:
            super().run()
        finally:
            worker.end_output()
            worker.leave(kin.children_ns())
            batch.flush()

    def terminate(self) -> None:
        """End it. A pool does so with all its processes when it finds that one of them has died."""
        self._note_asked()
        super().terminate()

    def kill(self) -> None:
        """End it, whatever it does."""
        self._note_asked()
        super().kill()

    def _note_asked(self) -> None:
        with suppress(ValueError, OSError):  # it has been closed, or was never started
            # Who has read its exit status may have emptied the sentinel by that.
            ended = wait([self.sentinel], 0) or self.exitcode is not None
            self._asked_to_end = self._asked_to_end or not ended

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end; if it ended badly and nobody has said so yet, say so."""
        super().join(timeout)
        if self.exitcode:
            self.tell_death(self.exitcode)

    def tell_death(self, exitcode: int) -> None:
        """Say, once, that it died."""
        with _telling:
            told, self._died_told = self._died_told, True
        if not told:
            when = self._ended_ns or monotonic_ns()
            worker.emit(("worker-died", when, self._key, exitcode, self._asked_to_end))

    def ended(self) -> None:
        """Called when its sentinel says that it ended: note when, and how if that can be seen."""
        self._ended_ns = monotonic_ns()
        with suppress(AttributeError, OSError):  # no waitid on macOS; not our child: forkserver
            how = os.waitid(os.P_PID, self.pid or 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if how is not None:
                died = how.si_code in (os.CLD_KILLED, os.CLD_DUMPED)
                if exitcode := -how.si_status if died else how.si_status:
                    self.tell_death(exitcode)


class TracedFork(TracedProcess, contexts.ForkProcess):
    """Traced, created by fork."""


class TracedForkServer(TracedProcess, contexts.ForkServerProcess):
    """Traced, created by a server that forks."""


class TracedSpawn(TracedProcess, contexts.SpawnProcess):
    """Traced, created as a new Python."""


_TRACED = {"fork": TracedFork, "forkserver": TracedForkServer, "spawn": TracedSpawn}


def traced_context(method: str) -> contexts.BaseContext:
    """A multiprocessing context as ``get_context(method)`` gives, whose processes are traced."""
    kind = type(multiprocessing.get_context(method))
    traced: contexts.BaseContext = type("Traced", (kind,), {"Process": _TRACED[method]})()
    return traced


class Watcher:
    """Notes when processes end, as it happens: ``join`` may be called much later."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = os.pipe()
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._new: list[TracedProcess] = []
        threading.Thread(target=self._watch, name="concviz-watch", daemon=True).start()

    def watch(self, process: TracedProcess) -> None:
        """Note when this one ends."""
        self._new.append(process)
        os.write(self._wake, b"+")

    def _watch(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fd == self._woken:
                    os.read(self._woken, 4096)
                    while self._new:
                        process = self._new.pop()
                        # A copy, because the process object closes its own sentinel.
                        with suppress(ValueError, OSError):
                            sentinel = os.dup(process.sentinel)
                            self._selector.register(sentinel, selectors.EVENT_READ, process)
                else:
                    self._selector.unregister(key.fd)
                    os.close(key.fd)
                    key.data.ended()
