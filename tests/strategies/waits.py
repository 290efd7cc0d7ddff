"""Workloads whose tasks wait for one another, in ways that look alike from outside."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import time

from concviz.workloads import Workload

TURNS = 12
BLOCK = bytes(2_000_000)

_lock = threading.Lock()
_turn = [threading.Event(), threading.Event()]


def hold_the_lock(i: int, seconds: float) -> None:
    for _ in range(TURNS):
        with _lock:
            time.sleep(seconds)
        time.sleep(seconds / 5)  # else the one that has just let it go takes it again


def take_turns(i: int, seconds: float) -> None:
    """Two tasks: each waits until the other one says that it has done its part."""
    me, other = _turn[i % 2], _turn[(i + 1) % 2]
    for turn in range(TURNS):
        if turn or i % 2:
            me.wait(10)
            me.clear()
        time.sleep(seconds)
        other.set()


def wait_for_a_thread(i: int, seconds: float) -> None:
    """As often as the lock is held above: starts a thread that sleeps, and joins it."""
    for _ in range(TURNS):
        thread = threading.Thread(target=time.sleep, args=(seconds,))
        thread.start()
        thread.join()


def digest() -> None:
    state = hashlib.sha256()
    for _ in range(40):
        state.update(BLOCK)  # without the GIL


def hash_in_threads(i: int, seconds: float) -> None:
    threads = [threading.Thread(target=digest) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


COMPUTE_S = 0.3
COMPUTE = f"import time\nwhile time.process_time() < {COMPUTE_S}: pass"


def run_programs(i: int, seconds: float) -> None:
    for _ in range(2):
        subprocess.run([sys.executable, "-S", "-c", COMPUTE], check=True)


ONE_LOCK = Workload("Tasks hold one lock.", hold_the_lock, interdependent=True)
EACH_OTHER = Workload("Tasks take turns.", take_turns, interdependent=True)
JOINS = Workload("Tasks join threads.", wait_for_a_thread)
HASHING = Workload("Tasks hash in four threads each.", hash_in_threads)
PROGRAMS = Workload("Tasks run other programs.", run_programs)
