"""How the events of workers outside the runner's own threads reach its queue."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from time import monotonic_ns
from typing import Any

from concviz.cluster.call import Call
from concviz.runner.collector import Collector
from concviz.runner.manager import EventManager
from concviz.worker import tracing as worker
from concviz.worker.interpreter import SETTINGS
from concviz.worker.pieces import received
from concviz.worker.traced import Settings, TracedProcess, Watcher, by_native_id, traced_context


@contextmanager
def process_channel(
    method: str | None, task: str, to: Collector
) -> Iterator[tuple[Any, Callable[[tuple[Any, ...]], None]]]:
    """A multiprocessing context whose processes send their events through a Manager queue.

    ``task``: what does one, for ``function_of``. Yields the context and a function that tells it
    the arguments of the tasks.
    """
    method = method or multiprocessing.get_all_start_methods()[0]
    if method != "fork":
        _start_tracker()
    # Forked where that is sound (this process has a single thread yet): a server of forks that was
    # started for it would be missing from the start-up of the strategy.
    linux = sys.platform == "linux"
    manager = EventManager(ctx=multiprocessing.get_context("fork" if linux else method))
    manager.start()
    queue = manager.events()
    context = traced_context(method)

    def pass_on() -> None:
        while (taken := queue.take()) is not None:
            batch, to.elsewhere = taken
            for event in batch:
                to.emit(event)

    def attach(arguments: tuple[Any, ...]) -> None:
        TracedProcess.settings = Settings(queue.sender(), task, arguments)
        TracedProcess.watcher = Watcher()
        thread.start()

    thread = threading.Thread(target=pass_on, name="concviz-pass-on", daemon=True)
    try:
        yield context, attach
    finally:
        # Every worker has sent its last batch before it ended, and the strategy waited for them.
        queue.end()
        if thread.ident is not None:
            thread.join()
        manager.shutdown()
        if hasattr(TracedProcess, "settings"):
            del TracedProcess.settings  # and with it a lock, whose name in the system goes with it


def _start_tracker() -> None:
    """Start multiprocessing's resource tracker, whose warnings nobody needs.

    When a run is stopped it removes what has no owner any more, as it should, and complains.
    """
    stderr = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        resource_tracker.ensure_running()
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nothing)


@contextmanager
def cluster_channel(
    call: Call, task: str, tasks: int, hz: float, to: Collector
) -> Iterator[Callable[[tuple[Any, ...]], None]]:
    """Workers of a cluster send their events through its scheduler.

    ``hz``: how often a second their threads are looked at. Yields a function that tells them the
    arguments of the tasks; it waits until Dask is loaded.
    """
    _start_tracker()  # a cluster of the strategy's own has processes that are spawned
    emit, latest = to.emit, dict[int, int]()
    to.emit = _of_latest(emit, latest)
    with ExitStack() as stack:

        def attach(arguments: tuple[Any, ...]) -> None:
            emit(("preparing", monotonic_ns(), "Loading Dask"))
            from concviz.cluster.session import Session, watched

            session = Session(call, task, arguments, tasks, emit, latest, hz)
            stack.enter_context(watched(session))

        yield attach


def _of_latest(emit: worker.Emit, latest: dict[int, int]) -> worker.Emit:
    """What the runner tells of a task is of its latest attempt, which has a number of its own."""

    def tell(event: worker.Wire) -> None:
        if latest and event[0] in ("collected", "returned"):
            what, when, task, *rest = event
            event = (what, when, latest.get(task, task), *rest)  # type: ignore[call-overload]
        emit(event)

    return tell


_WORKER_IN = {"worker-started": 2, "started": 3}
"""Where events of sub-interpreters name their worker."""


@contextmanager
def interpreter_channel(
    task: str, emit: worker.Emit
) -> Iterator[Callable[[tuple[Any, ...]], None]]:
    """Sub-interpreters write their events, in pieces, to a pipe within this process.

    Yields a function that tells them, through the environment, the arguments of the tasks.
    """
    reads, writes = os.pipe()

    def pass_on() -> None:
        with os.fdopen(reads, "rb") as pipe:
            for event in received(pipe):
                if (place := _WORKER_IN.get(str(event[0]))) is not None:
                    # They know the native id of their thread; the runner knows its key.
                    event[place] = by_native_id.get(event[place], str(event[place]))
                emit(tuple(event))

    def attach(arguments: tuple[Any, ...]) -> None:
        os.environ[SETTINGS] = pickle.dumps((writes, task, arguments, sys.path)).hex()

    thread = threading.Thread(target=pass_on, name="concviz-pass-on", daemon=True)
    thread.start()
    try:
        yield attach
    finally:
        os.close(writes)
        thread.join()
