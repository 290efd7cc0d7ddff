"""What a blocked thread waits for, from lines as the kernel writes them."""

from __future__ import annotations

import platform

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.observer.proc import counts
from concviz.observer.syscalls import TABLES, Futex, classifier, futex_of
from concviz.trace.states import State

GIL = range(0x7F0000110000, 0x7F0000190000)
STACK = 0x7FFC00000000
INSIDE, OUTSIDE = 0x7F0000110100, 0x55D000001000


def line(number: int, *arguments: int) -> bytes:
    six = [*arguments, *[0] * (6 - len(arguments))]
    words = [str(number), *(f"0x{a:x}" for a in six), "0x7ffc00000000", "0x7f0000001234"]
    return " ".join(words).encode() + b"\n"


def state(text: bytes, gil: range | None = GIL, machine: str = "x86_64") -> State:
    classify = classifier(machine)
    assert classify is not None
    return classify(text, gil)


TIMEOUT = 0x7F0000FFFF00


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"running\n", State.RUNNING),
        (b"-1 0x7ffc00000000 0x7f0000001234\n", State.OTHER),  # blocked, in no system call
        (line(202, INSIDE, 0x189, 0, TIMEOUT), State.GIL_WAIT),
        (line(202, INSIDE, 0x80, 0, 0), State.GIL_WAIT),
        (line(202, OUTSIDE, 0x189, 0, TIMEOUT), State.THREAD_WAIT),
        (line(202, OUTSIDE, 0x80, 0, 0), State.THREAD_WAIT),
        (line(202, STACK + 64, 0x189, 0, TIMEOUT), State.THREAD_WAIT),  # on its own stack
        (line(230, 1, 0, 5), State.SLEEP),  # clock_nanosleep
        (line(35, 5), State.SLEEP),
        (line(0, 3), State.IO),  # read
        (line(1, 3), State.IO),
        (line(45, 3), State.IO),  # recvfrom
        (line(42, 3), State.IO),  # connect
        (line(74, 3), State.IO),  # fsync
        (line(232, 4), State.IO),  # epoll_wait
        (line(281, 4), State.IO),
        (line(7, 0x7FFC, 1, 1000), State.IO),  # poll of a file
        (line(7, 0, 0, 1000), State.SLEEP),  # poll of none
        (line(23, 0, 0, 0, 0, 0x7FFC), State.SLEEP),  # select of none
        (line(23, 4, 0x7FFC), State.IO),
        (line(72, 3, 7), State.LOCK),  # fcntl: a record lock
        (line(73, 3, 2), State.LOCK),  # flock
        (line(61, -1 % 2**64), State.THREAD_WAIT),  # wait4: for a child process
        (line(247, 1, 5), State.THREAD_WAIT),  # waitid
        (line(9999), State.OTHER),
    ],
)
def test_x86_64(text: bytes, expected: State) -> None:
    assert state(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line(98, INSIDE, 0x189, 0, TIMEOUT), State.GIL_WAIT),
        (line(98, OUTSIDE), State.THREAD_WAIT),
        (line(260, 5), State.THREAD_WAIT),
        (line(115, 1), State.SLEEP),
        (line(63, 3), State.IO),
        (line(22, 3), State.IO),
        (line(73, 0, 0), State.SLEEP),
        (line(73, 0x7FFC, 1), State.IO),
        (line(202, 3), State.IO),  # accept; x86-64's futex
    ],
)
def test_arm64(text: bytes, expected: State) -> None:
    assert state(text, machine="aarch64") is expected


@pytest.mark.parametrize("address", [INSIDE, OUTSIDE])
def test_where_the_gil_is_not_known_no_futex_is_called_anything(address: int) -> None:
    assert state(line(202, address, 0x189, 0, TIMEOUT), gil=None) is State.UNKNOWN
    assert state(line(202, address), gil=range(0)) is State.THREAD_WAIT, "there is no GIL"


def test_a_futex_is_known_by_its_address_and_whose_stack_it_is_on() -> None:
    assert futex_of(line(202, OUTSIDE), "x86_64") == Futex(OUTSIDE, on_stack=False)
    assert futex_of(line(202, STACK + 64), "x86_64") == Futex(STACK + 64, on_stack=True)
    assert futex_of(line(202, STACK - 64), "x86_64") == Futex(STACK - 64, on_stack=False)
    assert futex_of(line(98, OUTSIDE), "aarch64") == Futex(OUTSIDE, on_stack=False)
    assert futex_of(line(98, OUTSIDE), "x86_64") is None
    assert futex_of(b"running\n", "x86_64") is None
    assert futex_of(line(202, OUTSIDE), "riscv64") is None


def test_machines_whose_numbers_are_not_known() -> None:
    assert classifier("riscv64") is None
    assert (classifier() is None) == (platform.machine() not in TABLES)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_no_number_is_in_two_groups(table: dict[str, tuple[int, ...]]) -> None:
    numbers = [number for group in table.values() for number in group]
    assert len(numbers) == len(set(numbers))


WORDS = st.sampled_from([b"202", b"7", b"23", b"0x1", b"0xz", b"-", b"running", b"", b"99" * 99])


@given(st.binary(max_size=40) | st.lists(WORDS, max_size=10).map(b" ".join))
def test_lines_that_make_no_sense_have_a_state(text: bytes) -> None:
    assert isinstance(state(text), State)
    futex_of(text, "x86_64")


@given(st.binary(max_size=40) | st.lists(WORDS, max_size=10).map(b" ".join))
def test_counts_that_make_no_sense_are_none(text: bytes) -> None:
    run, wait = counts(text)
    assert (run is None) == (wait is None)


def test_interpreters_that_come_and_go_meanwhile_leave_it_unknown() -> None:
    class Changing:
        def __contains__(self, address: object) -> bool:
            raise OSError("nothing there any more")

    classify = classifier("x86_64")
    assert classify is not None
    assert classify(line(202, OUTSIDE), Changing()) is State.UNKNOWN
    assert classify(line(202, STACK + 8), Changing()) is State.THREAD_WAIT
