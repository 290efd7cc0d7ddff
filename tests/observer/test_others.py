"""What tasks start, and what is only taken for it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from concviz.observer.others import PATIENCE, Others
from concviz.observer.proc import Proc
from concviz.observer.process import Process
from concviz.observer.pythons import Pythons
from concviz.observer.syscalls import classifier
from concviz.trace import events
from concviz.trace.environment import Observer

SEES = Observer(hz=50, cpu=True, blocking=True, gil=False)


@pytest.fixture
def waiting() -> Iterator[threading.Event]:
    going = threading.Event()
    yield going
    going.set()


def test_a_worker_that_shows_late_is_no_thread_of_a_task(waiting: threading.Event) -> None:
    """On a busy machine it may get no core for long, and is seen before it says what it is."""
    proc, pid = Proc(), os.getpid()
    unreadable = Process(pid, proc, Pythons(proc), gil=False, locks=False)
    others = Others(proc, SEES, classifier())
    others.begin(unreadable, list(proc.threads(pid)), [], workers=True)
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    assert thread.native_id is not None
    for _ in range(PATIENCE + 1):
        others.search()
    (told,) = others.look()
    assert isinstance(told, events.OthersSampled)
    assert (told.alive, told.threads) == (1, 1)
    others.ours(pid, thread.native_id)
    others.search()
    assert others.look() == []
    others.close()
    unreadable.close()
