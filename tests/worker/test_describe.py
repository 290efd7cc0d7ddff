"""Words for any value: short, valid Unicode, and never an exception."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from typing import Any, NoReturn

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.trace import events
from concviz.worker import tracing as worker
from concviz.worker.describe import (
    RESULT,
    TRACEBACK,
    cut,
    describe_error,
    describe_result,
    printable,
)

LONGEST = RESULT + 60
"""With the words for what was cut off."""


class RaisingRepr:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class ExitingRepr:
    def __repr__(self) -> str:
        raise SystemExit


class SurrogateRepr:
    def __repr__(self) -> str:
        return "\ud800 and so on"


class LongRepr:
    def __repr__(self) -> str:
        return "r" * 1_000_000


class HostileBytes(bytes):
    def __len__(self) -> int:
        raise RuntimeError("no length")

    def __getitem__(self, key: object) -> NoReturn:
        raise RuntimeError("no item")


class NamelessType(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise RuntimeError("no name")


class Nameless(metaclass=NamelessType):
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def deep() -> list[object]:
    """A list in a list, and so on, deeper than any recursion."""
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    return value


def wide() -> list[object]:
    """A list of 20 times itself: its full text would be 20 to the power of its depth."""
    value: list[object] = []
    value += [value] * 20
    return value


HOSTILE: dict[str, Callable[[], object]] = {
    "100 MB of text": lambda: "x" * 100_000_000,
    "100 MB of bytes": lambda: bytes(100_000_000),
    "bytearray": lambda: bytearray(5_000),
    "NUL": lambda: "\0",
    "surrogate": lambda: "\ud800",
    "surrogates in a list": lambda: ["\ud800"],
    "huge integer": lambda: 10**5_000,
    "beyond 64 bits": lambda: 2**64,
    "nan": lambda: math.nan,
    "infinity": lambda: -math.inf,
    "list of itself": wide,
    "deep list": deep,
    "long list": lambda: list(range(1_000_000)),
    "long dictionary": lambda: dict.fromkeys(range(100_000)),
    "unsortable set": lambda: {1, "a", None},
    "deque": lambda: deque(range(100_000)),
    "raising repr": RaisingRepr,
    "exiting repr": ExitingRepr,
    "surrogate in repr": SurrogateRepr,
    "long repr": LongRepr,
    "long repr in a list": lambda: [LongRepr()] * 100,
    "hostile bytes": lambda: HostileBytes(b"abc"),
    "nameless": Nameless,
    "class": lambda: RaisingRepr,
    "function": lambda: deep,
}


def sendable(value: object) -> events.Result:
    """What arrives of it at the other end of the wire."""
    (line,) = events.encode_lines([("finished", 1, 0, None, value)]).splitlines()
    event = events.decode(line)
    assert isinstance(event, events.TaskFinished)
    return event.result


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_values_have_short_words(name: str) -> None:
    value = HOSTILE[name]()
    words = describe_result(value)
    assert isinstance(words, str)
    assert 0 < len(words) <= LONGEST
    assert sendable(words) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (math.nan, "nan"),
        (2**64, "18446744073709551616"),
        (ExitingRepr(), "<ExitingRepr whose repr raised SystemExit>"),
        ("\ud800", "\\ud800"),
        (b"\0a", "b'\\x00a'"),
        ([1, "a"], "[1, 'a']"),
        ({"a": (1, 2)}, "{'a': (1, 2)}"),
        ("x" * 1001, "x" * 1000 + "… (1,001 characters)"),
    ],
)
def test_words(value: object, words: str) -> None:
    assert describe_result(value) == words


def test_object_without_a_repr_is_told_by_its_class() -> None:
    assert str(describe_result(RaisingRepr())).startswith("<RaisingRepr instance at ")


def test_long_bytes_tell_how_many() -> None:
    words = describe_result(bytes(2_000_000))
    assert isinstance(words, str)
    assert words.startswith("b'\\x00")
    assert words.endswith("(2,000,000 bytes)")


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=RESULT),
)


@given(PLAIN)
def test_plain_values_are_themselves(value: events.Result) -> None:
    words = describe_result(value)
    assert words == value
    assert type(words) is type(value)
    assert sendable(words) == value


ANY_TEXT = st.text(st.characters(codec=None), max_size=20)


@given(st.recursive(PLAIN | st.binary() | ANY_TEXT, st.lists, max_leaves=20))
def test_whatever_it_is_it_can_be_sent(value: object) -> None:
    words = describe_result(value)
    assert sendable(words) == words
    assert not isinstance(words, str) or len(words) <= LONGEST


@given(ANY_TEXT)
def test_printable_is_valid_and_leaves_the_valid_alone(text: str) -> None:
    shown = printable(text)
    shown.encode()
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert shown == text


@given(st.text(max_size=30), st.integers(0, 30))
def test_cut_keeps_the_beginning_and_tells_the_length(text: str, most: int) -> None:
    short = cut(text, most)
    if len(text) <= most:
        assert short == text
    else:
        assert short == f"{text[:most]}… ({len(text):,} characters)"


class RaisingTextError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class RaisingNameError(Exception, metaclass=NamelessType):
    pass


def raised(error: BaseException) -> BaseException:
    """The error with a traceback."""

    def task() -> NoReturn:
        raise error

    try:
        task()
    except BaseException as caught:
        return caught


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x" * 1_000_000),
        ValueError("\ud800"),
        ValueError("\0\x1b[31m"),
        RaisingTextError(),
        RaisingNameError(),
        SystemExit(3),
        KeyboardInterrupt(),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"),
        ExceptionGroup("several", [ValueError("a"), TypeError("b")]),
        RecursionError(),
    ],
    ids=lambda error: type.__repr__(type(error)),
)
def test_hostile_errors_have_words(error: BaseException) -> None:
    line, traceback = describe_error(raised(error))
    assert "\n" not in line or len(line) <= LONGEST
    assert 0 < len(line) <= LONGEST
    assert 0 < len(traceback) <= TRACEBACK + 40
    event = events.TaskFailed(1, 0, None, line, traceback)
    assert events.decode(msgspec.json.encode(event)) == event


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("no"), "ValueError: no"),
        (ValueError(), "ValueError"),
        (KeyError("a"), "KeyError: 'a'"),
        (RaisingTextError(), "RaisingTextError (its text could not be made)"),
        (ValueError("\ud800"), "ValueError: \\ud800"),
        (ValueError("first\nsecond"), "ValueError: first"),
    ],
)
def test_lines(error: BaseException, line: str) -> None:
    assert describe_error(raised(error))[0].splitlines()[0] == line


def fails(task: int) -> NoReturn:
    raise ValueError("no")


async def fails_later(task: int) -> NoReturn:
    await asyncio.sleep(0)
    fails(task)


@pytest.mark.parametrize(
    ("coroutine", "frames"), [(None, ["fails"]), (fails_later, ["fails_later", "fails"])]
)
async def test_traceback_begins_with_the_code_of_the_task(coroutine: Any, frames: object) -> None:
    told: list[worker.Wire] = []
    worker.attach(told.append, fails, (), coroutine)
    await worker.call_async(0)
    worker.attach(None, fails, ())  # type: ignore[arg-type]
    (failed,) = [event for event in told if event[0] == "failed"]
    lines = str(failed[-1]).splitlines()
    assert [line.split()[-1] for line in lines if "File" in line] == frames
    assert lines[-1] == "ValueError: no"


def test_long_traceback_keeps_its_end() -> None:
    _, traceback = describe_error(raised(ValueError("x" * 5_000 + "the end")))
    assert traceback.endswith("the end\n")
    assert traceback.startswith("… (")


def test_error_that_was_never_raised_has_words_too() -> None:
    assert describe_error(ValueError("no")) == ("ValueError: no", "ValueError: no\n")
