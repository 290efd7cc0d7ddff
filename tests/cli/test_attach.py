"""``concviz attach``: which process is meant, what is printed of it, and what is refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.cli import processes
from concviz.cli.processes import is_called, listed, mentions
from concviz.observer.probe import look
from concviz.observer.running import Running
from tests.cli.command_line import COMMAND, concviz, environment, refused
from tests.observer.pythons import Program
from tests.running import wait_for

observed = pytest.mark.skipif(not look(50).complete, reason="not everything is shown here")
HOUR_NS = 3_600_000_000_000


@observed
def test_without_a_screen_it_says_and_writes_what_it_saw(tmp_path: Path) -> None:
    told, recording = tmp_path / "attached.json", tmp_path / "attached.jsonl"
    with Program() as program:
        files = ["--json", str(told), "--record", str(recording)]
        done = concviz("attach", str(program.pid), "--headless", "--for", "1", "--explain", *files)
        assert (done.returncode, done.stderr) == (0, "")
        assert program.answers(), "it was let go"
        again = concviz("replay", str(recording), "--json")
    found = json.loads(told.read_text())
    assert {worker["label"] for worker in found["workers"]} >= {"main"}
    assert len(found["workers"]) == 5
    assert found["exit_status"] is None
    assert "main" in done.stdout
    assert [worker["label"] for worker in json.loads(again.stdout)["workers"]] == [
        worker["label"] for worker in found["workers"]
    ]


@observed
def test_it_goes_on_until_the_program_ends_or_somebody_lets_go(tmp_path: Path) -> None:
    for end, status in ("program", 0), (signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM):
        with Program() as program:
            recording = tmp_path / f"{program.pid}.jsonl"
            options = ["--headless", "--json", "-", "--record", str(recording)]
            command = [*COMMAND, "attach", str(program.pid), *options]
            with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as attached:
                wait_for(partial(_has_seen, recording), "nothing was seen")
                if isinstance(end, signal.Signals):
                    attached.send_signal(end)
                    printed, _ = attached.communicate(timeout=60)
                    assert program.answers()
                else:
                    program.end()
                    printed, _ = attached.communicate(timeout=60)
            assert attached.returncode == status
            assert json.loads(printed)["phase"] == ("finished" if end == "program" else "cut_off")


def _has_seen(recording: Path) -> bool:
    return recording.exists() and b'["sampled"' in recording.read_bytes()


@observed
def test_a_name_is_as_good_as_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    with Program() as program:
        found = [one for one in processes_here() if one.pid == program.pid]
        monkeypatch.setattr("concviz.observer.running.running", lambda: found)
        assert processes.chosen("program_script") == program.pid
        assert processes.chosen("Program_Script.py") == program.pid
        said = refused("attach", "no-such-name")
    assert "no Python that runs here is called no-such-name" in said


def processes_here() -> list[Running]:
    from concviz.observer.running import running

    return running()


def test_what_cannot_be_meant_is_refused() -> None:
    assert "no process: their numbers begin at 1" in refused("attach", "0")
    assert "no process: their numbers begin at 1" in refused("attach", "9" * 30)
    assert "there is no process 4194999" in refused("attach", "4194999", "--headless")
    assert "this concviz" in refused("attach", str(os.getpid()), "--headless")
    assert "--for is 0" in refused("attach", "1", "--headless", "--for", "0")
    assert "--for is nan" in refused("attach", "1", "--headless", "--for", "nan")
    assert "need --headless" in refused("attach", "1", "--explain")
    with subprocess.Popen(["sleep", "60"]) as other:
        assert "(sleep) is no Python" in refused("attach", str(other.pid), "--headless")
        other.kill()


@observed
def test_an_older_python_cannot_be_asked_and_nothing_is_written(tmp_path: Path) -> None:
    if sys.version_info >= (3, 14):
        pytest.skip("this one can be")
    told = tmp_path / "told.json"
    with Program() as program:
        said = refused("attach", str(program.pid), "--headless", "--hook", "--json", str(told))
    assert "only from 3.14 on" in said
    assert not told.exists()


def test_without_a_terminal_the_list_is_printed() -> None:
    with Program() as program:
        done = concviz("attach")
    assert done.returncode == 2
    header, *lines = done.stdout.splitlines()
    assert header.split() == ["PID", "USER", "PYTHON", "RUNS", "FOR", "COMMAND"]
    assert any(line.split()[0] == str(program.pid) for line in lines) or len(lines) > processes.MOST
    assert "say which" in done.stderr


def one(pid: int, *argv: str, uid: int = 0, version: str = "3.12.1", ago_ns: int = 0) -> Running:
    return Running(pid, uid, list(argv), version, HOUR_NS * 100 - ago_ns)


def test_a_list_has_a_line_for_each_and_no_more_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_columns", lambda: 70)
    found = [
        one(7, "python", "a b.py", ago_ns=5_000_000_000),
        one(4711, "python", "\x1b[31m" + "x" * 200, version="", ago_ns=HOUR_NS * 50),
    ]
    lines = listed(found, numbered=True, now=HOUR_NS * 100)
    assert lines[1].split() == ["1", "7", "root", "3.12.1", "5", "s", "python", "'a", "b.py'"]
    assert lines[2].split()[:6] == ["2", "4711", "root", "?", "2", "d"]
    assert all(len(line) <= 70 for line in lines)
    assert not any("\x1b" in line for line in lines)
    many = listed(found * 40, numbered=False, now=HOUR_NS * 100)
    assert many[-1] == "and 40 more: concviz attach NAME shows those of a name."


@given(st.lists(st.text(max_size=8), max_size=5), st.text(min_size=1, max_size=5))
def test_any_name_and_any_arguments_can_be_compared(argv: list[str], name: str) -> None:
    is_called(argv, name)
    assert mentions([*argv, name], name)


def test_names_are_those_that_people_say() -> None:
    assert is_called(["python", "/srv/server.py", "--fast"], "server")
    assert is_called(["python", "-m", "http.server"], "http.server")
    assert not is_called(["python", "/srv/server.py"], "client")
    assert not is_called(["python", "/srv/load.py", "server.py"], "server.py")
    assert mentions(["python", "/srv/load.py", "server.py"], "Server.py")
