"""``kill -9`` of concviz, its supervisor, the program or a child at any moment leaves nothing.

``CONCVIZ_KILLS=50 pytest tests/cli/test_watch_kills.py`` tries more moments.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from tests.cli.command_line import COMMAND, PATIENCE_S, environment

PROGRAM = """
import multiprocessing, subprocess, sys, time
from concurrent.futures import ProcessPoolExecutor
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    sleeping = subprocess.Popen(["sleep", "100"])
    one = multiprocessing.Process(target=time.sleep, args=(100,))
    one.start()
    with ProcessPoolExecutor(2) as pool:
        for _ in pool.map(time.sleep, [0.01] * 1_000):
            pass
"""
MARK = "CONCVIZ_TEST_MARK"
METHODS = "fork", "spawn", "forkserver"
VICTIMS = "concviz", "supervisor", "program", "child"
KILLS = int(os.environ.get("CONCVIZ_KILLS", len(VICTIMS)))


def marked(mark: str) -> list[int]:
    """Processes that are alive and have the mark of this test."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except (OSError, ValueError):
            continue
    return found


def children(pid: int) -> list[int]:
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in found.split()]


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


@pytest.mark.parametrize("number", range(KILLS))
def test_kill_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    random, mark = Random(number), uuid4().hex
    victim = VICTIMS[number % len(VICTIMS)]
    method = METHODS[number // len(VICTIMS) % len(METHODS)] if len(VICTIMS) < KILLS else "fork"
    program = tmp_path / "jobs.py"
    program.write_text(PROGRAM)
    rings: set[str] = set()

    def pids() -> dict[str, list[int]]:
        supervisors = children(it.pid)
        programs = [pid for each in supervisors for pid in children(each)]
        its = [pid for each in programs for pid in children(each)]
        for pid in programs:
            for word in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                if word.startswith(b"CONCVIZ_WATCH="):
                    rings.add(word.decode().partition("=")[2])
        return dict(zip(VICTIMS, ([it.pid], supervisors, programs, its), strict=True))

    with subprocess.Popen(
        [*COMMAND, "watch", "--headless", str(program), method],
        env=environment(**{MARK: mark, "TMPDIR": str(tmp_path)}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as it:
        until(lambda: all(pids().values()), "all of them are there")
        time.sleep(random.uniform(0, 1))
        os.kill(random.choice(pids()[victim]), signal.SIGKILL)
        if victim == "child":  # what becomes of the program is up to it
            it.send_signal(signal.SIGTERM)
        until(lambda: it.poll() is not None, f"concviz ends when {victim} was killed")
        until(lambda: not marked(mark), f"something outlives {victim}, under {method}")
    (folder,) = rings
    assert not Path(folder).exists()
    left = {path.name for path in tmp_path.iterdir()} - {"jobs.py"}
    # What the program made for itself, and could not remove, stays as it would without us.
    assert not {name for name in left if not name.startswith("pymp-")}
