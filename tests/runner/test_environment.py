"""What the machine allows, read from made-up machines."""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import sys
from pathlib import Path

import psutil
import pytest

from concviz.observer import cgroup
from concviz.observer.free_threading import gil_enabled
from concviz.runner import environment, limits
from concviz.runner.calibrate import rounds_per_second
from concviz.trace.plan import MAX_WORKERS


class Machine:
    """A folder like /sys/fs/cgroup and a file like /proc/self/cgroup."""

    def __init__(self, folder: Path, own: str) -> None:
        self.root = folder / "cgroup"
        self.root.mkdir()
        self.own = folder / "own"
        self.own.write_text(own)

    def write(self, path: str, text: str) -> Machine:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return self

    @property
    def quota(self) -> float | None:
        found = cgroup.cpu_quota(self.root, self.own)
        return None if found is None else found.cores


V2 = "0::/user.slice/app.scope\n"
V1 = "12:cpuset:/\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n"


@pytest.mark.parametrize(
    ("own", "files", "quota"),
    [
        (V2, {}, None),
        (V2, {"cpu.max": "max 100000\n"}, None),
        (V2, {"cpu.max": "150000 100000\n"}, 1.5),
        (V2, {"user.slice/app.scope/cpu.max": "50000 100000\n"}, 0.5),
        # that of a parent counts too, the least of all
        (V2, {"user.slice/cpu.max": "200000 100000", "user.slice/app.scope/cpu.max": "max 1"}, 2),
        (
            V2,
            {
                "user.slice/cpu.max": "100000 100000",
                "user.slice/app.scope/cpu.max": "400000 100000",
            },
            1,
        ),
        (V2, {"other.slice/cpu.max": "50000 100000"}, None),
        (V2, {"cpu.max": "nonsense"}, None),
        (V2, {"cpu.max": ""}, None),
        (V2, {"cpu.max": "0 100000"}, None),
        (V2, {"cpu.max": "100000 0"}, None),
        (
            V1,
            {
                "cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "250000\n",
                "cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000\n",
            },
            2.5,
        ),
        (
            V1,
            {
                "cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "-1\n",
                "cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000\n",
            },
            None,
        ),
        (  # in a container the cgroup is mounted as the root
            V1,
            {"cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"},
            0.5,
        ),
        (V1, {"cpu/cpu.cfs_quota_us": "50000"}, None),
        ("", {"cpu.max": "300000 100000"}, 3),
        ("no colons here\n", {"cpu.max": "300000 100000"}, 3),
    ],
)
def test_quota(tmp_path: Path, own: str, files: dict[str, str], quota: float | None) -> None:
    machine = Machine(tmp_path, own)
    for path, text in files.items():
        machine.write(path, text)
    assert machine.quota == quota


def test_no_cgroups_at_all(tmp_path: Path) -> None:
    assert cgroup.cpu_quota(tmp_path / "none", tmp_path / "neither") is None
    assert cgroup.pids_max(tmp_path / "none", tmp_path / "neither") is None


@pytest.mark.parametrize(
    ("total", "affinity", "quota", "usable"),
    [
        (8, 8, None, (8, None)),
        (8, 3, None, (3, "affinity")),
        (8, 8, 1.5, (1.5, "cgroup quota")),
        (8, 2, 4.0, (2, "affinity")),
        (8, 8, 8.0, (8, None)),
        (8, 4, 2 / 3, (0.67, "cgroup quota")),
        (None, 1, None, (1, None)),
    ],
)
def test_usable_cores(
    total: int | None,
    affinity: int,
    quota: float | None,
    usable: tuple[float, str | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: total)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(affinity)), raising=False)
    granted = None if quota is None else cgroup.Quota(quota, None)
    monkeypatch.setattr(environment, "cpu_quota", lambda: granted)
    assert environment.usable_cores() == usable


def test_usable_cores_where_there_is_no_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(environment, "cpu_quota", lambda: None)
    assert environment.usable_cores() == (6, None)


