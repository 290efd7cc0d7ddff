"""The ring: what is written to it can be read, and what finds no room is counted."""

from __future__ import annotations

import os
import stat
from mmap import PAGESIZE
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.hooks.ring import Ring
from concviz.sources import rings
from tests.hooks.watched import read


def _write(ring: Ring, line: bytes) -> None:
    try:
        ring.write(line)
    except ValueError:
        ring.write_elsewhere(line)


def test_a_ring_is_a_file_of_its_own(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    ring = Ring(str(tmp_path))
    (path,) = tmp_path.iterdir()
    assert path.name.startswith(f"{os.getpid()}-")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_blocks * 512 >= path.stat().st_size, "no room is promised twice"
    _write(ring, '["täst"]\n'.encode())
    assert read(path) == ([["täst"]], 0)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("folder", ["/nowhere", "/proc/self"])
def test_no_ring_where_there_can_be_none(folder: str) -> None:
    with pytest.raises(OSError, match="ring"):
        Ring(folder)


@given(st.lists(st.one_of(st.integers(1, PAGESIZE + 10), st.none()), max_size=60))
def test_every_line_is_read_or_counted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int | None]
) -> None:
    ring = Ring(str(tmp_path_factory.getbasetemp()), half=PAGESIZE)
    path = Path(ring.path)
    reader = rings.Ring(path, os.getpid())
    written: list[bytes] = []
    got: list[bytes] = []
    left_out = 0

    def take() -> None:
        nonlocal left_out
        while (told := reader.read()) is not None:
            got.extend(told.lines.splitlines(keepends=True))
            left_out += told.left_out
        assert not reader.waiting

    for number, length in enumerate(steps):
        if length is None:
            take()
            continue
        line = b"%d%s\n" % (number, b"." * length)
        written.append(line)
        _write(ring, line)
    take()
    assert left_out == len(written) - len(got)
    kept = iter(written)
    assert all(line in kept for line in got), "in the order in which they were written"
    total = sum(map(len, written))
    longest = max(map(len, written), default=0)
    assert left_out == 0 or total > PAGESIZE - 64 or longest > PAGESIZE - 64
    reader.close()
    again = rings.Ring(path, os.getpid())
    assert again.read() is None or left_out, "who comes later begins where the other one left off"
    again.close()
    path.unlink()


def test_what_is_only_half_written_is_not_read(tmp_path: Path) -> None:
    ring = Ring(str(tmp_path), half=PAGESIZE)
    reader = rings.Ring(Path(ring.path), os.getpid())
    _write(ring, b'["whole"]\n["begun')
    told = reader.read()
    assert told is not None
    assert told.lines == b'["whole"]\n'
    assert reader.read() is None
    assert not reader.waiting, "its process may be dead"
    _write(ring, b'"]\n')
    told = reader.read()
    assert told is not None
    assert told.lines == b'["begun"]\n'
    reader.close()
