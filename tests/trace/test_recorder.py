"""A recording that is being written: complete at any time, and a full disk ends nothing."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from concviz.trace.recorder import Recorder


def test_what_was_written_is_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text("an earlier recording")
    with Recorder(str(path)) as recorder:
        recorder.write(b"one\n")
        assert path.read_bytes() == b"one\n"
        recorder.write(memoryview(b"two\n"))
    assert path.read_bytes() == b"one\ntwo\n"
    assert recorder.error is None


def test_a_full_disk_is_remembered_not_raised() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with Recorder(str(full)) as recorder:
        assert recorder.write(b"lost") == 4
        assert recorder.write(b"lost too") == 8
    assert recorder.error is not None
    assert recorder.error.errno == errno.ENOSPC


def test_what_cannot_be_opened_raises(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        Recorder(str(tmp_path))
