"""How the events of workers outside the runner's own threads reach its queue."""

from __future__ import annotations

import base64
import json
import multiprocessing
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any

from concviz.engine import worker
from concviz.engine.interpreter import SETTINGS
from concviz.engine.manager import EventManager
from concviz.engine.traced import Settings, TracedProcess, Watcher, by_native_id, traced_context


@contextmanager
def process_channel(
    method: str | None, workload: str, emit: worker.Emit
) -> Iterator[tuple[Any, Callable[[tuple[Any, ...]], None]]]:
    """A multiprocessing context whose processes send their events through a Manager queue.

    Yields the context and a function that tells it the arguments of the tasks.
    """
    method = method or multiprocessing.get_all_start_methods()[0]
    if method != "fork":
        _start_tracker()
    manager = EventManager()
    manager.start()
    queue = manager.events()
    context = traced_context(method)

    def pass_on() -> None:
        while (batch := queue.get()) is not None:
            for event in batch:
                emit(event)

    def attach(arguments: tuple[Any, ...]) -> None:
        TracedProcess.settings = Settings(queue, workload, arguments)
        TracedProcess.watcher = Watcher()
        thread.start()

    thread = threading.Thread(target=pass_on, name="concviz-pass-on", daemon=True)
    try:
        yield context, attach
    finally:
        # Every worker has sent its last batch before it ended, and the strategy waited for them.
        queue.put(None)
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
def interpreter_channel(
    workload: str, emit: worker.Emit
) -> Iterator[Callable[[tuple[Any, ...]], None]]:
    """Sub-interpreters write their events, as JSON in pieces, to a pipe within this process.

    Yields a function that tells them, through the environment, the arguments of the tasks.
    """
    reads, writes = os.pipe()

    def pass_on() -> None:
        with os.fdopen(reads, encoding="utf-8") as lines:
            begun: dict[str, str] = {}
            for line in lines:
                writer, more, piece = line.rstrip("\n").split(" ", 2)
                begun[writer] = begun.get(writer, "") + piece
                if more == "1":
                    continue
                event = json.loads(begun.pop(writer))
                if event[0] == "started":
                    # They know the native id of their thread; the runner knows its key.
                    event[3] = by_native_id.get(event[3], str(event[3]))
                emit(tuple(event))

    def attach(arguments: tuple[Any, ...]) -> None:
        settings = pickle.dumps((writes, workload, arguments))
        os.environ[SETTINGS] = base64.b64encode(settings).decode()

    thread = threading.Thread(target=pass_on, name="concviz-pass-on", daemon=True)
    thread.start()
    try:
        yield attach
    finally:
        os.close(writes)
        thread.join()
