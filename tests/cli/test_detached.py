"""How somebody comes back to a run whose terminal was lost: said beforehand, and when asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from concviz.sources.detached import begun, usual_folder
from concviz.trace.plan import Plan
from tests.cli.command_line import concviz, refused

POOL = Path(__file__).parents[2] / "screenshots" / "recordings" / "thread-pool.jsonl"
PLAN = Plan(strategy="threads", workload="cpu")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs are left behind."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return usual_folder()


def test_without_a_file_a_run_cannot_be_come_back_to() -> None:
    assert "--record FILE" in refused("run", "--detach")
    assert "names is none" in refused("run", "--detach", "--record", "-")
    assert "names is none" in refused("run", "--detach", "--record", "/dev/null")


def test_how_to_come_back_is_said_and_printed_is_only_the_run(tmp_path: Path) -> None:
    path = tmp_path / "of monday.jsonl"
    plan = ("--strategy", "sequential", "--tasks", "1", "--duration", "0")
    done = concviz("run", *plan, "--json", "--detach", "--record", str(path))
    assert done.returncode == 0
    assert json.loads(done.stdout)["counts"]["finished"] == 1
    assert done.stderr == (
        f"Recorded in '{path}'. Should the connection be lost, the run goes on; come back with:\n"
        f"  concviz replay --follow '{path}'\n"
    )
    again = concviz("replay", "--follow", str(path), "--json")
    assert (again.stdout, again.stderr) == (done.stdout, "")


def test_the_latest_is_followed_and_named(folder: Path, tmp_path: Path) -> None:
    for when in range(3):
        with begun(PLAN, folder, float(when)) as recorder:
            recorder.write(POOL.read_bytes())
    done = concviz("replay", "--follow", "--json", XDG_STATE_HOME=str(tmp_path))
    assert done.returncode == 0
    assert json.loads(done.stdout)["counts"]["finished"] == 5
    assert done.stderr == (
        f"Note: this is 19700101-000002-000-threads-cpu.jsonl; there are 2 more in {folder}.\n"
    )


def test_what_is_not_there_is_refused_and_what_is_there_is_named(folder: Path) -> None:
    assert f"no run was left behind in {folder}" in refused("replay", "--follow")
    assert refused("replay", "--follow", "no.jsonl") == (
        "no.jsonl cannot be followed: there is no such file."
    )
    for when in range(7):
        begun(PLAN, folder, float(when)).close()
    said = refused("replay", "--follow", "no.jsonl")
    assert "Labs have left behind: 19700101-000006-000-threads-cpu.jsonl, 19700101-000005" in said
    assert f"and 2 more, in {folder}" in said
