"""The words with which a program starts at once: the command line would understand the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.cli import quick_start
from concviz.cli.quick_start import Asked
from concviz.cli.watch import watch

WORDS = [
    *("--headless", "--explain", "--force", "--json", "--record", "--json=a.json", "--record=b"),
    *("--json=", "--explain=1", "--export", "--fps", "--ascii", "--no-history", "--sample-hz"),
    *("--", "-", "-m", "-mjobs", "--help", "-x", "jobs.py", "a.json", "b.jsonl", "5", ""),
]


def understood(words: list[str]) -> dict[str, Any] | None:
    """What the command line makes of it; None where it refuses that."""
    try:
        return watch.make_context("watch", list(words), resilient_parsing=False).params
    except (click.ClickException, click.exceptions.Exit):
        return None


@given(st.lists(st.sampled_from(WORDS), max_size=7))
def test_words_that_are_read_mean_the_same_to_the_command_line(words: list[str]) -> None:
    asked = quick_start.read(words)
    if asked is None:
        return
    found = understood(words)
    assert found is not None
    for name in ("program", "headless", "explain", "force", "json", "record"):
        assert getattr(asked, name) == found.pop(name)
    assert not any(found.values())


def test_what_most_people_write_is_read() -> None:
    asked = quick_start.read(
        ["--headless", "--explain", "--json", "o.json", "-m", "jobs", "--force"]
    )
    assert asked is not None
    assert asked.headless
    assert asked.explain
    assert not asked.force
    assert asked.json == "o.json"
    assert asked.record is None
    assert asked.program == ("-m", "jobs", "--force")


@pytest.mark.parametrize(
    "words",
    [
        ["jobs.py"],  # in the lab
        ["--headless", "missing.py"],
        ["--headless", "."],
        ["--headless", "-m"],
        ["--headless", "-m", "there.is.none"],
        ["--headless", "--json", "there.json", "jobs.py"],
        ["--headless", "--json", "nowhere/o.json", "jobs.py"],
        ["--headless", "--json", "o.json", "--record", "o.json", "jobs.py"],
        ["--headless", "--record", "there.json", "--force", "jobs.py"],
        ["--headless", "--json", "n" * 250, "jobs.py"],
    ],
)
def test_in_doubt_nothing_starts(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("jobs.py").write_text("open('started', 'w')")
    Path("there.json").touch()
    before = set(tmp_path.iterdir())
    assert quick_start.begin(words) is None
    assert set(tmp_path.iterdir()) == before


def test_files_that_can_be_made_are_not_made_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.json").write_text("kept")
    files = {"--json": "there.json", "--record": str(tmp_path / "r.jsonl")}
    assert quick_start.can_be_written(Asked(["jobs.py"], ["--force"], files))
    assert not quick_start.can_be_written(Asked(["jobs.py"], [], files))
    assert [path.name for path in tmp_path.iterdir()] == ["there.json"]
    assert Path("there.json").read_text() == "kept"
