"""Packages whose import does harm, on the command line: listed, refused, run, and gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command_line import concviz
from tests.runner.strangers import IMPORTS, ODD_NAME, WHY, entry_points, write
from tests.running import SOON_S, no_traces

NO_CONTROLS = str.maketrans(dict.fromkeys([*range(10), *range(11, 32), *range(127, 160)]))


@pytest.fixture
def package(tmp_path: Path) -> str:
    """A folder in which it is installed."""
    info = tmp_path / "strangers-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strangers\nVersion: 1\n")
    lines = []
    for group, points in entry_points().items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    write(tmp_path)
    return str(tmp_path)


def test_lists_show_names_and_import_nothing(package: str) -> None:
    for command in ("strategies", "workloads"):
        done = concviz(command, PYTHONPATH=package)
        assert (done.returncode, done.stderr) == (0, "")
        assert "hello" not in done.stdout
        for name in IMPORTS:
            (line,) = [line for line in done.stdout.splitlines() if line.startswith(f"{name} ")]
            assert line.endswith("  from strangers (not loaded until used)")
        assert done.stdout.translate(NO_CONTROLS) == done.stdout
    assert "[bold]␛[31m\\u202eodd[/]" in concviz("strategies", PYTHONPATH=package).stdout


def test_what_is_not_known_is_null(package: str) -> None:
    for command in ("strategies", "workloads"):
        found = {
            e["id"]: e for e in json.loads(concviz(command, "--json", PYTHONPATH=package).stdout)
        }
        entry = found["good"]
        assert entry.pop("id") == "good"
        assert entry.pop("package") == "strangers"
        assert set(entry.values()) == {None}
        ours = found["threads" if command == "strategies" else "sleep"]
        assert ours["package"] is None
        assert ours["available"] is True
    assert ODD_NAME in found or command == "workloads"


@pytest.mark.parametrize("name", WHY)
def test_what_cannot_be_loaded_is_refused_in_a_sentence(name: str, package: str) -> None:
    for option in ("strategy", "workload"):
        done = concviz("run", f"--{option}", name, PYTHONPATH=package)
        assert done.returncode == 2
        assert done.stdout == ""
        assert f"{option} {name} is not available: {WHY[name]}." == done.stderr.replace(
            "␛", "\x1b"
        ).strip().removeprefix("Error: ")


def test_what_hangs_is_refused_after_a_while_and_leaves_nothing(
    package: str, tmp_path: Path
) -> None:
    mark = tmp_path.name
    folder = tmp_path / "runs"
    folder.mkdir()
    with no_traces(mark, folder, SOON_S):
        done = concviz(
            *("run", "--workload", "hangs"),
            PYTHONPATH=package,
            CONCVIZ_TEST_MARK=mark,
            TMPDIR=str(folder),
        )
    assert done.returncode == 2
    assert "workload hangs is not available: it did not load within 5 s." in done.stderr


def test_what_can_be_loaded_is_run_and_compared(package: str) -> None:
    options = ("--tasks", "2", "--duration", "0.01", "--json")
    done = concviz("run", "--strategy", "prints", "--chunksize", "2", *options, PYTHONPATH=package)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["finished"] == 2
    assert "--chunksize has no effect: the strategy prints does not use it." in done.stderr
    names = ("--strategies", "good,leaves", "--repeat", "1", "--warmup", "0")
    done = concviz("compare", *names, *options, PYTHONPATH=package)
    assert done.returncode == 0, done.stderr
    rows = {row["strategy"]: row for row in json.loads(done.stdout)["rows"]}
    assert len(rows["good"]["makespan_runs_s"]) == 1
    assert rows["leaves"]["reason"] == WHY["leaves"]
