"""For tests that really run plans."""

from __future__ import annotations

import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from concviz.runner import catalogue
from concviz.sources import warm_start
from concviz.strategies import STRATEGIES
from concviz.workloads import Workload
from concviz.workloads.registry import WORKLOADS
from tests.runner.strangers import MODULES, entry_points, write
from tests.running import MARK, SOON_S, no_traces


class Place(NamedTuple):
    """Where a test's runs have their temporary files, and the mark of their processes."""

    folder: Path
    mark: str


@contextmanager
def own_place() -> Iterator[Place]:
    """Within it, runs have a temporary folder of their own, with a short name for its sockets."""
    folder = Path(tempfile.mkdtemp(prefix="test-", dir="/tmp"))
    mark = uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)  # what it was before is remembered
        patch.setenv(MARK, mark)
        patch.delenv("PYTHONUNBUFFERED", raising=False)
        yield Place(folder, mark)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def warm() -> Iterator[None]:
    """Runs are forked from a server, as those of a comparison: each takes a tenth of the CPU.

    It serves those tests of a module that have the environment and folder of the first.
    """
    with warm_start.kept():
        yield


@contextmanager
def warm_place() -> Iterator[Place]:
    """The same in a place of its own, which is that of all tests of a module."""
    with own_place() as place, warm_start.kept():
        yield place


@pytest.fixture
def place() -> Iterator[Place]:
    """A temporary folder of the test's own."""
    with own_place() as place:
        yield place


@pytest.fixture
def nothing_left(place: Place) -> Iterator[Place]:
    """Fails when a run of the test leaves a process, a file or a lock behind."""
    with no_traces(place.mark, place.folder, within=SOON_S):
        yield place


Install = Callable[[dict[str, dict[str, str]]], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs, for this process and the runs that it starts, a package with entry points."""
    return partial(_install, tmp_path, monkeypatch)


def _install(folder: Path, patch: pytest.MonkeyPatch, groups: dict[str, dict[str, str]]) -> Path:
    information = folder / "concviz_tested-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Name: concviz-tested\nVersion: 1\n")
    lines = []
    for group, points in groups.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (information / "entry_points.txt").write_text("\n".join(lines))
    patch.syspath_prepend(folder)
    return folder


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is installed is looked up anew, here and afterwards."""
    monkeypatch.setattr(catalogue, "_known", {})
    STRATEGIES.forget()
    WORKLOADS.forget()
    yield
    STRATEGIES.forget()
    WORKLOADS.forget()


@pytest.fixture
def strangers(install: Install, fresh: None, nothing_left: object) -> Iterator[Path]:
    """The package of ``tests.runner.strangers`` is installed.

    Fails if it is imported in this process, or if looking at it leaves a process behind.
    """
    folder = install(entry_points())
    write(folder)
    yield folder
    assert not {module for module in MODULES.values() if module in sys.modules}


@pytest.fixture
def hostile(install: Install) -> None:
    """The workloads of ``tests.sources.hostile`` can be run under their names there."""
    from tests.sources import hostile

    _install_workloads(install, hostile)


@pytest.fixture(scope="module")
def warm_and_hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The same for all tests of a module, whose runs are forked from a server."""
    from tests.sources import hostile

    with pytest.MonkeyPatch.context() as patch:
        _install_workloads(partial(_install, tmp_path_factory.mktemp("hostile"), patch), hostile)
        with warm_place() as place:
            yield place


@pytest.fixture
def waits(install: Install) -> None:
    """The workloads of ``tests.strategies.waits`` can be run under their names there."""
    from tests.strategies import waits

    _install_workloads(install, waits)


def _install_workloads(install: Install, module: ModuleType) -> None:
    assert str(Path(__file__).parents[1]) in sys.path  # so that a run can import them too
    names = [name for name, value in vars(module).items() if isinstance(value, Workload)]
    points = {name.lower().replace("_", "-"): f"{module.__name__}:{name}" for name in names}
    install({"concviz.workloads": points})
