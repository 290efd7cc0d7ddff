"""What can be seen is found out by trying; what cannot be is said, with the reason."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from concviz.observer import gil
from concviz.observer.probe import look, probe
from concviz.observer.proc import Proc
from concviz.trace.environment import Observer
from tests.observer.kernels import Denying, Telling


def found(proc: Proc | None = None, hz: float = 50) -> Observer:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        try:
            return probe(child.pid, hz, proc)
        finally:
            child.kill()


linux = pytest.mark.skipif(sys.platform != "linux", reason="files of Linux")
whole = pytest.mark.skipif(not look(50).complete, reason="something is denied here already")


@linux
@whole
@pytest.mark.parametrize(
    ("proc", "missing"),
    [
        (None, {}),
        (
            Denying(errno.ENOENT, "schedstat"),
            {"cpu": "this system has no /proc/<pid>/schedstat"},
        ),
        (
            Denying(errno.EPERM, "syscall"),
            dict.fromkeys(["blocking", "gil", "locks"], "the system forbids it"),
        ),
        (
            Denying(errno.EACCES, "syscall", scope=2),
            dict.fromkeys(["blocking", "gil", "locks"], "Yama forbids it (ptrace_scope 2)"),
        ),
        (
            Denying(errno.ENOENT, "syscall"),
            dict.fromkeys(["blocking", "gil", "locks"], "this system has no /proc/<pid>/syscall"),
        ),
        (
            Denying(errno.EPERM, "maps"),
            {
                "gil": "its address cannot be found",
                "locks": "where this Python has its stacks was not found",
            },
        ),
        (Denying(errno.EPERM, "mem"), {"locks": "the system does not show the stacks of Python"}),
        (
            Denying(errno.ENOENT, "schedstat", "syscall", "maps"),
            {"cpu": "this system has no /proc/<pid>/schedstat"}
            | dict.fromkeys(["blocking", "gil", "locks"], "this system has no /proc/<pid>/syscall"),
        ),
    ],
    ids=["all", "schedstat", "syscall", "yama", "no syscall", "maps", "mem", "none"],
)
def test_what_is_denied_is_missing_and_nothing_else(
    proc: Proc | None, missing: dict[str, str]
) -> None:
    sees = found(proc)
    assert sees.missing == missing
    assert (sees.cpu, sees.blocking, sees.gil) == tuple(
        part not in missing for part in ("cpu", "blocking", "gil")
    )
    assert sees.complete == (not missing)
    assert sees.hz == 50
    for reason in missing.values():
        assert reason in sees.text


@linux
@whole
def test_files_that_tell_nothing(tmp_path: Path) -> None:
    """gVisor and kernels without CONFIG_SCHED_INFO have empty ones, or only zeros."""
    sees = found(Telling(tmp_path, schedstat="0 0 0\n"))
    assert sees.missing == {"cpu": "the kernel tells nothing in schedstat"}
    sees = found(Telling(tmp_path, schedstat="", syscall=""))
    assert set(sees.missing) == {"cpu", "blocking", "gil", "locks"}


@linux
@whole
def test_python_and_machines_that_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gil, "_confirmed", lambda: False)
    version = ".".join(map(str, sys.version_info[:2]))
    sees = found()
    assert set(sees.missing) == {"gil"}
    words = f"no wait for it was seen at its place in CPython {version}"
    assert f"GIL waits unavailable: {words}" in sees.text
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    sees = found()
    assert set(sees.missing) == {"blocking", "gil", "locks"}
    assert "the system calls of riscv64 are not known" in sees.text


def test_switched_off() -> None:
    sees = found(hz=0)
    assert (sees.hz, sees.cpu, sees.blocking, sees.gil) == (0, False, False, False)
    assert sees.text == "states are not observed (--sample-hz 0)"


def test_elsewhere_there_is_nothing_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    sees = probe(os.getpid(), 50)
    assert (sees.cpu, sees.blocking, sees.gil) == (False, False, False)
    assert "unavailable: Darwin has no /proc" in sees.text


def test_of_a_process_that_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    assert not probe(child.pid, 50).complete


def test_looking_before_a_run_leaves_no_process_and_tells_the_same() -> None:
    assert look(50) == found()


@pytest.mark.parametrize(
    "missing", [{}, {"cpu": "a"}, {"gil": "b"}, {"locks": "c"}, {"blocking": "b", "gil": "b"}]
)
def test_it_is_kept_with_a_recording(missing: dict[str, str]) -> None:
    sees = Observer(
        hz=12.5,
        missing=missing,
        **{part: part not in missing for part in ("cpu", "blocking", "gil")},
    )
    assert msgspec.json.decode(msgspec.json.encode(sees), type=Observer) == sees
    assert ("unavailable" in sees.text) == bool(missing)
