"""What a worker imports is little: its start-up is in the picture as the strategy's."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.running import PATIENCE_S

HEAVY = {
    "base64",
    "concviz.worker.registry",
    "dataclasses",
    "importlib.metadata",
    "inspect",
    "json",
    "multiprocessing.managers",
    "typing",
}
"""Modules that took more time than all of ours."""
BARE = {
    "process": "import concurrent.futures.process, multiprocessing.popen_spawn_posix",
    "interpreter": "import concurrent.futures.thread, pickle, threading",
}
OURS = {
    "process": "import concviz.worker.traced, concviz.worker.sender",
    "interpreter": "import concviz.worker.interpreter",
}
CODE = """
import sys
sys.path[:] = {path!r}
{bare}
before = set(sys.modules)
{ours}, concviz.workloads.sleep
print(*sorted(set(sys.modules) - before))
"""


@pytest.mark.parametrize("kind", BARE)
def test_a_worker_imports_nothing_heavy(kind: str) -> None:
    code = CODE.format(path=sys.path, bare=BARE[kind], ours=OURS[kind])
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    imported = set(done.stdout.split())
    assert "concviz.worker.tracing" in imported
    assert not imported & HEAVY
