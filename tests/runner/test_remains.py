"""What tasks leave behind goes with the run, whoever has to see to that, and by whatever means."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from concviz.model.entities import Phase
from concviz.runner.remains import RUN, ProcTable, PsutilTable, Remains, Table
from concviz.sources import supervised
from concviz.sources.local_run import LocalRun
from concviz.trace.plan import Plan
from tests.fixtures import Place
from tests.running import Live, output, wait_for
from tests.sources.test_local_run import supervisor_of

pytestmark = pytest.mark.usefixtures("hostile", "nothing_left")

SOON_S = 30.0


def plan(strategy: str, workload: str, method: str | None = None) -> Plan:
    return Plan(strategy=strategy, workload=workload, tasks=1, workers=1, start_method=method)


def strays(place: Place) -> list[psutil.Process]:
    """The shells that the task of that name has left, and what they wait for."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == "sh" and place.mark in process.cmdline()[-1]:
                found += [process, *process.children()]
    return found


def all_strayed(live: Live, place: Place) -> list[psutil.Process]:
    live.until(lambda run: "strayed" in output(run), "strayed")
    wait_for(lambda: len(strays(place)) == 6, "three shells that wait")
    return strays(place)


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of them that are more than an entry which nobody has taken note of yet."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def test_orphans_that_end_during_a_run_are_taken_note_of(place: Place) -> None:
    with Live(plan("sequential", "orphans")) as live:
        live.until(lambda run: "orphaned" in output(run), "orphaned")
        supervisor = psutil.Process(supervisor_of(place))
        wait_for(lambda: len(supervisor.children()) == 1, "there is only the runner", within=SOON_S)
        live.session.stop()
        run = live.to_the_end()
    assert run.phase is Phase.STOPPED


def test_exit_status_of_the_runner_is_not_lost_among_orphans() -> None:
    with Live(plan("sequential", "deserts")) as live:
        run = live.to_the_end()
    assert run.exitcode == 3


@pytest.mark.parametrize("table", ["ProcTable", "PsutilTable"])
@pytest.mark.parametrize(
    ("strategy", "method"), [("sequential", None), ("processes", "fork"), ("processes", "spawn")]
)
def test_where_nobody_adopts_orphans_they_are_known_by_what_they_inherit(
    strategy: str,
    method: str | None,
    table: str,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on macOS, where there is no /proc either."""
    start = f"""
import sys
sys.path[:] = {{path!r}}
from concviz.runner import supervisor
from concviz.runner import remains
supervisor.adopt_orphans = lambda: False
remains.table = remains.{table}
supervisor.main()
"""
    monkeypatch.setattr(supervised, "START", start)
    with Live(plan(strategy, "strays", method)) as live:
        left = all_strayed(live, place)
        supervisor = psutil.Process(supervisor_of(place))
        assert not set(left) & set(supervisor.children(recursive=True))
        live.session.stop()
        live.to_the_end()
        assert living(left) == []


def test_what_a_killed_guard_leaves_is_known_too(place: Place) -> None:
    with Live(plan("processes", "strays")) as live:
        left = all_strayed(live, place)
        os.kill(supervisor_of(place), signal.SIGKILL)
        live.to_the_end()
        assert living(left) == []
        assert list(place.folder.iterdir()) == []


@pytest.mark.parametrize("table", [ProcTable(), PsutilTable()])
def test_both_tables_say_the_same(table: Table) -> None:
    environment = {**os.environ, RUN: "this"}
    code = "import sys; sys.stdin.read(); 'multiprocessing.resource_tracker'"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, env=environment, start_new_session=True
    ) as child:
        wait_for(lambda: table.is_tracker(child.pid), "its own command line")
        assert table.processes()[child.pid] == (os.getpid(), child.pid, False)
        assert table.has_mark(child.pid, f"{RUN}=this")
        assert not table.has_mark(child.pid, f"{RUN}=that")
        assert not table.is_tracker(os.getpid())
        child.kill()
        wait_for(lambda: table.processes()[child.pid].ended, "it has ended")
        assert not table.has_mark(child.pid, f"{RUN}=this")
    assert child.pid not in table.processes()
    assert not table.has_mark(child.pid, f"{RUN}=this")
    assert not table.is_tracker(child.pid)


def test_what_is_not_ours_to_kill_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_ours(pid: int, number: int) -> None:
        raise PermissionError(pid)

    environment = {**os.environ, RUN: "this"}
    with subprocess.Popen(["sleep", "100"], env=environment) as child:
        wait_for(lambda: Remains(f"{RUN}=this").find() == {child.pid}, "its mark can be seen")
        with monkeypatch.context() as patch:
            patch.setattr(os, "kill", not_ours)
            ending = threading.Thread(target=Remains(f"{RUN}=this").end, daemon=True)
            ending.start()
            ending.join(SOON_S)
            assert not ending.is_alive()
        child.kill()


# -- starts that fail --


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def no_python(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sys, "executable", "/no/python")


def no_thread(patch: pytest.MonkeyPatch) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    patch.setattr(threading.Thread, "start", start)


@pytest.mark.parametrize("lack", [no_python, no_thread])
def test_start_that_fails_leaves_nothing_open(
    lack: object, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(lack)
    before = len(open_files())
    with monkeypatch.context() as patch:
        lack(patch)
        for _ in range(3):
            with pytest.raises(OSError, match=r"thread|No such file"):
                LocalRun(plan("sequential", "number"))
    assert len(open_files()) == before


def test_run_that_cannot_be_forked_leaves_no_folder(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = """
import os, sys
sys.path[:] = {path!r}
from concviz.runner.supervisor import main
def fork():
    raise BlockingIOError("no more processes")
os.fork = fork
main()
"""
    monkeypatch.setattr(supervised, "START", start)
    with Live(plan("sequential", "number")) as live:
        run = live.to_the_end()
    assert run.phase is Phase.DIED
    assert "no more processes" in output(run)
    assert list(place.folder.iterdir()) == []