def test_description_of_this_process() -> None:
    here = environment.describe()
    assert here.python == platform.python_version()
    assert here.cores_total == os.cpu_count()
    assert 0 < here.cores_usable <= here.cores_total
    assert here.start_method in multiprocessing.get_all_start_methods()
    assert here.gil == gil_enabled()


def test_gil_is_on_where_python_cannot_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys, "_is_gil_enabled", raising=False)
    assert gil_enabled()
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    assert not gil_enabled()


# -- limits --


@pytest.fixture
def rlimits(monkeypatch: pytest.MonkeyPatch) -> dict[int, tuple[int, int]]:
    """Resource limits of a made-up process: unlimited unless a test says otherwise."""
    infinite = resource.RLIM_INFINITY
    limited: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(
        resource, "getrlimit", lambda which: limited.get(which, (infinite, infinite))
    )
    monkeypatch.setattr(limits, "Path", lambda path: Path("/nonexistent" + path))
    monkeypatch.setattr(limits, "available_bytes", lambda: 1 << 50)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return limited


def test_available_memory_is_what_the_system_says() -> None:
    said = psutil.virtual_memory()
    assert abs(limits.available_bytes() - said.available) < said.total / 5


def test_available_memory_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "Path", lambda path: Path("/nonexistent" + path))
    assert 0 < limits.available_bytes() <= psutil.virtual_memory().total


def test_limits_of_a_large_machine_are_ours(rlimits: dict[int, tuple[int, int]]) -> None:
    found = limits.limits()
    assert (found.threads, found.threads_reason) == (MAX_WORKERS, "limit of concviz")
    assert (found.processes, found.processes_reason) == (500, "limit of concviz")
    assert set(found.start_methods) == set(multiprocessing.get_all_start_methods())


