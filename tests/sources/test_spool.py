"""The lines of a run, kept in a file without a name."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from concviz.sources.spool import PIECE, Spool


def test_what_was_added_can_be_had_again_and_again() -> None:
    spool = Spool()
    assert list(spool.pieces()) == []
    spool.write(b"one\n")
    early = spool.pieces()
    assert next(early) == b"one\n"
    spool.write(b"two\n" * PIECE)
    assert list(early) == [], "what there was when it was asked for"
    pieces = list(spool.pieces())
    assert b"".join(pieces) == b"one\n" + b"two\n" * PIECE
    assert max(map(len, pieces)) == PIECE
    assert spool.error is None


def test_it_is_read_while_it_is_written() -> None:
    spool = Spool()
    lines = [b"%d\n" % number for number in range(2_000)]

    def write() -> None:
        for line in lines:
            spool.write(line)

    writing = threading.Thread(target=write)
    writing.start()
    whole = b"".join(lines)
    while writing.is_alive():
        assert whole.startswith(b"".join(spool.pieces()))
    assert b"".join(spool.pieces()) == whole


def test_it_leaves_no_file_even_while_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spool = Spool()
    spool.write(b"something\n")
    assert list(tmp_path.iterdir()) == []


def test_it_is_closed_when_nobody_wants_it_any_more() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    spools = [Spool() for _ in range(5)]
    assert len(list(Path("/proc/self/fd").iterdir())) == before + 5
    del spools
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_where_there_can_be_none_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no"))
    assert Spool.if_possible() is None


FULL = """
import resource, signal, sys
sys.dont_write_bytecode = True  # else half a file of it may be left, for all that come later
sys.path[:] = {path!r}
from concviz.sources.spool import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
spool = Spool()
for _ in range(300):
    spool.write(b"line\\n")
print(spool.error.errno, len(b"".join(spool.pieces())))
"""


def test_a_full_disk_ends_what_is_kept_and_nothing_else() -> None:
    code = FULL.format(path=sys.path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    error, kept = map(int, done.stdout.split())
    assert os.strerror(error) == os.strerror(errno.EFBIG)
    assert kept == 1_000, "whole lines"
