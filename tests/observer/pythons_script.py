"""Looks at threads of a Python, by default of that which runs this, and prints how it saw them.

One process and a child that it forks, each with two threads that compete for the GIL and others
that are blocked in known ways. Standard library only, so that every Python at hand can run it.
"""

import concurrent.futures
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

ROOT = Path(__file__).parents[2]
SAMPLES = 60
MOST = 2_000
"""Of a thread that computes, where the machine is so busy that it waits for a core all the time."""


def _compute() -> None:
    while True:
        pass


IN_A_SUBINTERPRETER = """
import os, threading
def compute():
    os.write({writes}, b"%d\\n" % threading.get_native_id())
    while True:
        pass
threading.Thread(target=compute, daemon=False).start()
compute()
"""


def _compute_in_a_subinterpreter() -> list[int]:
    """Two threads that share a GIL with each other alone; none where Python tells nothing of it."""
    if sys.version_info < (3, 13):
        return []
    import _interpreters  # type: ignore[import-not-found, unused-ignore]

    interpreter = _interpreters.create()
    reads, writes = os.pipe()
    code = IN_A_SUBINTERPRETER.format(writes=writes)
    threading.Thread(target=_interpreters.exec, args=(interpreter, code), daemon=True).start()
    with os.fdopen(reads) as told:
        return [int(told.readline()) for _ in range(2)]


def target() -> None:
    """Start the threads here and in a child, print their numbers, and wait for the end."""
    here, _there = socket.socketpair()
    lock = _locked(threading.Lock())
    condition = threading.Condition(_locked(threading.Lock()))
    shared = multiprocessing.get_context("fork")
    queue: SimpleQueue[None] = shared.SimpleQueue()
    processes = _locked(shared.Lock())
    threads: dict[str, Callable[[], object]] = {
        "computes": _compute,
        "computes too": _compute,
        "lock": lambda: hold_up(lock),
        "lock (again)": lambda: hold_up(lock),
        "lock with a timeout": lambda: _locked(threading.Lock()).acquire(timeout=60),
        "reentrant lock": lambda: hold_up(_locked(threading.RLock())),
        "condition's lock": lambda: hold_up(condition),
        "processes' lock": lambda: hold_up(processes),
        "event": lambda: threading.Event().wait(60),
        "condition": _wait_for_a_condition,
        "end": threading.main_thread().join,
        "result": concurrent.futures.Future().result,
        "queue": lambda: Queue().get(),
        "processes' queue": queue.get,
        "child": _wait_for_a_child,
        "sleep": lambda: time.sleep(60),
        "receive": lambda: here.recv(1),
    }
    child = os.fork()
    started = {}
    for name, function in threads.items():
        thread = threading.Thread(target=function, daemon=True)
        thread.start()
        started[name] = thread.native_id
    both = _compute_in_a_subinterpreter()
    started |= dict(zip(("computes in another", "computes in another too"), both, strict=False))
    line = json.dumps({"child": child == 0, "pid": os.getpid(), "threads": started}) + "\n"
    os.write(1, line.encode())
    sys.stdin.buffer.raw.read()  # type: ignore[union-attr]  # until the parent closes it
    os._exit(0)


def _locked(lock: Any) -> Any:
    """By a thread that has ended since."""
    thread = threading.Thread(target=lock.acquire)
    thread.start()
    thread.join()
    return lock


def hold_up(lock: Any) -> None:
    """Wait for the lock."""
    with lock:
        pass


def _wait_for_a_child() -> None:
    """Which ends with this process."""
    child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    child.wait()


def _wait_for_a_condition() -> None:
    condition = threading.Condition()
    with condition:
        condition.wait(60)


def look(python: str = sys.executable) -> None:
    """Print, for each thread of two processes of that, how often it was seen in which state."""
    sys.path.insert(0, str(ROOT))
    from concviz.observer import gil, proc, process, pythons, syscalls
    from concviz.trace.states import State

    command = [python, "-S", __file__, "target"]
    files, seen, locks = proc.Proc(), {}, {}
    classify = syscalls.classifier()
    assert classify is not None
    finder, known, others = gil.Finder(files), pythons.Pythons(files), []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        both = [json.loads(running.stdout.readline()) for _ in range(2)]
        time.sleep(0.3)  # the threads come to rest
        for told in both:
            target = process.Process(told["pid"], files, known, gil=True, locks=True)
            assert target.python is not None
            others += [] if target.python.own else [(target.python.text, target.python.missing)]
            for name, tid in told["threads"].items():
                fd = files.open(told["pid"], tid, "syscall")
                counts: Counter[str] = Counter()
                key = f"{name}{' (child)' if told['child'] else ''}"
                for number in range(MOST if "computes" in name else 5):
                    if number >= SAMPLES and State.GIL_WAIT.name in counts:
                        break
                    state = classify(line := proc.read(fd), target.gils)
                    futex = syscalls.futex_of(line)
                    if state is State.THREAD_WAIT and futex is not None:
                        locks[key] = lock = target.lock(tid, futex)
                        state = State.THREAD_WAIT if lock is None else State.LOCK
                    counts[state.name] += 1
                    time.sleep(0.003)
                seen[key] = counts
        running.stdin.close()
    why_not = finder.why_not(os.getpid()), finder.why_not_of_interpreters(os.getpid())
    found = {key: lock for key, lock in locks.items() if lock is not None}
    result = {
        "unknown": why_not,
        "others": others,
        "no locks": process.why_no_locks(os.getpid(), files),
        "seen": seen,
        "keys": {key: lock.key for key, lock in found.items()},
        "functions": [lock.function.rpartition(".")[2] for lock in found.values()],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    target() if sys.argv[1:] == ["target"] else look(*sys.argv[1:])