def test_limit_of_the_user(
    rlimits: dict[int, tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rlimits[resource.RLIMIT_NPROC] = (300, 300)
    found = limits.limits()
    reason = "half of the user's process limit, ulimit -u"
    assert (found.threads, found.threads_reason) == (150, reason)
    assert (found.processes, found.processes_reason) == (150, reason)
    monkeypatch.setattr(os, "geteuid", lambda: 0)  # root is not held to it
    assert limits.limits().threads == MAX_WORKERS


def test_limit_of_the_cgroup(
    rlimits: dict[int, tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "pids_max", lambda: 100)
    found = limits.limits()
    assert (found.threads, found.threads_reason) == (50, "half of the cgroup's pids.max")
    assert found.processes == 50


@pytest.mark.parametrize(
    ("own", "files", "allowed"),
    [
        (V2, {}, None),
        (V2, {"pids.max": "max"}, None),
        (V2, {"user.slice/app.scope/pids.max": "70\n"}, 70),
        (V2, {"user.slice/pids.max": "40", "user.slice/app.scope/pids.max": "70"}, 40),
        (V2, {"other.slice/pids.max": "70"}, None),
        ("3:pids:/docker/abc\n", {"pids/docker/abc/pids.max": "90"}, 90),
        ("3:pids:/docker/abc\n", {"pids/pids.max": "90"}, 90),  # mounted as the root
        ("", {"pids.max": "30"}, 30),
    ],
)
def test_pids_along_the_own_path(
    tmp_path: Path, own: str, files: dict[str, str], allowed: int | None
) -> None:
    machine = Machine(tmp_path, own)
    for path, text in files.items():
        machine.write(path, text)
    assert cgroup.pids_max(machine.root, machine.own) == allowed


@pytest.mark.parametrize(
    ("own", "files", "used"),
    [
        (
            V2,
            {
                "user.slice/cpu.max": "50000 100000",
                "user.slice/cpu.stat": "usage_usec 1234\nuser_usec 1000\n",
                "cpu.stat": "usage_usec 99\n",
            },
            1_234_000,
        ),
        (V2, {"cpu.max": "50000 100000", "cpu.stat": "nothing\n"}, None),
        (V2, {"cpu.max": "50000 100000"}, None),
        (
            "2:cpuacct:/docker\n1:cpu:/docker\n",
            {
                "cpu/docker/cpu.cfs_quota_us": "50000",
                "cpu/docker/cpu.cfs_period_us": "100000",
                "cpuacct/docker/cpuacct.usage": "777\n",
            },
            777,
        ),
        (  # of another group: it says nothing of this one
            "2:cpuacct:/\n1:cpu:/docker\n",
            {
                "cpu/docker/cpu.cfs_quota_us": "50000",
                "cpu/docker/cpu.cfs_period_us": "100000",
                "cpuacct/docker/cpuacct.usage": "777\n",
            },
            None,
        ),
    ],
)
def test_what_a_group_with_a_quota_has_used(
    tmp_path: Path, own: str, files: dict[str, str], used: int | None
) -> None:
    machine = Machine(tmp_path, own)
    for path, text in files.items():
        machine.write(path, text)
    quota = cgroup.cpu_quota(machine.root, machine.own)
    assert quota is not None
    assert quota.cores == 0.5
    assert (None if quota.used is None else cgroup.used_ns(quota.used)) == used


def test_limits_of_memory_and_files(
    rlimits: dict[int, tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rlimits[resource.RLIMIT_NOFILE] = (256, 464)
    found = limits.limits()
    assert (found.processes, found.processes_reason) == (100, "open files, ulimit -Hn")
    monkeypatch.setattr(limits, "available_bytes", lambda: 1 << 30)
    found = limits.limits()
    assert (found.processes, found.processes_reason) == (42, "available memory")
    assert found.threads == MAX_WORKERS


def test_there_is_always_room_for_one(
    rlimits: dict[int, tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rlimits[resource.RLIMIT_NOFILE] = (16, 16)
    rlimits[resource.RLIMIT_NPROC] = (1, 1)
    monkeypatch.setattr(limits, "available_bytes", lambda: 0)
    found = limits.limits()
    assert (found.threads, found.processes) == (1, 1)


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (256, 4_096, 4_096),
        (256, resource.RLIM_INFINITY, 65_536),
        (256, 1_000_000, 65_536),
        (4_096, 4_096, None),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None),
    ],
)
def test_open_files_are_raised_as_far_as_they_may(
    soft: int,
    hard: int,
    raised: int | None,
    rlimits: dict[int, tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if sys.platform == "darwin":
        pytest.skip("macOS has limits of its own")
    rlimits[resource.RLIMIT_NOFILE] = (soft, hard)
    done: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *arguments: done.append(arguments))
    limits.raise_open_files()
    assert done == ([] if raised is None else [(resource.RLIMIT_NOFILE, (raised, hard))])


# -- calibration --


class Clock:
    """Time that passes only in the work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cpu: float, disturbed: int = 0) -> None:
        self.wall = self.cpu = 0.0
        self.rounds: list[int] = []
        self._share = cpu
        self._disturbed = disturbed
        monkeypatch.setattr("concviz.runner.calibrate.perf_counter", lambda: self.wall)
        monkeypatch.setattr("concviz.runner.calibrate.thread_time", lambda: self.cpu)

    def work(self, rounds: int) -> None:
        """A millisecond for four rounds, and twice that when something is in its way."""
        self.rounds.append(rounds)
        slow = 2 if len(self.rounds) % 2 < self._disturbed else 1
        self.wall += slow * rounds / 4_000
        self.cpu += slow * rounds / 4_000 * self._share


@pytest.mark.parametrize("cpu", [1.0, 0.0, 0.1])
def test_rate_is_that_of_the_best_burst(cpu: float, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, cpu, disturbed=1)
    assert rounds_per_second(clock.work) == pytest.approx(4_000)
    assert clock.wall < 1  # it must not take long


def test_time_on_a_core_counts_for_what_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for a core is not the work's doing."""
    clock = Clock(monkeypatch, cpu=0.8)
    assert rounds_per_second(clock.work) == pytest.approx(5_000)
