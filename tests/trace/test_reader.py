"""A recording is read as far as it is good: whatever is in the file, and wherever it is cut."""

from __future__ import annotations

import errno
import gzip
import io
import os
import resource
import zlib
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from concviz.trace import events
from concviz.trace.blocks import BLOCK, LONGEST, QUOTED
from concviz.trace.environment import Environment
from concviz.trace.header import Header
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.trace.reader import Reader, RecordingError
from concviz.trace.unpacker import unpacked

HEADER = Header(
    plan=Plan(),
    environment=Environment(
        concviz="1",
        python="3",
        implementation="CPython",
        gil=True,
        platform="Linux",
        machine="x86_64",
        cores_total=2,
        cores_usable=2,
    ),
)
TOLD: list[events.AnyEvent] = [
    events.RunStarted(100),
    events.TaskSubmitted(110, 0),
    events.TaskStarted(120, 0, "worker"),
    events.Output(130, 0, "a line with a \n, a { and a ] in it"),
    events.TaskFinished(140, 0, None, '["runner-exited",1,0]'),
    events.RunFinished(150, None),
    events.RunnerExited(160, 0),
]
WHOLE: list[Message] = [HEADER, *TOLD]
LINES = [HEADER.encode(), *(events.encode_lines([event]) for event in TOLD)]
TEXT = b"".join(LINES)


