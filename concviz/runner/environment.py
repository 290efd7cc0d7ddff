"""Reads the machine: which Python this is and how many cores it may use."""

from __future__ import annotations

import os
import platform

from concviz.observer.cgroup import cpu_quota
from concviz.observer.free_threading import gil_enabled
from concviz.trace.environment import Environment
from concviz.version import __version__


def usable_cores() -> tuple[float, str | None]:
    """Cores this process may use and what limits them ("affinity", "cgroup quota" or None)."""
    total = os.cpu_count() or 1
    try:
        affinity = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS has no affinity
        affinity = total
    quota = cpu_quota()
    if quota is not None and quota.cores < affinity:
        return round(quota.cores, 2), "cgroup quota"
    return affinity, "affinity" if affinity < total else None


def describe() -> Environment:
    """The environment of this process."""
    import multiprocessing  # not while a program that is watched waits to be looked at

    cores, limit = usable_cores()
    return Environment(
        concviz=__version__,
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        gil=gil_enabled(),
        platform=f"{platform.system()} {platform.release()}",
        machine=platform.machine(),
        cores_total=os.cpu_count() or 1,
        cores_usable=cores,
        cores_limit=limit,
        start_method=multiprocessing.get_all_start_methods()[0],
    )
