"""A recording that is being written: complete at any time, and a full disk ends nothing."""

from __future__ import annotations

import errno
import gzip
import os
import threading
import zlib
from pathlib import Path

import pytest

from concviz.trace.recorder import PipeRecorder, Recorder


def test_what_was_written_is_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_text("an earlier recording")
    with Recorder(str(path)) as recorder:
        recorder.write(b"one\n")
        assert path.read_bytes() == b"one\n"
        recorder.write(memoryview(b"two\n"))
    assert path.read_bytes() == b"one\ntwo\n"
    assert recorder.error is None


def test_packed_it_is_in_the_file_at_once_too(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    with Recorder(str(path)) as recorder:
        recorder.write(b"one\n")
        assert zlib.decompressobj(31).decompress(path.read_bytes()) == b"one\n"
        assert recorder.write(memoryview(b"two\n")) == 4
    recorder.close()
    assert gzip.decompress(path.read_bytes()) == b"one\ntwo\n"
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


def test_a_full_disk_is_remembered_when_packing_ends(tmp_path: Path) -> None:
    full = tmp_path / "full.gz"
    full.symlink_to("/dev/full")
    with Recorder(str(full)) as recorder:
        recorder.write(b"lost")
    assert recorder.error is not None
    assert recorder.error.errno == errno.ENOSPC


def test_what_cannot_be_opened_raises(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        Recorder(str(tmp_path))


LONG = b"x" * 1_000_000
"""More than a pipe holds."""


def test_a_pipe_gets_all_of_it_however_slow_its_reader_is() -> None:
    reads, writes = os.pipe()
    with PipeRecorder(writes) as recorder, open(reads, "rb") as pipe:  # noqa: PTH123
        writing = threading.Thread(target=recorder.write, args=(LONG,))
        writing.start()
        assert pipe.read(len(LONG)) == LONG
        writing.join()
    assert recorder.error is None


def test_a_pipe_that_nobody_reads_any_more_ends_it() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    with PipeRecorder(writes) as recorder:
        assert recorder.write(LONG) == len(LONG)
        assert recorder.write(b"more") == 4
    assert isinstance(recorder.error, BrokenPipeError)


def test_who_has_had_enough_waits_for_no_reader() -> None:
    reads, writes = os.pipe()
    with PipeRecorder(writes, enough=lambda: True) as recorder:
        assert recorder.write(LONG) == len(LONG)
    os.close(reads)
    assert isinstance(recorder.error, TimeoutError)
