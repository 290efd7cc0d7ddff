"""Looks at threads of the Python that runs this, and prints in which states it saw them.

One process and a child that it forks, each with two threads that compete for the GIL and others
that are blocked in known ways. Standard library only, so that every Python at hand can run it.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]
SAMPLES = 60


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
    threads: dict[str, Callable[[], object]] = {
        "computes": _compute,
        "computes too": _compute,
        "lock": _locked().acquire,
        "lock with a timeout": lambda: _locked().acquire(timeout=60),
        "event": lambda: threading.Event().wait(60),
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


def _locked() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


def look() -> None:
    """Print, for each thread of the two processes, how often it was seen in which state."""
    sys.path.insert(0, str(ROOT))
    from concviz.engine.observer import gil, proc, syscalls

    command = [sys.executable, "-S", __file__, "target"]
    files, seen = proc.Proc(), {}
    classify = syscalls.classifier()
    assert classify is not None
    finder = gil.Finder(files)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        both = [json.loads(process.stdout.readline()) for _ in range(2)]
        time.sleep(0.3)  # the threads come to rest
        addresses = {told["pid"]: finder.find(told["pid"]) for told in both}
        for told in both:
            for name, tid in told["threads"].items():
                fd = files.open(told["pid"], tid, "syscall")
                counts: Counter[str] = Counter()
                for _ in range(SAMPLES if "computes" in name else 5):
                    counts[classify(proc.read(fd), addresses[told["pid"]]).name] += 1
                    time.sleep(0.003)
                seen[f"{name}{' (child)' if told['child'] else ''}"] = counts
        process.stdin.close()
    why_not = finder.why_not(os.getpid()), finder.why_not_of_interpreters(os.getpid())
    print(json.dumps({"unknown": why_not, "seen": seen}))


if __name__ == "__main__":
    target() if sys.argv[1:] == ["target"] else look()
