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
from concviz.sources.rings import MARK, Rings

ROOM = 256


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | st.text("ab €", max_size=90), max_size=60), st.integers(20, 300))
def test_all_is_read_that_found_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turns: list[str | None], piece: int
) -> None:
    """None: it is read now."""
    monkeypatch.setattr(rings, "PIECE", piece)
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    folder.mkdir()
    writer = Writer(str(folder), ROOM)
    reader = Rings(folder)
    wrote, read, left_out, told_left_out = b"", b"", 0, 0
    in_ring = 0
    for turn in [*turns, None, *[None] * len(turns)]:
        if turn is None:
            for told in reader.read():
                assert told.pid == os.getpid()
                read += told.lines
                told_left_out += told.left_out
                in_ring -= len(told.lines)
            continue
        line = turn.encode() + b"\n"
        writer.write(turn)
        if in_ring + len(line) <= ROOM:
            wrote += line
            in_ring += len(line)
        else:
            left_out += 1
    assert read == wrote
    assert told_left_out == left_out
    assert not reader.waiting
    reader.gone(os.getpid())
    assert not list(folder.iterdir())
    reader.close()


def header(mark: int = MARK, room: int = ROOM, written: int = 0, read: int = 0) -> bytes:
    return struct.pack("8Q", mark, room, written, read, 0, 0, 0, 0) + bytes(ROOM)


def test_what_is_no_ring_is_left_alone(tmp_path: Path) -> None:
    made = {
        "41-1.ring": b"",
        "42-1.ring": header(mark=1),
        "43-1.ring": header(room=1 << 40),
        "44-1.ring.new": header(),
        "ring": header(),
        "45-1.ring": header(written=1 << 50),  # more than it can hold
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
