"""A program that runs is asked to tell of its tasks, and to tell no more; or it is said why not."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.observer.probe import look
from concviz.observer.proc import Proc
from concviz.observer.pythons import Python, Pythons
from concviz.sources.asked_hooks import PLACES, SWITCH, AskedHooks, ForbiddenError, may_be_asked
from concviz.sources.attach import NOT_YET, TELLS, Attached
from concviz.sources.feed import Feed
from tests.running import wait_for
from tests.sources.test_attach import advance

pytestmark = pytest.mark.skipif(not look(50).complete, reason="not everything is shown here")
newer = pytest.mark.skipif(sys.version_info < (3, 14), reason="PEP 768 is of 3.14")

PROGRAM = """
    import sys, threading, time
    from concurrent.futures import ThreadPoolExecutor

    def double(n):
        time.sleep(0.001)
        return 2 * n

    def serve(going):
        with ThreadPoolExecutor(2) as executor:
            while going.is_set():
                assert list(executor.map(double, range(4))) == [0, 2, 4, 6]
                executor.submit(double, 5).result()

    going = threading.Event()
    going.set()
    server = threading.Thread(target=serve, args=(going,))
    server.start()
    print("ready", flush=True)
    busy = sys.argv[1:] == ["busy"]
    while busy and going.is_set():  # its main thread executes Python now and then
        time.sleep(0.01)
        if sys.stdin in __import__("select").select([sys.stdin], [], [], 0)[0]:
            going.clear()
    sys.stdin.read()
    going.clear()
    server.join()
    print("ended well", threading.active_count(), sorted(n for n in sys.modules if "concviz" in n))
"""


class Started:
    def __init__(self, *arguments: str, python: str = sys.executable, **changes: str) -> None:
        code = textwrap.dedent(PROGRAM)
        command = [python, "-u", "-X", "dev", "-c", code, *arguments]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | changes,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def end(self) -> tuple[str, str]:
        printed, complaints = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return printed, complaints


@pytest.fixture
def program() -> Iterator[Started]:
    started = Started("busy")
    yield started
    started.process.kill()
    started.process.communicate()


def labels(run: Run) -> set[str]:
    return {told.label for told in run.tasks.named.values()}


def left(pid: int) -> list[str]:
    return [str(path) for place in PLACES for path in place.glob(f"concviz-asked-{pid}")]


@newer
def test_it_tells_its_tasks_from_then_on_and_again(program: Started) -> None:
    pid = program.process.pid
    for _ in range(3):
        hooks = AskedHooks(pid)
        feed = Feed(Attached(pid, hooks=hooks))
        folder = hooks.folder
        assert folder.is_dir()
        with pytest.raises(ForbiddenError, match="another concviz"):
            AskedHooks(pid)
        run = advance(feed, lambda run: {"double(3)", "double(5)"} <= labels(run), "no task came")
        advance(feed, lambda run: len(run.surroundings.groups) == 1, "nor its group")
        assert [one.what for one in run.not_seen] == [TELLS]
        feed.close()
        run = feed.follow(0.05)
        assert run.phase is Phase.CUT_OFF
        assert run.counts.unreadable == run.counts.unknown == run.counts.duplicate == 0
        assert not folder.exists()
        assert left(pid) == []
        assert program.process.poll() is None
    printed, complaints = program.end()
    assert printed.startswith("ended well 1")
    assert complaints == ""


@newer
def test_one_whose_main_thread_waits_is_said_not_to_have_begun_and_is_not_harmed() -> None:
    started = Started()
    pid = started.process.pid
    feed = Feed(Attached(pid, hooks=AskedHooks(pid)))
    run = advance(feed, lambda run: run.not_seen, "it was not said")
    assert [one.what for one in run.not_seen] == [NOT_YET]
    feed.close()
    printed, complaints = started.end()  # it gets to what it was asked for, which nobody wants now
    assert printed == "ended well 1 []\n"
    assert complaints == ""


@newer
def test_whoever_is_killed_leaves_nothing(program: Started) -> None:
    pid = program.process.pid
    command = [sys.executable, "-m", "concviz", "attach", str(pid), "--headless", "--hook"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as attached:
        wait_for(lambda: left(pid), "it was not asked")
        folder = Path(Path(left(pid)[0]).read_text().split("\n")[0])
        attached.kill()
    wait_for(lambda: not left(pid) and not folder.exists(), "what it was asked with is gone")
    printed, complaints = program.end()
    assert printed.startswith("ended well 1")
    assert complaints == ""


@newer
def test_what_forbids_it_is_named() -> None:
    started = Started(**{SWITCH: "1"})
    with pytest.raises(ForbiddenError, match=f"started with {SWITCH}"):
        AskedHooks(started.process.pid)
    assert left(started.process.pid) == []
    started.end()


class Told(Proc):
    """A kernel that tells of a process what a test says."""

    def __init__(self, argv: list[str] | None = None, **told: object) -> None:
        super().__init__()
        self._argv, self._told = argv or ["python"], told

    def argv(self, pid: int) -> list[str]:
        return self._argv

    def environ(self, pid: int) -> dict[str, str]:
        environ: dict[str, str] = self._told.get("environ", {})  # type: ignore[assignment]
        return environ

    def in_container(self, pid: int) -> bool:
        return bool(self._told.get("container"))

    def uid(self, pid: int) -> int | None:
        uid: int = self._told.get("uid", os.geteuid())  # type: ignore[assignment]
        return uid

    def file(self, pid: int) -> str:
        return str(self._told.get("file", "/usr/bin/python3.15"))


@pytest.mark.parametrize(
    ("proc", "version", "words"),
    [
        (Told(), (3, 13, 1), "only from 3.14 on"),
        (Told(environ={SWITCH: "1"}), (3, 14, 1), SWITCH),
        (Told(environ={"CONCVIZ_WATCH": "/f"}), (3, 14, 1), "watched already"),
        (Told(["python", "-X", "disable-remote-debug", "a.py"]), (3, 14, 1), "-X disable"),
        (Told(["python", "-Xdisable_remote_debug", "a.py"]), (3, 14, 1), "-X disable"),
        (Told(container=True), (3, 14, 1), "in a container"),
        (Told(uid=4_000_000), (3, 99, 0), "may not read|another user's"),
        (Told(file="/usr/bin/uwsgi"), (3, 99, 0), "is uwsgi, in which a Python 3.99.0 runs"),
    ],
)
def test_who_may_not_be_asked_is_not(
    monkeypatch: pytest.MonkeyPatch, proc: Told, version: tuple[int, ...], words: str
) -> None:
    python = Python(range(8), version, False, None, None, None)
    monkeypatch.setattr(Pythons, "of", lambda self, pid, space: python)
    with pytest.raises(ForbiddenError, match=words):
        may_be_asked(os.getpid(), proc)


def test_an_argument_of_the_program_forbids_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    version = sys.version_info[:2] if sys.version_info >= (3, 14) else (3, 99)
    python = Python(range(8), version, False, None, None, None)
    monkeypatch.setattr(Pythons, "of", lambda self, pid, space: python)
    proc = Told(["python", "a.py", "-Xdisable-remote-debug"])
    assert Path(may_be_asked(os.getpid(), proc)).name.startswith("python")
