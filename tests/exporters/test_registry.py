"""Formats: chosen by name or by suffix, ours and those of other packages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import concviz
from concviz.cli.schema import schema
from concviz.exporters.exporter import KINDS, kind_of
from concviz.exporters.registry import EXPORTERS, UnknownFormatError, by_name, for_file
from concviz.results import RunResult
from tests import builders
from tests.cli.command_line import concviz as command
from tests.exporters.objects import read
from tests.exporters.test_tables import comparison, sweep

OURS = ["json", "csv", "markdown", "text", "chrome"]
A_FORMAT = """
from concviz.exporters.exporter import Exporter

EXPORTER = Exporter(
    name="count",
    summary="the number of tasks",
    suffixes=(".count",),
    writers={"run": lambda run, look: f"{len(run.tasks)} tasks\\n"},
)
"""


@pytest.mark.parametrize("name", OURS)
def test_each_of_ours_says_what_it_is(name: str) -> None:
    exporter = EXPORTERS.load(name)
    assert exporter.name == name
    assert exporter.summary
    assert all(suffix.startswith(".") for suffix in exporter.suffixes)
    assert exporter.writers.keys() <= set(KINDS)
    assert "run" in exporter.writers or {"compare", "sweep"} <= exporter.writers.keys()


def test_a_file_gets_the_format_of_its_suffix() -> None:
    assert for_file("a/b.JSON", "run").name == "json"
    assert for_file("b.markdown", "sweep").name == "markdown"
    assert for_file("b.txt", "compare").name == "text"
    assert for_file("b.md.gz", "run").name == "markdown"
    with pytest.raises(
        UnknownFormatError, match=r"^b\.doc has no suffix .* there are \.json, \.csv"
    ):
        for_file("b.doc", "run")
    with pytest.raises(UnknownFormatError, match="of chrome, which writes no comparison: there"):
        for_file("b.trace.json.gz", "compare")
    with pytest.raises(UnknownFormatError, match="no format pgn writes a sweep: there are json,"):
        by_name("pgn", "sweep")


def test_every_format_writes_all_that_it_says() -> None:
    for found in builders.pool(), comparison(), sweep():
        for name in OURS:
            exporter = EXPORTERS.load(name)
            if exporter.can(kind_of(found)):
                assert exporter.write(found)
    with pytest.raises(TypeError, match="no exporter for a str"):
        EXPORTERS.load("json").write("a text")  # type: ignore[arg-type]


@pytest.fixture
def package(tmp_path: Path) -> Iterator[str]:
    """A folder in which another package is installed that has a format, and one that is broken."""
    (tmp_path / "concviz_counting.py").write_text(A_FORMAT)
    (tmp_path / "concviz_broken.py").write_text("raise RuntimeError('\\x1b[31mno licence')")
    info = tmp_path / "counting-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: counting\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[concviz.exporters]\nbroken = concviz_broken:EXPORTER\ncount = concviz_counting:EXPORTER\n"
    )
    EXPORTERS.forget()
    yield str(tmp_path)
    EXPORTERS.forget()
    for name in ("concviz_counting", "concviz_broken"):
        sys.modules.pop(name, None)


def test_another_package_adds_a_format_to_the_command(package: str, tmp_path: Path) -> None:
    path, own = tmp_path / "a.count", tmp_path / "a.json"
    files = ("--export", str(path), "--export", str(own))
    done = command("run", "--duration", "0", *files, PYTHONPATH=package)
    assert (done.returncode, done.stderr) == (0, "")
    assert path.read_text() == "5 tasks\n"
    assert read("run", own.read_bytes())["counts"]["finished"] == 5
    done = command("run", "--export", "a.doc", PYTHONPATH=package)
    assert done.returncode == 2
    assert "there are .json, " in done.stderr
    assert ", .count; broken of counting cannot be loaded: " in done.stderr
    assert "RuntimeError: ␛[31mno licence." in done.stderr


def test_and_to_python(package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(package)
    result = RunResult(builders.pool())
    result.save(tmp_path / "a.count")
    result.save(tmp_path / "b", format="count")
    assert (tmp_path / "a.count").read_text() == (tmp_path / "b").read_text() == "5 tasks\n"
    with pytest.raises(ValueError, match=r"no format pgn writes a run: .*, count"):
        result.save(tmp_path / "c", format="pgn")
    assert not (tmp_path / "c").exists()


def test_a_format_that_fails_is_a_sentence(package: str, tmp_path: Path) -> None:
    Path(package, "concviz_counting.py").write_text(A_FORMAT.replace("len(run.tasks)", "run.no"))
    path = tmp_path / "a.count"
    done = command("run", "--duration", "0", "--export", str(path), PYTHONPATH=package)
    assert done.returncode == 1
    assert "queue" in done.stdout, "what was measured is printed all the same"
    assert f"{path} is not written: count failed: AttributeError: " in done.stderr
    assert "Traceback" not in done.stderr


def test_results_are_saved_as_they_are_printed(tmp_path: Path) -> None:
    found = concviz.run(tasks=2, duration_s=0)
    found.save(tmp_path / "a.json")
    found.save(tmp_path / "a.txt")
    assert read("run", (tmp_path / "a.json").read_text()) == found.to_dict()
    assert (tmp_path / "a.txt").read_text() == f"{found}\n"


def test_a_result_with_any_text_is_a_dict(tmp_path: Path) -> None:
    result = RunResult(builders.hostile_run(builders.ALL_PIECES))
    # Two surrogates that stand together are one character to whoever reads JSON.
    assert result.to_dict()["plan"]["workload"] == json.loads(json.dumps(builders.ALL_PIECES))


def test_the_command_lists_the_kinds_that_there_are() -> None:
    (argument,) = schema.params
    assert list(getattr(argument.type, "choices", ())) == list(KINDS)
