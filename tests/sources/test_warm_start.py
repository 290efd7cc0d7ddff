"""Runs that are forked from a server: like those that are started from nothing, but at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.observer.memory import held_bytes
from concviz.sources import warm_start
from concviz.sources.supervised import Supervised
from concviz.trace.plan import Plan
from tests.fixtures import Place
from tests.running import (
    SOON_S,
    Live,
    check_all_finished,
    output,
    results,
    run_plan,
    traces,
    wait_for,
)

pytestmark = [
    pytest.mark.usefixtures("hostile", "nothing_left"),
    pytest.mark.skipif(sys.platform != "linux", reason="there is a server on Linux only"),
]


def server_of(pid: int) -> psutil.Process | None:
    """The server of that process, if it has one that is alive."""
    for child in psutil.Process(pid).children():
        if "fork_server" in " ".join(child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE:
            return child
    return None


@contextmanager
def kept() -> Iterator[psutil.Process]:
    """Within it there is a server. (No fixture: between setting up and calling a test, its
    environment changes.)"""
    with warm_start.kept():
        found = server_of(os.getpid())
        assert found is not None
        yield found


def plan(strategy: str, workload: str, tasks: int = 2) -> Plan:
    return Plan(strategy=strategy, workload=workload, tasks=tasks, workers=2, duration_s=0.01)


def supervisor_of(live: Live) -> psutil.Process:
    return psutil.Process(live.session._run.pid)


def is_forked(live: Live) -> bool:
    return isinstance(live.session._run._process, warm_start.Forked)


def seen(run: Run) -> object:
    """What a task found that looked around."""
    check_all_finished(run)
    return results(run)[0]


def test_a_forked_process_is_what_a_started_one_is(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = plan("sequential", "surroundings", tasks=1)
    started = run_plan(asked)
    monkeypatch.setenv("CONCVIZ_TESTED", "1")
    monkeypatch.chdir(tmp_path)
    with warm_start.kept():
        with Live(asked) as live:
            assert is_forked(live)
            forked = live.to_the_end()
        again = run_plan(asked)
    monkeypatch.delenv("CONCVIZ_TESTED")
    a, b, c = (json.loads(str(seen(run))) for run in (started, forked, again))
    c.pop("here"), c.pop("tested")
    assert b.pop("here") == str(tmp_path) != a.pop("here")
    assert b.pop("tested") == "1" != a.pop("tested")
    for random in ("random", "authkey", "temporary"):
        assert len({a.pop(random), b.pop(random), c.pop(random)}) == 3, random
    assert a == b == c


def held(strategy: str, forked: bool) -> int:
    """Bytes of a run with all of its processes, while its tasks wait."""
    asked = plan(strategy, "staged", tasks=3)
    with Live(asked) as live:
        assert is_forked(live) == forked
        live.until(lambda run: run.count(Outcome.FINISHED), "one task is over, others wait")
        found = held_bytes(supervisor_of(live).pid)
    assert found is not None
    return found


@pytest.mark.parametrize("strategy", ["threads", "process-pool"])
def test_memory_is_counted_as_that_of_processes_of_its_own(strategy: str) -> None:
    started = held(strategy, forked=False)
    with kept():
        forked = held(strategy, forked=True)
    assert 0.85 < forked / started < 1.15


@pytest.mark.parametrize("strategy", ["threads", "process-pool"])
def test_what_is_changed_meanwhile_counts(strategy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the run is started from nothing, and a new server for those to come."""
    with kept() as server:
        monkeypatch.setenv("CONCVIZ_TESTED", "changed")
        with Live(plan(strategy, "number")) as live:
            assert not is_forked(live)
            check_all_finished(live.to_the_end())
        assert not server.is_running()
        assert server_of(os.getpid()) is not None


def test_a_server_that_is_killed_is_replaced_and_its_runs_go_on() -> None:
    with kept() as server, Live(plan("processes", "staged")) as live:
        live.until(lambda run: run.count(Outcome.RUNNING), "a task is running")
        assert supervisor_of(live).ppid() == server.pid
        server.kill()
        with Live(plan("thread-pool", "number")) as other:
            assert not is_forked(other)
            check_all_finished(other.to_the_end())
        assert not live.run.ended
        live.session.stop()
        assert live.to_the_end().phase is Phase.STOPPED


def test_a_server_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_start, "ANSWER_S", 0.05)
    with kept() as server:
        server.suspend()
        with Live(plan("sequential", "number")) as live:
            assert not is_forked(live)
            check_all_finished(live.to_the_end())
        assert not server.is_running()


def test_where_a_server_refuses_no_other_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm_start, "START", "import sys; sys.path[:] = {path!r}")
    monkeypatch.setattr(warm_start, "_useless", False)
    with warm_start.kept():
        check_all_finished(run_plan(plan("sequential", "number")))
        assert psutil.Process().children() == []


@pytest.mark.parametrize("strategy", ["processes", "sequential"])
def test_a_supervisor_that_is_killed_takes_the_run_with_it(strategy: str, place: Place) -> None:
    """What a forked process shows of its environment is that of its run, not of the server."""
    with kept() as server, Live(plan(strategy, "strays", tasks=1)) as live:
        live.until(lambda run: "strayed" in output(run), "strayed")
        supervisor_of(live).kill()
        run = live.to_the_end()
        assert run.error == "the runner process was killed by SIGKILL"
        assert traces(place.mark, place.folder).processes == {server.pid}
    assert list(place.folder.iterdir()) == []


def test_what_was_not_found_at_first_is_looked_for_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process shows no environment while it becomes another program."""
    ends, looks = Supervised.end_orphans, list[Supervised]()

    def look(run: Supervised) -> None:
        looks.append(run)
        if len(looks) > 1:
            ends(run)

    monkeypatch.setattr(Supervised, "end_orphans", look)
    with kept() as server, Live(plan("sequential", "strays", tasks=1)) as live:
        live.until(lambda run: "strayed" in output(run), "strayed")
        supervisor_of(live).kill()
        assert live.to_the_end().error == "the runner process was killed by SIGKILL"
        assert traces(place.mark, place.folder).processes == {server.pid}


def test_how_it_ended_is_known() -> None:
    with kept() as server:
        assert run_plan(plan("sequential", "deserts", tasks=1)).exitcode == 3
        check_all_finished(run_plan(plan("process-pool", "number")))
        assert server.children() == []


LAB = """
import sys, time
sys.path[:] = {path!r}
from concviz.sources import warm_start
from concviz.sources.local_run import LocalRun
from concviz.trace.plan import Plan

with warm_start.kept():
    run = LocalRun(Plan(strategy="process-pool", workload="staged", tasks=3, workers=2))
    print("running", flush=True)
    time.sleep(100)
"""


def test_it_is_gone_with_its_lab(place: Place) -> None:
    code = LAB.format(path=sys.path)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as lab:
        assert lab.stdout is not None
        assert lab.stdout.readline() == b"running\n"
        server = server_of(lab.pid)
        assert server is not None
        wait_for(lambda: len(server.children(recursive=True)) > 3, "it runs")
        for harmless in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            server.send_signal(harmless)
        assert server.is_running()
        lab.kill()
    wait_for(lambda: not traces(place.mark, place.folder).processes, "all is gone", SOON_S)
