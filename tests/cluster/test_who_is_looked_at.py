"""A process is looked at by its parent, on its own machine, and by nobody else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from time import monotonic_ns
from types import SimpleNamespace
from typing import Any

import pytest

from concviz.cluster.lines import Line, unpack
from concviz.cluster.machine import this_machine
from concviz.cluster.parent import Watch, observer_handler
from concviz.observer.probe import look
from concviz.observer.proc import Proc
from concviz.sources.observation import Observation
from concviz.trace import events
from concviz.trace.header import Header
from concviz.trace.plan import Plan
from concviz.trace.worker_kind import WorkerKind
from tests.builders import ENVIRONMENT

SEES = look(50)
ELSEWHERE = 2_000_000
"""A process that there cannot be here."""


class Noting(Proc):
    """Notes of which processes it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[int] = set()

    def open(self, pid: int, tid: int, name: str) -> int:
        self.asked.add(pid)
        return super().open(pid, tid, name)

    def threads(self, pid: int) -> set[int]:
        self.asked.add(pid)
        return super().threads(pid)


@pytest.mark.parametrize("scheduler", ["", "tcp://10.0.0.1:8786"])
def test_numbers_of_processes_of_a_cluster_are_never_looked_up_here(scheduler: str) -> None:
    proc, told = Noting(), threading.Event()
    observation = Observation(os.getpid(), 50, proc, False, lambda _: told.set())
    plan = Plan(strategy="dask", scheduler=scheduler)
    header = Header(plan=plan, environment=ENVIRONMENT, worker_kind=WorkerKind.CLUSTER)
    assert observation.begin(header).environment.observer is None
    proc.asked.clear()
    now = monotonic_ns()
    observation.learn(
        [
            events.RunStarted(now, ELSEWHERE),
            events.WorkerStarted(now, "far/1:1", ELSEWHERE, ELSEWHERE, host="far"),
            events.WorkerStarted(now, "/1:1", ELSEWHERE, ELSEWHERE),
        ]
    )
    if not scheduler:
        assert told.wait(60), "how busy this machine is, which has the workers"
    observation.end()
    assert proc.asked == set()


class Nanny(SimpleNamespace):
    """What a plugin uses of one, and what it sends."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid=pid, process=None, address="tcp://127.0.0.1:1", name="0")
        self.handlers: dict[str, Any] = {}
        self.scheduler = self
        self.lines: list[Line] = []
        self._on_worker_exit_sync = print

    async def log_event(self, topic: str, msg: bytes) -> None:
        self.lines += unpack(msg).lines


@pytest.mark.skipif(not SEES.complete, reason=f"not seen here: {SEES.text}")
async def test_a_nanny_looks_at_its_own_child_alone() -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'concviz[dask]'")
    from concviz.cluster.nanny_plugin import ObservingPlugin

    command = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        nanny = Nanny(child.pid)
        plugin = ObservingPlugin(Watch("s", 50, (this_machine(),)), "topic")
        await plugin.setup(nanny)  # type: ignore[arg-type]
        started = nanny.handlers[observer_handler("s")]
        for pid in os.getpid(), child.pid:
            await started(pid=pid, tid=pid, t_ns=monotonic_ns(), run_ns=None, wait_ns=None)
        while not any(line[0] == "sampled" for line in nanny.lines):
            await asyncio.sleep(0.01)
        await plugin.teardown(nanny)  # type: ignore[arg-type]
        child.kill()
    assert {line[2] for line in nanny.lines if line[0] == "sampled"} == {f"{child.pid}:{child.pid}"}
    assert nanny.lines[0][0] == "here"
    assert nanny.lines[-1][0] == "bye"
    assert nanny.handlers == {}
    assert "concviz-observe" not in {thread.name for thread in threading.enumerate()}