class Dribble(io.BytesIO):
    """Gives some bytes at a time, as a pipe does."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._most if size is None else min(size, self._most))


def read(content: bytes | io.BytesIO) -> tuple[list[Message], str | None]:
    reader = Reader(io.BytesIO(content) if isinstance(content, bytes) else content)
    found: list[Message] = []
    while not reader.ended:
        found += reader.read()
    assert reader.read() == []
    return found, reader.remark


def cut_off(t_ns: int, what: str) -> events.CutOff:
    return events.CutOff(t_ns, f"the recording {what}")


@given(st.integers(1, 300), st.booleans())
def test_however_it_comes_it_is_what_was_written(most: int, packed: bool) -> None:
    assert read(Dribble(gzip.compress(TEXT) if packed else TEXT, most)) == (WHOLE, None)


@given(st.integers(0, len(TEXT)))
@example(len(TEXT) - 1)
def test_cut_anywhere_it_is_read_up_to_its_last_whole_event(at: int) -> None:
    lines = TEXT[:at].split(b"\n")
    # A line is whole when all of it is there but its end.
    whole = len(lines) - 1 + (lines[-1] + b"\n" in LINES)
    if not whole:
        with pytest.raises(RecordingError, match=r"is empty|cut off in its first line"):
            read(TEXT[:at])
        return
    found, remark = read(TEXT[:at])
    if whole == len(LINES):
        assert (found, remark) == (WHOLE, None)
        return
    last = found.pop()
    assert found == WHOLE[:whole]
    in_a_line = bool(lines[-1]) and lines[-1] + b"\n" not in LINES
    known = max((event.t_ns for event in TOLD[: whole - 1]), default=0)
    what = "is cut off in the middle of a line" if in_a_line else "ends before the run does"
    assert last == cut_off(known, what)
    assert remark == f"the recording {what}"


@given(st.integers(2, len(gzip.compress(TEXT, mtime=0)) - 1))
def test_packed_and_cut_anywhere_what_can_be_unpacked_is_read(at: int) -> None:
    packed = gzip.compress(TEXT, mtime=0)[:at]
    text = zlib.decompressobj(31).decompress(packed)
    if b"\n" not in text and text + b"\n" != LINES[0]:  # whole but for its end
        with pytest.raises(RecordingError):
            read(packed)
        return
    found, remark = read(packed)
    assert remark == "the recording is cut off in the middle of its compressed data"
    if found != WHOLE:
        last = found.pop()
        assert isinstance(last, events.CutOff)
    assert found == WHOLE[: len(found)]
    assert len(found) >= text.count(b"\n")


def test_what_was_written_before_a_damage_is_read() -> None:
    packed = bytearray(gzip.compress(TEXT, mtime=0))
    packed[-6] ^= 1  # of its checksum
    assert read(bytes(packed)) == (
        WHOLE,
        "the recording is damaged: what follows cannot be unpacked",
    )


def test_packed_pieces_one_after_the_other_are_one_recording() -> None:
    packed = b"".join(map(gzip.compress, LINES)) + b"\0" * 100
    assert read(packed) == (WHOLE, None)


@given(st.binary(max_size=200), st.integers(1, len(LINES)))
def test_garbage_in_the_middle_is_counted_and_hurts_nobody(garbage: bytes, after: int) -> None:
    text = b"".join([*LINES[:after], garbage, b"\n", *LINES[after:]])
    found, _ = read(text)
    assert [message for message in found if message in WHOLE][: len(WHOLE)] == WHOLE
    others = found[:]
    for message in WHOLE:
        others.remove(message)
    assert all(isinstance(message, bytes) or message in WHOLE for message in others)


@pytest.mark.parametrize(
    "line",
    [
        b"null",
        b"{}",
        b'["no-such-event",1]',
        b'["started",-1,0,"w"]',
        b'["started",1]',
        b"[" * 100_000 + b"]" * 100_000,
        b'["unread",1,2,' + b"[" * 100_000 + b"]" * 100_000 + b"]",
        b"\xff\xfe",
        b"\0" * 1_000,
        b'["unread",1,' + b"9" * 10_000 + b"]",
    ],
    ids=lambda line: line[:20],
)
def test_a_line_that_is_no_event_is_passed_on_as_its_beginning(line: bytes) -> None:
    found, remark = read(b"".join([LINES[0], line, b"\n", *LINES[1:]]))
    assert found == [HEADER, line[:QUOTED], *TOLD]
    assert remark is None


def test_a_line_without_end_is_not_kept() -> None:
    endless = b"x" * (3 * LONGEST)
    found, _ = read(b"".join([*LINES[:2], endless, b"\n", *LINES[2:]]))
    assert found == [*WHOLE[:2], b"x" * QUOTED, *WHOLE[2:]]
    found, remark = read(b"".join([*LINES[:2], endless]))
    what = "is cut off in the middle of a line"
    assert found == [*WHOLE[:2], b"x" * QUOTED, cut_off(100, what)]
    assert remark == f"the recording {what}"


def test_windows_ends_of_lines_and_empty_lines_are_no_matter() -> None:
    assert read(b"\n\r\n" + TEXT.replace(b"\n", b"\r\n\n")) == (WHOLE, None)


def test_what_was_printed_before_there_was_a_header_is_read() -> None:
    early = events.Output(90, None, "a warning of Python's")
    assert read(events.encode_lines([early]) + TEXT) == ([early, *WHOLE], None)


def test_a_run_that_ended_before_it_had_a_header_is_read() -> None:
    told = [events.Output(90, None, "Traceback"), events.RunnerExited(95, 1)]
    assert read(events.encode_lines(told)) == (told, None)


def test_what_is_printed_after_the_end_is_read() -> None:
    late = events.Output(170, None, "bye")
    assert read(TEXT + events.encode_lines([late])) == ([*WHOLE, late], None)


@pytest.mark.parametrize("garbage", [b"", b"{}\n"])
def test_of_several_recordings_in_a_file_the_first_is_read(garbage: bytes) -> None:
    found, remark = read(LINES[0] + garbage + b"".join(LINES[1:]) + TEXT)
    assert [message for message in found if not isinstance(message, bytes)] == WHOLE
    assert remark == "another recording follows in the same file, and is left out"


def test_the_latest_event_need_not_be_the_last_one() -> None:
    found, _ = read(b"".join([LINES[0], LINES[4], LINES[2]]))
    assert found[-1] == cut_off(130, "ends before the run does")


def test_what_cannot_be_read_at_all_is_not_called_empty() -> None:
    class Broken:
        def read(self, most: int, /) -> bytes:
            raise OSError(5, "Input/output error")

    reader = Reader(Broken())
    assert reader.read() == []
    with pytest.raises(RecordingError, match="cannot be read any further: Input/output error"):
        reader.read()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is empty"),
        (b"\n\n", "has no header"),
        (b"Hello, world\n", "no recording of concviz"),
        (b"\x7fELF\x02\x01\x01" + bytes(10_000), "no recording"),
        (b"PK\x03\x04" + bytes(range(256)) * 100, "no recording"),
        (b"[1, 2, 3]\n", "has no header"),
        (b"[" * 200_000, "has no header"),
        (b'{"a":' * 200_000, "cut off in its first line|not the header"),
        (b'{"schema": 1}\n', "schema 1"),
        (b'{"schema": "2"}\n', "not the header"),
        (b'{"schema": 2}\n', "not the header"),
        (LINES[1] + LINES[2], "has no header"),
        (b"x" * (2 * LONGEST), "no recording"),
        (gzip.compress(b"", mtime=0), "has no header"),
        (b"\x1f\x8b" + bytes(100), "has no header"),
        (gzip.compress(b"hello", mtime=0), "no recording"),
    ],
    ids=lambda value: None if isinstance(value, str) else repr(value[:12]),
)
def test_what_is_no_recording_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(RecordingError, match=sentence):
        read(content)


@given(st.binary())
def test_anything_else_is_refused_and_nothing_else_is_raised(content: bytes) -> None:
    with pytest.raises(RecordingError):
        read(content)


def test_an_error_of_the_disk_ends_it() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if piece := super().read(size):
                return piece
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    found, remark = read(Failing(b"".join(LINES[:3])))
    assert found == [*WHOLE[:3], cut_off(110, "cannot be read any further: Input/output error")]
    assert remark is not None


def test_who_stops_has_what_was_read() -> None:
    reader = Reader(Dribble(TEXT, len(LINES[0]) + len(LINES[1])))
    assert reader.read() == WHOLE[:2]
    assert reader.stop() == [cut_off(100, "was read no further than this")]
    assert reader.ended
    assert reader.stop() == []


# -- how much it takes --


class Endless(io.RawIOBase):
    """The header, and then the same for ever, up to so many bytes."""

    def __init__(self, begin: bytes, content: bytes, size: int) -> None:
        self._begin, self._content, self._left = begin, content, size

    def read(self, size: int = -1, /) -> bytes:
        if self._begin:
            piece, self._begin = self._begin, b""
            return piece
        piece = (self._content * (size // len(self._content) + 1))[: min(size, self._left)]
        self._left -= len(piece)
        return piece


def most_memory() -> int:
    """Of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024


