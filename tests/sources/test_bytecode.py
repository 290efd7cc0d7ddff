"""Bytecode is kept where that is needed: in the user's cache, of ours alone, and nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import concviz.hooks
from concviz.runner.program import WATCH
from concviz.sources import bytecode

PROGRAM = """
import concurrent.futures.thread, sys
sys.path.insert(0, sys.argv[1])
import own
print(sys.pycache_prefix, sys.dont_write_bytecode)
"""


@pytest.mark.parametrize(
    ("allowed", "prefix", "there", "kept"),
    [
        (False, None, False, True),
        (False, None, True, False),  # installed with its bytecode
        (True, None, False, False),
        (False, "/somewhere", False, False),
    ],
)
def test_it_is_kept_where_it_is_needed(
    allowed: bool,
    prefix: str | None,
    there: bool,
    kept: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cached = tmp_path / "bytecode.pyc"
    if there:
        cached.touch()
    monkeypatch.setattr(bytecode.__spec__, "cached", str(cached))
    monkeypatch.setattr(sys, "dont_write_bytecode", not allowed)
    monkeypatch.setattr(sys, "pycache_prefix", prefix)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    place = str(tmp_path / "cache" / "concviz" / "bytecode")
    assert bytecode.keep() == (place if kept else None)
    assert Path(place).is_dir() == kept
    assert sys.pycache_prefix == (place if kept else prefix)
    assert sys.dont_write_bytecode == (not allowed and not kept)


@pytest.mark.parametrize("allowed", [False, True])
def test_hooks_find_theirs_and_leave_the_programs_alone(allowed: bool, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    ours = Path(concviz.hooks.__file__).parent
    shutil.copytree(ours, hooks, ignore=shutil.ignore_patterns("__pycache__"))
    folder, kept, program = tmp_path / "rings", tmp_path / "kept", tmp_path / "program"
    for each in folder, kept, program:
        each.mkdir()
    (folder / bytecode.NAME).symlink_to(kept)
    (program / "own.py").touch()
    changes = {WATCH: str(folder), "PYTHONPATH": str(hooks / "site")}
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | changes
    if not allowed:
        env["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(program)], env=env, capture_output=True, text=True
    )
    assert done.stdout == f"None {not allowed}\n", done.stderr
    names = {path.name.partition(".")[0] for path in kept.rglob("*.pyc")}
    assert ({"install", "tell", "thread_pools"} <= names) == (not allowed)
    assert "own" not in names, "and nothing of the program's"
    assert bool(list(hooks.rglob("*.pyc"))) == allowed == bool(list(program.rglob("*.pyc")))
