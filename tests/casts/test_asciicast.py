"""What is written is read again; what is no cast is told apart, and why."""

from __future__ import annotations

import contextlib
import gzip
import io
from itertools import accumulate
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.casts import reading
from concviz.casts.asciicast import (
    CastError,
    Event,
    Header,
    Kind,
    encode_event,
    encode_header,
    size,
)
from concviz.casts.reading import Cast, read, without_idle
from concviz.casts.recorder import CastRecorder

HEADER = Header(100, 30)
HEADERS = st.builds(
    Header,
    st.integers(1, 1000),
    st.integers(1, 1000),
    st.none() | st.text(),
    st.none() | st.floats(0.01, 100),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
STEPS = st.lists(st.integers(0, 5000), max_size=20)


def events_at(times_ms: list[int], texts: list[str]) -> list[Event]:
    return [
        Event(ms / 1000, Kind.OUTPUT, text)
        for ms, text in zip(accumulate(times_ms), texts, strict=False)
    ]


@given(HEADERS, STEPS, st.lists(TEXTS, max_size=20))
def test_what_is_written_is_read(header: Header, steps: list[int], texts: list[str]) -> None:
    events = [*events_at(steps, texts), Event(200, Kind.RESIZE, "80x24")]
    written = encode_header(header) + b"".join(map(encode_event, events))
    assert read(io.BytesIO(written)) == Cast(header, events)
    assert read(io.BytesIO(gzip.compress(written))) == Cast(header, events)


@given(st.lists(st.integers(100, 9000), min_size=1, max_size=20), st.sampled_from([0.5, 1.5, 4.0]))
def test_where_nothing_happens_only_so_long_is_kept(steps: list[int], limit_s: float) -> None:
    file = io.BytesIO()
    recorder = CastRecorder(file, HEADER, idle_limit_s=limit_s)
    for ms in accumulate(steps):
        recorder.output("x", ms / 1000)
        recorder.output("\r", (ms + 50) / 1000, quiet=True)
    recorder.close()
    written = read(io.BytesIO(file.getvalue())).events
    plain = [Event(ms / 1000, Kind.OUTPUT, "x") for ms in accumulate([0, *steps[1:]])]
    cut = without_idle(plain, limit_s)
    assert len(written) == len(cut)
    assert "".join(event.data for event in written) == "x\r" * len(steps)
    for ours, theirs, before in zip(written, cut, [None, *written], strict=False):
        assert ours.time_s == pytest.approx(theirs.time_s, abs=0.002)
        if before is not None:
            assert ours.time_s - before.time_s <= limit_s + 0.002


def lines(*texts: str) -> bytes:
    return "\n".join(texts).encode() + b"\n"


GOOD = '{"version": 2, "width": 80, "height": 24}'


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "it is empty"),
        (b"\n\n", "no header"),
        (b"\x7fELF\x00\x01" * 100, "not the header of a cast"),
        (b"\xff" * 3_000_000, "not the header of a cast"),
        (b"[" * 100_000, "not the header of a cast"),
        (lines('["started", 1]'), "it is no asciicast"),
        (lines('{"concviz": 3}'), "`concviz replay` shows recordings of runs"),
        (lines('{"version": 3, "term": {"cols": 80}}'), "of version 3, and only version 2"),
        (lines('{"version": "' + "x" * 1000 + '"}'), f"of version {'x' * 20}, and"),
        (lines('{"version": 2, "width": 80}'), "its height is not a whole number"),
        (lines('{"version": 2, "width": 1e9, "height": 1}'), "its width is not"),
        (lines('{"version": 2, "width": 1001, "height": 1}'), "from 1 to 1000"),
        (lines('{"version": 2, "width": true, "height": 1}'), "from 1 to 1000"),
    ],
    ids=range(13),
)
def test_what_is_no_cast_says_so(file: bytes, why: str) -> None:
    with pytest.raises(CastError, match=why):
        read(io.BytesIO(file))


@pytest.mark.parametrize(
    ("file", "texts", "remark"),
    [
        (lines(GOOD), "", None),
        (lines(GOOD, '[1, "o", "a"]', '[2, "i", "b"]', '[3, "m", ""]'), "a", None),
        (lines(GOOD, '[1, "o", "a"]') + b'[2, "o", "b', "a", "is cut off in the middle of a line"),
        (lines(GOOD, '[2, "o", "a"]', '[1, "o", "b"]'), "ab", None),
        (lines(GOOD, "[1, 2]", '[-1, "o", "x"]', '[1e99, "o", "x"]'), "", "3 lines that cannot"),
        (lines(GOOD, '[1, "r", "a lot"]', '[1, "o", "a"]'), "a", "has 1 line that cannot be read"),
        (lines(GOOD, '[NaN, "o", "x"]', '[1, "o", "a"]'), "a", "1 line"),
        (gzip.compress(lines(GOOD, '[1, "o", "a"]'))[:-9], "", "its compressed data"),
    ],
    ids=range(8),
)
def test_it_is_read_as_far_as_it_is_good(file: bytes, texts: str, remark: str | None) -> None:
    cast = read(io.BytesIO(file))
    assert "".join(event.data for event in cast.events).startswith(texts)
    assert [event.time_s for event in cast.events] == sorted(e.time_s for e in cast.events)
    if remark is None:
        assert cast.remark is None
    else:
        assert remark in str(cast.remark)


def test_of_a_file_without_end_only_so_much_is_kept() -> None:
    file = io.BytesIO(lines(GOOD, *['[1, "o", "a"]'] * 20_000))
    with patch.object(reading, "MOST_EVENTS", 5_000):
        cast = read(file)
    assert 5_000 <= len(cast.events) < 15_000
    told = f"the cast was read no further than its first {len(cast.events):,} events"
    assert cast.remark == told


@given(st.binary(max_size=200))
def test_whatever_is_in_the_file_it_is_a_cast_or_it_is_said_why_not(found: bytes) -> None:
    for file in (found, lines(GOOD) + found):
        with contextlib.suppress(CastError):
            assert all(event.time_s >= 0 for event in read(io.BytesIO(file)).events)


@pytest.mark.parametrize("text", ["", "80", "80x", "0x3", "80x1001", "ax3", "80x24x3", "-1x-1"])
def test_a_size_that_is_none(text: str) -> None:
    with pytest.raises(CastError, match="as in 100x30"):
        size(text)


def test_a_terminal_of_unknown_size_is_the_usual_one() -> None:
    header = read(io.BytesIO(lines('{"version": 2, "width": 0, "height": 0}'))).header
    assert (header.columns, header.rows) == (80, 24)


def test_a_size() -> None:
    assert size(" 100X30 ") == size("100×30") == (100, 30)