@pytest.mark.parametrize(
    "content", [b"\0", b"x", b"\n", b"{\n", b"[\n", b'["unread",1,1]\n'], ids=repr
)
def test_a_huge_file_takes_little_memory(content: bytes) -> None:
    size = 4 << 20
    before = most_memory()
    reader = Reader(Endless(LINES[0], content, size))
    most = 0
    while not reader.ended:
        most = max(most, len(reader.read()))
    assert reader.taken == size + len(LINES[0])
    assert most <= BLOCK + 1
    assert most_memory() - before < 32 << 20


def bomb(size: int) -> bytes:
    """A small file that holds so many zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(LINES[0])
    zeros = bytes(1 << 20)
    for _ in range(size // len(zeros)):
        packed += packer.compress(zeros)
    return packed + packer.flush()


def test_a_small_file_that_holds_a_huge_one_is_unpacked_by_and_by() -> None:
    packed = bomb(64 << 20)
    assert len(packed) < 1 << 20
    before = most_memory()
    reader = Reader(io.BytesIO(packed))
    steps = 0
    while not reader.ended:
        assert len(reader.read()) <= 2
        steps += 1
    assert steps >= (64 << 20) // BLOCK
    assert reader.remark == "the recording is cut off in the middle of a line"
    assert most_memory() - before < 20 << 20


def test_without_a_header_it_does_not_look_for_long() -> None:
    event = events.encode_lines([events.Output(1, None, "x" * 1_000)])
    file = Endless(event, event, 1 << 30)
    reader = Reader(file)

    def read_on() -> None:
        while True:
            reader.read()

    with pytest.raises(RecordingError, match="no header"):
        read_on()
    assert reader.taken < 2 * LONGEST


# -- unpacking alone --


@given(st.lists(st.binary(max_size=50)), st.integers(1, 20), st.integers(1, 30))
def test_pieces_are_unpacked_if_they_are_packed(
    members: list[bytes], piece: int, most: int
) -> None:
    packed = b"".join(map(gzip.compress, members))
    pieces = [packed[at : at + max(2, piece)] for at in range(0, len(packed), max(2, piece))]
    assert b"".join(unpacked(pieces, most)) == b"".join(members)
    assert list(unpacked([b"plain", b"text"], most)) == [b"plain", b"text"]


def test_every_event_is_read_as_it_was_written() -> None:
    """Whatever travels is recorded, and the reader gives the very same."""
    made: Callable[[bytes], object] = msgspec.json.decode
    assert [made(line) for line in LINES[1:]] == [msgspec.to_builtins(event) for event in TOLD]
