"""A cluster as somebody has it: a scheduler and workers as commands of their own, and its user."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.running import wait_for

SOMEBODY = Path(__file__).parent / "somebody_script.py"
SCHEDULER = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
WORKER = [sys.executable, "-m", "distributed.cli.dask_worker"]
TROUBLE = ("WARNING", "ERROR", "CRITICAL")


class Separate:
    """Where it is, and what its scheduler has written so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._found = folder / "scheduler.json"
        self._started = ExitStack()

    def __enter__(self) -> Separate:
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self._start("scheduler", SCHEDULER, *options, "--scheduler-file", str(self._found))
        wait_for(self._is_there, "the scheduler listens")
        return self

    def __exit__(self, *_: object) -> None:
        self._started.close()

    def _is_there(self) -> bool:
        return self._found.exists() and self._found.read_text().endswith("}")

    @property
    def address(self) -> str:
        """Of its scheduler."""
        return str(json.loads(self._found.read_text())["address"])

    @property
    def trouble(self) -> list[str]:
        """Lines of the scheduler's log that tell of some."""
        lines = (self.folder / "scheduler.log").read_text().splitlines()
        return [line for line in lines if any(word in line for word in TROUBLE)]

    def add_worker(
        self, name: str, *options: str, command: list[str] = WORKER
    ) -> subprocess.Popen[bytes]:
        """Another worker process, of that name."""
        place = ["--local-directory", str(self.folder / name), "--no-dashboard"]
        return self._start(name, command, self.address, "--name", name, *place, *options)

    def _start(self, name: str, command: list[str], *options: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen([*command, *options], stdout=log, stderr=log)
        self._started.callback(_end, process)
        return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Somebody:
    """A user of a cluster, in a process of its own: does what it is told to, and answers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, *order: object) -> Any:
        """Have it do that, and give what it says of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def somebody(address: str) -> Iterator[Somebody]:
    """One who has a client of that cluster, with plugins and callbacks of its own."""
    with subprocess.Popen(
        [sys.executable, str(SOMEBODY), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": ""},
    ) as process:
        try:
            yield Somebody(process)
        finally:
            process.kill()
