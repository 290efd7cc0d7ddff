"""The ring: what is written to it can be read, and what finds no room is counted."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.hooks.ring import HEADER, MARK, Ring
from tests.hooks.watched import read


class Reader:
    """Reads what is new, as whoever watches does."""

    def __init__(self, ring: Ring) -> None:
        self._file = Path(ring.path).open("r+b", buffering=0)  # noqa: SIM115

    def number(self, index: int) -> int:
        self._file.seek(8 * index)
        return int.from_bytes(self._file.read(8), "little")

    def new(self) -> bytes:
        room, written, seen = self.number(1), self.number(2), self.number(3)
        self._file.seek(HEADER)
        data = self._file.read(room)
        found = bytes(data[at % room] for at in range(seen, written))
        self._file.seek(24)
        self._file.write(written.to_bytes(8, "little"))
        return found

    def close(self) -> None:
        self._file.close()


def test_a_ring_is_a_file_of_its_own(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    ring = Ring(str(tmp_path))
    (path,) = tmp_path.iterdir()
    assert path.name.startswith(f"{os.getpid()}-")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_blocks * 512 >= path.stat().st_size, "no room is promised twice"
    ring.write('["täst"]')
    assert read(path) == ([["täst"]], 0)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


@pytest.mark.parametrize("folder", ["/nowhere", "/proc/self"])
def test_no_ring_where_there_can_be_none(folder: str) -> None:
    with pytest.raises(OSError, match="ring"):
        Ring(folder)


@given(
    st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=40), st.none()
        ),
        max_size=60,
    )
)
def test_every_line_is_read_or_counted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str | None]
) -> None:
    ring = Ring(str(tmp_path_factory.getbasetemp()), room=64)
    reader = Reader(ring)
    Path(ring.path).unlink()
    assert reader.number(0) == MARK
    held, left_out = 0, 0
    written: list[bytes] = []
    got = b""
    for step in steps:
        if step is None:
            got += reader.new()
            held = 0
            continue
        line = step.encode() + b"\n"
        if held + len(line) > 64:
            left_out += 1
        else:
            held += len(line)
            written.append(line)
        ring.write(step)
    got += reader.new()
    assert got == b"".join(written)
    assert reader.number(4) == left_out
    reader.close()
