"""A scheduler and workers, started as separate commands."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.running import MARK, wait_for

JOBS = "concviz-jobs-"
"""Begins the names of folders with functions of somebody's own."""
THERE = "CONCVIZ_TEST_THERE"
"""Environment variable of its processes."""
TROUBLE = "WARNING", "ERROR", "CRITICAL"
"""Words in a log."""
FAILURES = "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"


class ByHand:
    """A cluster that is there, whoever uses it."""

    def __init__(self, address: str, scheduler: int, workers: int, client: Any, log: Path) -> None:
        self.address = address
        self._log = log
        self.scheduler = scheduler
        """Its process."""
        self.workers = workers
        """The process of all nannies."""
        self.client = client
        """Of somebody else."""

    def trouble(self) -> list[str]:
        """Lines of the scheduler's log so far that tell of some."""
        lines = self._log.read_text().splitlines()
        return [line for line in lines if any(word in line for word in TROUBLE)]

    def wait_for_workers(self, number: int = 2) -> None:
        """Until so many are there, for example after one was killed."""
        self.client.wait_for_workers(number, timeout=60)

    def traces(self) -> list[Any]:
        """What a session could have left in its processes, the scheduler first."""
        in_workers = self.client.run(_in_worker).values()
        return [self.client.run_on_scheduler(_in_scheduler), *in_workers]


def _in_scheduler(dask_scheduler: Any) -> Any:
    return (
        sorted(dask_scheduler.plugins),
        sorted(dask_scheduler.worker_plugins),
        sorted(dask_scheduler.nanny_plugins),
        sorted(name for name in dask_scheduler._broker._topics if "concviz" in name),
        sorted(name for name in dask_scheduler.handlers if "concviz" in name),
    )


def _in_worker(dask_worker: Any) -> Any:
    return (
        sorted(name for name in dask_worker.plugins if name != "shuffle"),
        type(dask_worker.active_threads).__name__,
        type(sys.stdout).__name__,
        type(sys.stderr).__name__,
        [entry for entry in sys.path if JOBS in entry],
    )


@contextmanager
def by_hand(workers: int = 2, **environment: str) -> Iterator[ByHand]:
    """Start one, and end it."""
    from distributed import Client

    folder = Path(tempfile.mkdtemp(prefix="dask-", dir="/tmp"))
    env = os.environ | {FAILURES: "1", THERE: "yes", "TMPDIR": str(folder)} | environment
    env.pop(MARK, None)  # it is not of the test that begins it
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with Path(folder, f"{name}.log").open("wb") as log:
            command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *arguments]
            process = subprocess.Popen(
                command, stdout=log, stderr=log, env=env, cwd=folder, start_new_session=True
            )
        started.append(process)
        return process

    try:
        told = folder / "scheduler.json"
        scheduler = start(
            "scheduler",
            *("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"),
            *("--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(told)),
        )
        address = _address(told)
        nannies = start(
            "worker",
            address,
            *("--nworkers", str(workers), "--nthreads", "1", "--no-dashboard"),
            *("--local-directory", str(folder), "--host", "127.0.0.1"),
        )
        with Client(address, set_as_default=False) as client:
            cluster = ByHand(address, scheduler.pid, nannies.pid, client, folder / "scheduler.log")
            cluster.wait_for_workers(workers)
            yield cluster
    finally:
        for process in reversed(started):
            _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _address(told: Path) -> str:
    wait_for(lambda: told.exists() and told.read_text().endswith("}"), "a scheduler")
    return str(json.loads(told.read_text())["address"])


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
