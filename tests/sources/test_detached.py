"""Recordings that labs without a terminal leave behind."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.sources import detached
from concviz.sources.detached import MOST, begun, recordings
from concviz.sources.feed import Feed
from concviz.sources.local_run import LocalRun
from concviz.sources.outlet import Outlet
from concviz.sources.replay import Replay
from concviz.trace.plan import Plan
from concviz.trace.recorder import Recorder
from tests.running import PATIENCE_S

PLAN = Plan(strategy="threads", workload="cpu")


def test_each_has_a_name_that_tells_when_and_what(tmp_path: Path) -> None:
    folder = tmp_path / "detached"
    assert recordings(folder) == []
    for when, plan in ((1.0, None), (86_400.0, PLAN), (86_400.0, PLAN), (86_400.5, PLAN)):
        with begun(plan, folder, when) as recorder:
            recorder.write(b"{}\n")
    (folder / "notes.jsonl").touch()
    assert [path.name for path in recordings(folder)] == [
        "19700102-000000-500-threads-cpu.jsonl",
        "19700102-000000-001-threads-cpu.jsonl",
        "19700102-000000-000-threads-cpu.jsonl",
        "19700101-000001-000-run.jsonl",
    ]
    for path in recordings(folder):
        assert path.read_bytes() == b"{}\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, "what tasks print is private"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@given(strategy=st.text(), workload=st.text())
def test_any_name_is_the_name_of_a_file_of_ours(
    strategy: str, workload: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("detached")
    begun(Plan(strategy=strategy, workload=workload), folder).close()
    assert len(recordings(folder)) == 1


def test_the_oldest_go_but_none_that_is_being_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begun(PLAN, tmp_path, 0.0):
        for when in range(1, MOST + 3):
            begun(PLAN, tmp_path, float(when)).close()
        left = [path.name[:15] for path in recordings(tmp_path)]
        assert len(left) == MOST + 1
        assert left[-1] == "19700101-000000", "it is under way"
        assert left[-2] == "19700101-000003"
    begun(PLAN, tmp_path, 100.0).close()
    assert len(recordings(tmp_path)) == MOST
    monkeypatch.setattr(detached, "MOST", 1)
    begun(PLAN, tmp_path, 101.0).close()
    assert [path.name[:15] for path in recordings(tmp_path)] == ["19700101-000141"]


def test_a_run_is_left_with_all_that_was_kept_or_not_at_all(tmp_path: Path) -> None:
    plan = Plan(strategy="threads", workload="number", tasks=2, duration_s=0.01)
    run = LocalRun(plan, keep=True)
    assert run.wait(PATIENCE_S)
    assert run.lines is not None
    kept = b"".join(run.lines.pieces())
    with Recorder("/dev/full") as full:
        assert not run.leave(full)
    run.lines.error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with begun(plan, tmp_path) as recorder:
        assert not run.leave(recorder)
        assert os.fstat(recorder.fileno()).st_size == 0, "what is left has a hole"
        run.lines.error = None
        assert run.leave(recorder)
    assert recordings(tmp_path)[0].read_bytes() == kept
    again, replay = Feed(run).follow(0.01), Replay(recordings(tmp_path)[0])
    assert Feed(replay).follow(0.01).counts == again.counts
    with begun(plan, tmp_path) as recorder:
        assert not Outlet(None, keep=False).leave(recorder)
