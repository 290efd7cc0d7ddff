"""Whether packages add to a group is seen without importing what reads them all."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from concviz.worker.declared import declared

GROUP = "concviz.tested"


def package(folder: Path, section: str, suffix: str = ".dist-info") -> None:
    info = folder / f"tested-1{suffix}"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text(f"[{section}]\nname = module:thing\n")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only one where packages may be; a library of other tests may have its own finder."""
    monkeypatch.setattr(sys, "path", [str(tmp_path / "nothing"), str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [PathFinder])
    return tmp_path


@pytest.mark.parametrize("suffix", [".dist-info", ".egg-info"])
def test_a_package_that_adds_to_the_group(place: Path, suffix: str) -> None:
    package(place, "console_scripts")
    assert not declared(GROUP)
    package(place / "nothing", GROUP, suffix)
    assert declared(GROUP)


def test_packages_that_add_nothing_or_are_broken(place: Path) -> None:
    (place / "empty-1.dist-info").mkdir()
    (place / "odd-1.dist-info").write_text(f"[{GROUP}]")
    assert not declared(GROUP)


def test_what_cannot_be_seen_may_be_there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = place / "all.zip"
    with zipfile.ZipFile(archive, "w"):
        pass
    monkeypatch.setattr(sys, "path", [str(archive)])
    assert declared(GROUP)


def test_a_finder_of_its_own_may_know_packages(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Finder:
        def find_distributions(self) -> None:
            """Nobody asks."""

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert declared(GROUP)


def test_the_dear_import_is_left_out_where_nothing_is_declared() -> None:
    code = (
        "import sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]\n"
        f"sys.path.append({str(Path(__file__).parents[2])!r})\n"
        "from concviz.strategies import STRATEGIES\n"
        "assert 'thread-pool' in STRATEGIES.references()\n"
        "print('importlib.metadata' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
