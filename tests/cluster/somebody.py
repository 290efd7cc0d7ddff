"""Somebody else who uses a cluster, and knows nothing of concviz."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parent / "somebody_script.py"


class Somebody:
    """In a process of its own: does what it is told to, and answers."""

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
        [sys.executable, str(SCRIPT), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Somebody(process)
            process.communicate(timeout=30)  # it takes its plugins off
        finally:
            process.kill()
