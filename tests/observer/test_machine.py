"""How busy the machine is, of what may be used of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from concviz.observer import machine
from concviz.observer.cgroup import Quota
from concviz.observer.machine import Machine


class Clock:
    """Stands in for the time."""

    now = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(machine, "monotonic_ns", clock)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    return clock


def test_under_a_quota_it_is_the_share_of_the_quota(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was the share of all cores, beside a line that says how many may be used."""
    used = tmp_path / "cpu.stat"
    monkeypatch.setattr(machine, "cpu_quota", lambda: Quota(1.5, used))
    used.write_text("usage_usec 1000000\n")
    watched = Machine()
    clock.now = 2_000_000_000
    used.write_text("usage_usec 4000000\n")
    sample = watched.sample()
    assert sample is not None
    assert (sample.busy_ns, sample.cores) == (3_000_000_000, 1.5)


def test_where_a_group_does_not_tell_it_is_not_known(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "cpu_quota", lambda: Quota(1.5, None))
    watched = Machine()
    clock.now = 2_000_000_000
    assert watched.sample() is None


def test_a_quota_that_limits_nothing_is_none(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "cpu_quota", lambda: Quota(8.0, tmp_path / "cpu.stat"))
    watched = Machine()
    clock.now = 2_000_000_000
    sample = watched.sample()
    assert sample is not None
    assert sample.cores == 8
