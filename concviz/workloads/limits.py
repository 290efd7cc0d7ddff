"""Limits of this process, and of those that it starts, which a workload needs changed."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_core_files() -> Iterator[None]:
    """Within it, a process that crashes leaves no core file behind."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


@contextmanager
def many_open_files(wanted: int = 10_240) -> Iterator[None]:
    """Within it, a process may have that many files open, or as many as the system allows.

    Connections are files. The usual limits, 1,024 and on macOS 256, are low for them; 10,240 is
    the most that macOS accepts.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        yield
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
