"""What the kernel's control groups grant this process, and what has been used of that.

Groups lie within one another, and each may limit: what counts is the least along the process's own
path (``/proc/self/cgroup``, from the root down to the group that it is in). In a container the
group may be mounted as the root, so the root counts in any case. Version 1 has a tree for each
controller, version 2 one for all (``cgroups(7)``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


class Quota(NamedTuple):
    """How much of the cores a group may use."""

    cores: float
    """Core-seconds a second."""
    used: Path | None
    """The file that tells what it has used; None where there is none."""


def cpu_quota(root: Path = ROOT, own: Path = OWN) -> Quota | None:
    """The smallest quota along this process's path, None without one."""
    found = []
    for folder in _folders("cpu", root, own):
        try:
            if (folder / "cpu.max").exists():
                quota, period = (folder / "cpu.max").read_text().split()
            else:
                quota = (folder / "cpu.cfs_quota_us").read_text().strip()
                period = (folder / "cpu.cfs_period_us").read_text().strip()
            if quota != "max" and int(quota) > 0:
                found.append(Quota(int(quota) / int(period), _usage_file(folder, root, own)))
        except (OSError, ValueError, ZeroDivisionError):
            continue
    return min(found, key=lambda quota: quota.cores, default=None)


def used_ns(file: Path) -> int | None:
    """Core-nanoseconds that a group has used, from its ``cpu.stat`` or ``cpuacct.usage``."""
    try:
        words = file.read_text().split()
        if file.name == "cpu.stat":
            return 1_000 * int(words[words.index("usage_usec") + 1])
        return int(words[0])
    except (OSError, ValueError, IndexError):
        return None


def pids_max(root: Path = ROOT, own: Path = OWN) -> int | None:
    """How many threads and processes the groups allow together, None without a limit."""
    found = []
    for folder in _folders("pids", root, own):
        try:
            found.append(int((folder / "pids.max").read_text()))
        except (OSError, ValueError):  # not there, or "max"
            continue
    return min(found, default=None)


def _folders(controller: str, root: Path, own: Path) -> list[Path]:
    """Where the groups of this process may have files of that controller."""
    folders = [root]
    for base, path in _trees(controller, root, own):
        here = base / path.lstrip("/")
        folders += [base, here, *(p for p in here.parents if p.is_relative_to(base))]
    for name in (controller, "cpu,cpuacct") if controller == "cpu" else (controller,):
        folders.append(root / name)
    return list(dict.fromkeys(folders))


def _trees(controller: str, root: Path, own: Path) -> Iterator[tuple[Path, str]]:
    """The trees that know that controller, and the path of this process in each."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, colon, path = rest.partition(":")
        if colon and not controllers:
            yield root, path
        elif colon and controller in controllers.split(","):
            yield root / controllers, path


def _usage_file(folder: Path, root: Path, own: Path) -> Path | None:
    """What tells what the group of that folder has used."""
    if (folder / "cpu.max").exists():
        return folder / "cpu.stat"
    if (folder / "cpuacct.usage").exists():  # one tree for both controllers
        return folder / "cpuacct.usage"
    for base, path in _trees("cpu", root, own):
        if not folder.is_relative_to(base):
            continue
        for other, its in _trees("cpuacct", root, own):
            file = other / folder.relative_to(base) / "cpuacct.usage"
            if its == path and file.exists():  # in two trees, but in the same group of both
                return file
    return None
