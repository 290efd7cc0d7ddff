"""What cannot go on without its terminal ends as always. (What can: tests/terminal/test_detach.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from concviz.trace.plan import Plan
from concviz.trace.recorder import Recorder
from concviz.tui.detaching import Detaching


class _Run:
    """One that can be left, or not."""

    plan = Plan()

    def __init__(self, can: bool) -> None:
        self.can = can
        self.told: list[str] = []

    def leave(self, record: Recorder) -> bool:
        record.write(b"as far as it could be\n")
        return self.can

    def stop(self) -> None:
        self.told.append("stop")

    def wait(self, timeout: float | None = None) -> bool:
        self.told.append("wait")
        return True


def test_nothing_is_under_way(tmp_path: Path) -> None:
    detaching = Detaching(lambda: None, None, tmp_path / "detached")
    assert not detaching.begin()
    assert not detaching.begun
    detaching.stop()
    detaching.wait()  # returns: there is nothing to wait for
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("trouble", ["no folder", "not kept"])
def test_it_cannot_be_recorded(trouble: str, tmp_path: Path) -> None:
    folder = tmp_path / "detached"
    if trouble == "no folder":
        folder.touch()
    run = _Run(can=trouble == "no folder")
    detaching = Detaching(lambda: run, None, folder)
    assert not detaching.begin()
    assert not detaching.begun
    detaching.wait()
    assert run.told == []
    assert not folder.is_dir() or list(folder.iterdir()) == [], "no recording with a hole in it"


def test_it_is_waited_for_once_and_ends_when_somebody_wants_that(tmp_path: Path) -> None:
    run = _Run(can=True)
    detaching = Detaching(lambda: run, None, tmp_path)
    assert detaching.begin()
    assert detaching.begun
    detaching.stop()
    detaching.wait()
    detaching.wait()
    assert run.told == ["stop", "wait"]
    (path,) = tmp_path.iterdir()
    assert path.read_bytes() == b"as far as it could be\n"
