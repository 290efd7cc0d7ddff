"""A cast has all that was written, at its time; its last picture is what was there at the end."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.casts.filming import Filming
from concviz.casts.playback import Playback
from concviz.casts.reading import Cast, read
from concviz.casts.recorder import TOGETHER_S


def filmed(pieces: list[tuple[float, bytes]], limit_s: float | None = None) -> tuple[Filming, Cast]:
    file = io.BytesIO()
    filming = Filming(file, 20, 3, limit_s)
    for now_s, piece in pieces:
        filming.take(piece, now_s)
    filming.close()
    assert filming.written == len(file.getvalue())
    return filming, read(io.BytesIO(file.getvalue()))


@given(st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1)), max_size=20))
def test_it_has_all_that_was_written_at_its_time(steps: list[tuple[int, bytes]]) -> None:
    now_s, pieces = 7.0, []
    for step, piece in steps:
        now_s += step / 1000
        pieces.append((now_s, piece))
    filming, cast = filmed(pieces)
    written = b"".join(piece for _, piece in pieces).decode("utf-8", "replace")
    assert "".join(event.data for event in cast.events) == written
    times = [now_s - begun_s for begun_s, _ in pieces for now_s, _ in pieces]
    for event in cast.events:
        assert any(abs(event.time_s - each) < 0.002 for each in times)
    assert all(b.time_s - a.time_s > TOGETHER_S - 0.002 for a, b in pairwise(cast.events))
    playback = Playback(cast)
    playback.seek(cast.duration_s)
    assert playback.screen.lines == filming.screen.lines


def test_what_nobody_can_see_is_no_activity() -> None:
    dull = [(5.0 + second, b"\x1b[1;2H\x1b[?2026$p") for second in range(60)]
    _, cast = filmed([(4.0, b"a"), *dull, (80.0, b"b")], 1.5)
    assert [event.time_s for event in cast.events] == pytest.approx([0.0, 1.5])
    assert cast.events[1].data.endswith("$pb")


def test_a_program_that_gave_the_screen_back_is_what_is_seen_last() -> None:
    _, cast = filmed([(1.0, b"\x1b[?1049hthe lab"), (2.0, b"!\x1b[?1049l\x1b[?25h")])
    playback = Playback(cast)
    playback.seek(cast.duration_s)
    assert [row.strip() for row in playback.screen.display] == ["the lab!", "", ""]
    assert not playback.screen.modes & {1049}
    _, cast = filmed([(1.0, b"\x1b[?1049hthe lab"), (2.0, b"!\x1b[?1049lits last words")])
    playback = Playback(cast)
    playback.seek(cast.duration_s)
    assert playback.screen.display[0].strip() == "its last words"
