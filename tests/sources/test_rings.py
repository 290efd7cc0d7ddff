"""Rings as processes write them are read as they were written."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concviz.hooks.ring import Ring as Writer
from concviz.sources import rings
from concviz.sources.rings import MARK, PAGE, Rings


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.none() | st.text("ab €", min_size=300, max_size=2_000), max_size=30),
    st.integers(10, 300),
)
def test_all_is_read_that_found_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turns: list[str | None], piece: int
) -> None:
    """None: all is read that there is."""
    monkeypatch.setattr(rings, "PIECE", piece)
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    folder.mkdir()
    writer = Writer(str(folder), PAGE)
    reader = Rings(folder)
    wrote: list[bytes] = []
    read, left_out = b"", 0
    for turn in [*turns, None]:
        if turn is not None:
            line = turn.encode() + b"\n"
            wrote.append(line)
            try:
                writer.write(line)
            except ValueError:
                writer.write_elsewhere(line)
            continue
        while told := reader.read():
            assert [each.pid for each in told] == [os.getpid()]
            read += told[0].lines
            left_out += told[0].left_out
        assert not reader.waiting
    lines = read.splitlines(keepends=True)
    ahead = iter(wrote)
    assert all(line in ahead for line in lines), "in their order, and none that nobody wrote"
    assert len(lines) + left_out == len(wrote)
    if sum(map(len, wrote)) < PAGE - rings.HEADER:
        assert left_out == 0
    reader.gone(os.getpid())
    assert not list(folder.iterdir())
    reader.close()


def header(mark: int = MARK, half: int = PAGE) -> bytes:
    return struct.pack("8Q", mark, half, 0, 2 * rings.HEADER, 0, 0, 0, 0) + bytes(2 * PAGE - 64)


def test_what_is_no_ring_is_left_alone(tmp_path: Path) -> None:
    made = {
        "41-1.ring": b"",
        "42-1.ring": header(mark=1),
        "43-1.ring": header(half=1 << 40),
        "44-1.ring.new": header(),
        "ring": header(),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "46-1.ring").mkdir()
    reader = Rings(tmp_path)
    assert reader.read() == []
    assert reader.read() == []
    assert not reader.waiting
    reader.close()
    assert {path.name for path in tmp_path.iterdir()} == {*made, "46-1.ring"}


def test_the_folder_may_be_gone(tmp_path: Path) -> None:
    reader = Rings(tmp_path / "nowhere")
    assert reader.read() == []
    reader.close()
