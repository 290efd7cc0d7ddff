"""Memory of a process's descendants, counted once for each page."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import threading

import psutil
import pytest

from concviz.observer.memory import Memory, held_bytes
from concviz.trace import events
from concviz.trace.plan import Plan
from tests.running import PATIENCE_S, run_plan

pytestmark = pytest.mark.skipif(not psutil.LINUX, reason="pages are counted on Linux only")

MB = 1 << 20
HOLD = f"import sys; held = bytearray(64 * {MB}); print(flush=True); sys.stdin.read()"


def holder(code: str = HOLD) -> subprocess.Popen[bytes]:
    """A process that holds 64 MB until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_what_a_child_holds_is_counted_and_what_this_process_holds_is_not() -> None:
    before = held_bytes(os.getpid()) or 0
    own = mmap.mmap(-1, 256 * MB)
    own.write(bytes(256 * MB))
    with holder() as child:
        held = held_bytes(os.getpid()) or 0
        child.communicate()
    own.close()
    assert 64 * MB <= held - before < 128 * MB


def test_pages_that_processes_share_are_counted_once() -> None:
    fork = (
        f"import os, sys; held = bytearray(64 * {MB})\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0:\n"
        "        break\n"
        "else:\n"
        "    print(flush=True)\n"
        "sys.stdin.read()\n"
    )
    before = held_bytes(os.getpid()) or 0
    with holder(fork) as child:
        held = held_bytes(os.getpid()) or 0
        child.communicate()
    assert 64 * MB <= held - before < 128 * MB, "four processes share 64 MB"


def test_of_a_process_that_is_gone_nothing_is_known() -> None:
    with holder() as child:
        child.communicate()
    assert held_bytes(child.pid) is None


def test_it_tells_until_it_is_stopped() -> None:
    told: list[events.AnyEvent] = []
    seen = threading.Event()

    def tell(more: list[events.AnyEvent]) -> None:
        told.extend(more)
        seen.set()

    with holder() as child:
        memory = Memory(os.getpid(), tell)
        memory.start()
        memory.start()  # a second time, nothing happens
        assert seen.wait(PATIENCE_S)
        memory.stop()
        number = len(told)
        child.communicate()
    assert len(told) == number
    assert all(isinstance(event, events.MemorySampled) for event in told)


def test_it_may_be_stopped_before_it_was_started() -> None:
    Memory(os.getpid(), lambda _: None).stop()


def test_an_ordinary_run_is_not_looked_at() -> None:
    assert run_plan(Plan(tasks=1, duration_s=0.2)).peak_memory is None
