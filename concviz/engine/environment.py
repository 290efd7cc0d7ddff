"""Reads the machine: which Python this is and how many cores it may use."""

from __future__ import annotations

import multiprocessing
import os
import platform
from pathlib import Path

from concviz import __version__
from concviz.engine.observer.gil import gil_enabled
from concviz.model.environment import Environment


def cgroup_quota(
    root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")
) -> float | None:
    """Cores granted by the CPU quota of this process's cgroup (v2 or v1), None without one."""
    folders = [root, root / "cpu", root / "cpu,cpuacct"]
    try:
        for line in own.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers in ("", "cpu", "cpu,cpuacct"):
                base = root / controllers if controllers else root
                here = base / path.lstrip("/")
                folders += [here, *(p for p in here.parents if p.is_relative_to(base))]
    except (OSError, ValueError):
        pass
    quotas = []
    for folder in folders:
        try:
            if (folder / "cpu.max").exists():
                quota, period = (folder / "cpu.max").read_text().split()
            else:
                quota = (folder / "cpu.cfs_quota_us").read_text().strip()
                period = (folder / "cpu.cfs_period_us").read_text().strip()
            if quota != "max" and int(quota) > 0:
                quotas.append(int(quota) / int(period))
        except (OSError, ValueError, ZeroDivisionError):
            continue
    return min(quotas, default=None)


def usable_cores() -> tuple[float, str | None]:
    """Cores this process may use and what limits them ("affinity", "cgroup quota" or None)."""
    total = os.cpu_count() or 1
    try:
        affinity = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS has no affinity
        affinity = total
    quota = cgroup_quota()
    if quota is not None and quota < affinity:
        return round(quota, 2), "cgroup quota"
    return affinity, "affinity" if affinity < total else None


def describe() -> Environment:
    """The environment of this process."""
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
