"""How busy what may be used of the machine's cores is, by whatever uses it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import monotonic_ns

from concviz.observer.cgroup import cpu_quota, used_ns
from concviz.trace import events

INTERVAL_NS = 500_000_000
"""The kernel counts in hundredths of a second: shorter intervals would tell little."""
LEAST_NS = 100_000_000
STAT = Path("/proc/stat")


class Machine:
    """The cores that this process may use, from now on.

    Under a quota of its control group that is what the group may use, by whatever runs in it: the
    cores themselves may be busy with work of others that takes nothing from it.
    """

    def __init__(self) -> None:
        try:
            self._cores = sorted(os.sched_getaffinity(0))
        except AttributeError:  # macOS has no affinity
            self._cores = list(range(os.cpu_count() or 1))
        quota = cpu_quota()
        self._quota = quota if quota is not None and quota.cores < len(self._cores) else None
        self._at = monotonic_ns()
        self._busy = self._read()

    def sample(self, last: bool = False) -> events.MachineSampled | None:
        """What was used since the sample before; None while that is too short a time."""
        since = self._at
        if monotonic_ns() - since < (LEAST_NS if last else INTERVAL_NS):
            return None
        busy, before = self._read(), self._busy
        self._at, self._busy = monotonic_ns(), busy
        if busy is None or before is None:
            return None
        cores = len(self._cores) if self._quota is None else self._quota.cores
        return events.MachineSampled(self._at, since, max(0, busy - before), cores)

    def _read(self) -> int | None:
        """Nanoseconds used of what may be used; None where the system does not say."""
        if self._quota is None:
            return self._of_cores()
        return None if self._quota.used is None else used_ns(self._quota.used)

    def _of_cores(self) -> int | None:
        try:
            used = _used_of_linux() if sys.platform == "linux" else _used_elsewhere()
        except Exception:  # whatever a system says that is not understood
            return None
        return sum(used.get(core, 0) for core in self._cores)


def _used_of_linux() -> dict[int, int]:
    """Nanoseconds that each core was used for, without what was stolen from it.

    psutil reads the same, but who looks at a program would first wait until that is loaded.
    """
    tick = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
    used = {}
    for line in STAT.read_text().splitlines():
        name, *times = line.split()
        if name.startswith("cpu") and name != "cpu":
            user, nice, system, _, _, irq, soft, *_ = map(int, times)
            used[int(name[3:])] = (user + nice + system + irq + soft) * tick
    return used


def _used_elsewhere() -> dict[int, int]:
    import psutil

    times = enumerate(psutil.cpu_times(percpu=True))
    return {core: round((t.user + t.nice + t.system) * 1e9) for core, t in times}
