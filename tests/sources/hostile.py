"""Workloads that nobody would wish for. Light, as it is imported in every worker.

Each is run under its name in lower case with hyphens, by way of the fixture ``hostile``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import math
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from concviz.workloads import Arguments, Preparation, Workload

AGES = 100.0
"""Seconds that no test waits."""


def _workload(function: Any, **more: Any) -> Workload:
    return Workload(summary=function.__doc__ or "", function=function, **more)


# -- tasks that do not end --


def staged(i: int, seconds: float) -> str:
    """The first task ends at once, the others never."""
    if i:
        time.sleep(AGES)
    return f"Task {i}"


async def staged_async(i: int, seconds: float) -> str:
    if i:
        await asyncio.sleep(AGES)
    return f"Task {i}"


def gil(i: int, seconds: float) -> None:
    """Gets stuck in C with the GIL held."""
    time.sleep(seconds)
    re.match(r"(a+)+$", "a" * 64 + "b")


def deaf(i: int, seconds: float) -> None:
    """Does not listen to signals."""
    with contextlib.suppress(ValueError):  # not the main thread: its process is deaf already
        _ignore_signals()
    time.sleep(AGES)


def _ignore_signals() -> None:
    for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)


@contextmanager
def _prepare_deaf(preparation: Preparation) -> Iterator[Arguments]:
    _ignore_signals()
    yield (preparation.duration_s,)


def parent(i: int, seconds: float) -> None:
    """Starts a process of its own and waits for it."""
    subprocess.run(["sleep", str(AGES)], check=False)


def daemon(i: int, seconds: float) -> None:
    """Leaves a process behind that belongs to nobody."""
    subprocess.run(["sh", "-c", f"setsid sleep {AGES} & setsid sleep {AGES} &"], check=True)
    time.sleep(AGES)


def orphans(i: int, seconds: float) -> None:
    """Leaves processes that belong to nobody and end at once."""
    _orphan()
    print("orphaned")
    time.sleep(AGES)


def deserts(i: int, seconds: float) -> None:
    """Does so and ends its process without a word."""
    _orphan()
    os._exit(3)


def _orphan() -> None:
    for _ in range(100):
        child = os.fork()
        if child == 0:
            os.fork()
            os._exit(0)
        os.waitpid(child, 0)


def strays(i: int, seconds: float) -> None:
    """Leaves processes that belong to nobody: by session, without a mark, by mark."""
    line = f"'sleep {AGES}; : {os.environ['CONCVIZ_TEST_MARK']}'"
    subprocess.run(
        ["sh", "-c", f"sh -c {line} & env -i sh -c {line} & setsid sh -c {line} &"], check=True
    )
    print("strayed")
    time.sleep(AGES)


STAGED = _workload(staged, coroutine=staged_async)
GIL = _workload(gil)
DEAF = _workload(deaf, prepare=_prepare_deaf)
PARENT = _workload(parent)
DAEMON = _workload(daemon)
ORPHANS = _workload(orphans)
DESERTS = _workload(deserts)
STRAYS = _workload(strays)


# -- tasks that end in strange ways --


def exits(i: int, seconds: float) -> None:
    """Task 1 ends its process without a word."""
    time.sleep(seconds)
    if i == 1:
        os._exit(3)


def dies_of(signum: int) -> Callable[[int, float], None]:
    """Task 2 sends that signal to its own process."""

    def dies(i: int, seconds: float) -> None:
        if i == 2:
            time.sleep(seconds)
            os.kill(os.getpid(), signum)
        time.sleep(100 * seconds)

    return dies


def departs(i: int, seconds: float) -> None:
    """Task 2 ends its process without a word."""
    if i == 2:
        time.sleep(seconds)
        os._exit(3)
    time.sleep(100 * seconds)


def raises(i: int, seconds: float) -> None:
    """Raises what is no ordinary exception."""
    match i:
        case 0:
            sys.exit("enough")
        case 1:
            raise KeyboardInterrupt
        case 2:
            raise _UnspeakableError
        case _:
            raise ValueError("\ud800\0" + "x" * 100_000)


class _UnspeakableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


def leaves(i: int, seconds: float) -> None:
    """Leaves a process."""
    subprocess.Popen(["sleep", str(AGES)])


def lingers(i: int, seconds: float) -> None:
    """Leaves a thread that does not end, and a process."""
    threading.Thread(target=time.sleep, args=(AGES,), name=f"left by {i}").start()
    leaves(i, seconds)


def litters(i: int, seconds: float) -> None:
    """Leaves many files and ends its process."""
    folder = Path(os.environ["TMPDIR"])
    for number in range(4_000):
        os.close(os.open(folder / str(number), os.O_CREAT | os.O_WRONLY))
    print("littered")
    time.sleep(0.1)
    os._exit(1)


EXITS = _workload(exits)
DEPARTS = _workload(departs)
DIES_OF_KILL = _workload(dies_of(signal.SIGKILL))
DIES_OF_TERM = _workload(dies_of(signal.SIGTERM))
DIES_OF_ABRT = _workload(dies_of(signal.SIGABRT))
RAISES = _workload(raises)
LEAVES = _workload(leaves)
LINGERS = _workload(lingers)
LITTERS = _workload(litters)


# -- results that cannot be had --


class _Raising:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class _Unpicklable:
    def __reduce__(self) -> str:
        raise TypeError("cannot be sent")


def values(i: int, seconds: float) -> object:
    """Returns one hostile value for each task."""
    recursive: list[object] = []
    recursive += [recursive] * 20
    makers: list[Callable[[], object]] = [
        lambda: "x" * 20_000_000,
        lambda: "\ud800\0\x1b[31m",
        lambda: 10**5_000,
        lambda: math.nan,
        lambda: recursive,
        _Raising,
    ]
    return makers[i]()


def unsendable(i: int, seconds: float) -> object:
    """Task 1 returns what no other process can get."""
    time.sleep(seconds)
    return _Unpicklable() if i == 1 else i


def many(i: int, seconds: float) -> list[int]:
    """Returns what takes long to pickle."""
    return list(range(i, i + 1_000_000))


def large(i: int, seconds: float) -> bytes:
    """Returns what has many bytes, which are soon pickled, after some work."""
    time.sleep(seconds)
    return bytes(20_000_000)


@contextmanager
def _burdened(preparation: Preparation) -> Iterator[Arguments]:
    yield (list(range(2_000_000)),)


def burden(i: int, numbers: list[int]) -> int:
    """Works on what takes long to pickle."""
    return numbers[i]


VALUES = _workload(values)
BURDEN = _workload(burden, prepare=_burdened)
MANY_NUMBERS = _workload(many)
LARGE = _workload(large)
UNSENDABLE = _workload(unsendable)


# -- tasks that print --


def floods(i: int, seconds: float) -> None:
    """Prints much more than is passed on."""
    for _ in range(20):
        print("x" * 9_999)


LINES = 30_000


def lines(i: int, seconds: float) -> None:
    """Prints short lines, as many as are passed on."""
    print("x\n" * LINES, end="")


def prints(i: int, seconds: float) -> None:
    """Prints by all means."""
    sys.stdout.write(f"stdout of {i}, ")
    sys.stderr.write(f"stderr of {i}\n")
    sys.stdout.writelines(["two ", "parts\nand no end of line"])
    if i == 0:
        print("\x1b[31m\ud800\0")
        sys.stdout.buffer.write(b"\nby the buffer\n")
        sys.stdout.flush()
        os.write(1, b"\nby the file descriptor\n")
        library = ctypes.CDLL(None)
        library.puts(b"\nby C")
        library.fflush(None)
        subprocess.run(["echo", "by another program"], check=True)
        os.write(2, b"\xff is no text\n")


def forks(i: int, seconds: float) -> None:
    """Has a process of its own print, which inherits our streams."""
    process = multiprocessing.get_context("fork").Process(target=print, args=(f"child of {i}",))
    process.start()
    process.join()


def buffered(i: int, seconds: float) -> None:
    """Writes below print and leaves it to others to flush."""
    sys.stdout.buffer.write(b"left in the buffer\n")


def overflows(i: int, seconds: float) -> None:
    """Writes more than is passed on, below print."""
    os.write(1, b"y" * 10_000 + b"\n")
    for _ in range(20):
        os.write(1, b"z" * 65_535 + b"\n")


def dangles(i: int, seconds: float) -> None:
    """Writes a line without an end, below print."""
    os.write(1, b"dangling")


def flags(i: int, seconds: float) -> str:
    """Tells which Python runs it, and how that was started."""
    return json.dumps(
        {
            "executable": sys.executable,
            "xoptions": sys._xoptions,
            "warnoptions": sys.warnoptions,
            "flags": {
                name: getattr(sys.flags, name)
                for name in ("isolated", "ignore_environment", "dev_mode", "optimize", "utf8_mode")
            },
        }
    )


def surroundings(i: int, seconds: float) -> str:
    """Tells what a process gets from whoever has made it."""
    import random
    import resource
    import tempfile

    shown = Path("/proc/self/environ").read_bytes().split(b"\0")
    usual = signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE
    return json.dumps(
        {
            "here": os.getcwd(),  # noqa: PTH109
            "tested": os.environ.get("CONCVIZ_TESTED"),
            "random": random.random(),
            "authkey": multiprocessing.current_process().authkey.hex(),
            "temporary": tempfile.gettempdir(),
            "arguments": [sys.argv[0], len(sys.argv)],
            "main": sorted(vars(sys.modules["__main__"])),
            "marked": f"CONCVIZ_RUN={os.environ['CONCVIZ_RUN']}".encode() in shown,
            "descriptors": len(os.listdir("/proc/self/fd")),  # noqa: PTH208
            "input": os.readlink("/proc/self/fd/0"),  # noqa: PTH115
            "leads": os.getsid(0) == os.getpid(),
            "signals": [signal.getsignal(number) for number in usual],
            "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
            "files": resource.getrlimit(resource.RLIMIT_NOFILE),
            "threads": sorted(thread.name for thread in threading.enumerate()),
            "process": multiprocessing.current_process().name,
            "imported": [name for name in ("asyncio", "psutil", "textual") if name in sys.modules],
        }
    )


FLAGS = _workload(flags)
SURROUNDINGS = _workload(surroundings)
FLOODS = _workload(floods)
WRITES_LINES = _workload(lines)
PRINTS = _workload(prints)
FORKS = _workload(forks)
BUFFERED = _workload(buffered)
OVERFLOWS = _workload(overflows)
DANGLES = _workload(dangles)


# -- preparations --


@contextmanager
def _prepare_with_a_thread(preparation: Preparation) -> Iterator[Arguments]:
    done = threading.Event()
    helper = threading.Thread(target=done.wait, name="helper")
    helper.start()
    yield (preparation.duration_s,)
    done.set()
    helper.join()


@contextmanager
def _prepare_in_vain(preparation: Preparation) -> Iterator[Arguments]:
    preparation.say("Trying \ud800")
    raise RuntimeError("there is no server")
    yield ()


HELPED = _workload(staged, prepare=_prepare_with_a_thread)
UNPREPARED = _workload(staged, prepare=_prepare_in_vain)
