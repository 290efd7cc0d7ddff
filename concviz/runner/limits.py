"""How many threads and processes this machine allows, and what says so."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from pathlib import Path

from concviz.observer.cgroup import pids_max
from concviz.trace.plan import MAX_WORKERS, START_METHODS, Limits

MAX_PROCESSES = 500
PROCESS_BYTES = 24 << 20
"""Rough memory of a worker process: a Python with the workload, what it shares not counted."""
DESCRIPTORS = 4
"""File descriptors that the runner, its Manager and its pool hold for one process."""


def limits() -> Limits:
    """The limits for this user on this machine, now."""
    own = [(MAX_WORKERS, "limit of concviz")]
    tasks = _task_limits()
    threads, threads_reason = min(own + tasks)
    processes, processes_reason = min(
        [(MAX_PROCESSES, "limit of concviz"), *tasks, *_process_limits()]
    )
    available = multiprocessing.get_all_start_methods()
    return Limits(
        threads=max(1, threads),
        threads_reason=threads_reason,
        processes=max(1, processes),
        processes_reason=processes_reason,
        start_methods=tuple(m for m in START_METHODS if m in available),
    )


def _task_limits() -> list[tuple[int, str]]:
    """Limits on threads and processes together, half of which we leave to others."""
    import resource

    found = []
    soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    if soft != resource.RLIM_INFINITY and os.geteuid() != 0:  # root is not held to it
        found.append((soft // 2, "half of the user's process limit, ulimit -u"))
    for path, what in (
        ("/proc/sys/kernel/threads-max", "the kernel's threads-max"),
        ("/proc/sys/kernel/pid_max", "the kernel's pid_max"),
    ):
        try:
            found.append((int(Path(path).read_text()) // 2, f"half of {what}"))
        except (OSError, ValueError):  # not there, or "max"
            continue
    if (allowed := pids_max()) is not None:
        found.append((allowed // 2, "half of the cgroup's pids.max"))
    return found


def _process_limits() -> list[tuple[int, str]]:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    found = [(available_bytes() // PROCESS_BYTES, "available memory")]
    if hard != resource.RLIM_INFINITY:
        found.append(((hard - 64) // DESCRIPTORS, "open files, ulimit -Hn"))
    return found


def available_bytes() -> int:
    """Memory that could be had without taking it from others."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            name, _, size = line.partition(":")
            if name == "MemAvailable":
                return int(size.removesuffix("kB")) << 10
    import psutil  # which knows other systems, and takes a while

    return int(psutil.virtual_memory().available)


def raise_open_files() -> None:
    """Allow this process as many open files as it may have: each worker process needs some."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
    if sys.platform != "darwin" and soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
