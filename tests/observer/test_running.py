"""Which Pythons run here, and why one cannot be looked at: a sentence that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from concviz.observer.probe import look
from concviz.observer.proc import Proc
from concviz.observer.running import ancestors, running, why_not

observed = pytest.mark.skipif(not look(50).blocking, reason="system calls are not shown here")


@pytest.fixture
def child() -> object:
    command = [sys.executable, "-c", "input()", "a child"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as running_child:
        yield running_child.pid
        running_child.kill()


class Kernel(Proc):
    """One that shows nothing of others, for a reason."""

    def __init__(self, owner: int, scope: int = 0, *, may_trace: bool = False) -> None:
        super().__init__()
        self._owner, self._scope, self._may = owner, scope, may_trace

    def open(self, pid: int, tid: int, name: str) -> int:
        raise PermissionError(13, "no")

    def maps(self, pid: int) -> str:
        raise PermissionError(13, "no")

    def uid(self, pid: int) -> int | None:
        return self._owner

    def ptrace_scope(self) -> int:
        return self._scope

    def may_trace(self) -> bool:
        return self._may


@observed
def test_a_child_is_among_those_that_run_and_may_be_looked_at(child: int) -> None:
    assert why_not(child) is None
    found = next(one for one in running() if one.pid == child)
    assert found.argv[-1] == "a child"
    assert found.version == ".".join(map(str, sys.version_info[:3])) or found.version
    assert found.mine
    assert os.getpid() not in [one.pid for one in running()], "nobody attaches to himself"


def test_of_others_only_the_name_shows(child: int) -> None:
    found = next(one for one in running(Kernel(os.geteuid() + 1)) if one.pid == child)
    assert found.version == ""
    assert not found.mine


def test_those_of_others_come_last() -> None:
    of_whom = [one.mine for one in running()]
    assert of_whom == sorted(of_whom, reverse=True)


@pytest.mark.parametrize(
    ("me", "kernel", "words"),
    [
        (1000, Kernel(1001), ["belongs to user 1001", "sudo concviz attach PID"]),
        (1000, Kernel(1000, 1), ["descendants only", "sudo concviz", "kernel.yama.ptrace_scope=0"]),
        (1000, Kernel(1000, 2), ["only root", "sudo concviz attach PID"]),
        (1000, Kernel(1000, 3), ["nobody", "kernel.yama.ptrace_scope = 3"]),
        (0, Kernel(1000, 3, may_trace=True), ["nobody"]),
        (0, Kernel(1000), ["container", "--cap-add=SYS_PTRACE"]),
        (0, Kernel(0, may_trace=True), ["not even root"]),
        (1000, Kernel(1000), ["more rights", "sudo concviz attach PID"]),
    ],
)
def test_what_to_do_is_said(
    child: int, monkeypatch: pytest.MonkeyPatch, me: int, kernel: Proc, words: list[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: me)
    said = why_not(child, kernel)
    assert said is not None
    for word in words:
        assert word.replace("PID", str(child)) in said


def test_what_is_no_python_is_named() -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        said = why_not(other.pid)
        other.kill()
    assert said is not None
    assert f"{other.pid} (sleep) is no Python" in said
    assert "no process" in (why_not(other.pid) or "")
    assert "this concviz" in (why_not(os.getpid()) or "")


def test_elsewhere_nothing_can_be_attached_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert "only Linux" in (why_not(1) or "")


def test_ancestors_are_known_up_to_the_first_process() -> None:
    found = ancestors(os.getpid(), Proc())
    assert {os.getpid(), os.getppid()} <= found
