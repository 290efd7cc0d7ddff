"""Where CPython has what a thread executes: its state, its frame, and the code of that.

Found, not known: two threads of this process, of which all is known from inside, are looked up in
this process's own memory. So it holds of the Python that runs here, whatever its version and build,
and of no other.
The standard library only: it is tested under every Python at hand.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from time import monotonic, sleep
from types import CodeType
from typing import NamedTuple

from concviz.observer.address_space import WORD, AddressSpace
from concviz.observer.proc import Proc, read
from concviz.observer.syscalls import Futex, futex_of

TAGS = 7
"""Bits of a reference to an object that are no part of its address (from 3.14 on)."""
THREAD_WORDS, FRAME_WORDS, CODE_WORDS = 64, 16, 32
INTERPRETER_WORDS, RUNTIME_WORDS = 2048, 512
"""Where pointers are looked for: so far from the beginning of each struct."""
PATIENCE_S = 1.0
ATTEMPTS = 5


TYPE_AT, NAME_AT = WORD, 3 * WORD
"""Where an object has its type, and a type its name (a string of C)."""


class Layout(NamedTuple):
    """Offsets in bytes."""

    interpreter: int
    """In ``_PyRuntime``: the pointer to the newest interpreter."""
    threads: int
    """In an interpreter: the pointer to its newest thread."""
    next: int
    """In a thread: the pointer to the next one."""
    native_id: int
    """In a thread: what the kernel calls it."""
    frame: tuple[int, ...]
    """From a thread to the frame that it executes: a pointer at each of these, in turn."""
    code: int
    """In a frame: the pointer to its code object."""
    caller: int
    """In a frame: the pointer to the one that called it."""
    filename: int
    qualname: int
    """In a code object: the pointers to these two strings."""
    characters: int
    """In a string of ASCII."""
    parks: bool
    """Whether a thread that waits for a lock of Python code does so on its own stack."""


@cache
def layout() -> Layout | None:
    """Of the Python that runs here; None where it cannot be found."""
    with suppress(OSError, ImportError, AttributeError):
        space = AddressSpace(Proc().open(os.getpid(), os.getpid(), "mem"))
        try:
            for _ in range(ATTEMPTS):  # a thread that starts meanwhile comes between the two
                with (
                    suppress(OSError, ValueError, LookupError, RuntimeError),
                    ExitStack() as parked,
                ):
                    return _search(
                        space,
                        parked.enter_context(_parked(_wait_here)),
                        parked.enter_context(_parked(_wait_there)),
                    )
        finally:
            space.close()
    return None


class _Parked(NamedTuple):
    """A thread that waits for a lock in a function of which all is known."""

    address: int
    native_id: int
    code: CodeType
    caller: CodeType
    """What called it: its qualified name is another than its name."""
    parks: bool
    """Whether it is seen to wait on its own stack."""


def _wait_here(tell: Callable[[], None], gate: threading.Lock) -> None:
    tell()
    gate.acquire()


def _wait_there(tell: Callable[[], None], gate: threading.Lock) -> None:
    tell()
    gate.acquire()


@contextmanager
def _parked(
    function: Callable[[Callable[[], None], threading.Lock], None],
) -> Iterator[_Parked]:
    import ctypes

    address = ctypes.PyDLL(None).PyThreadState_Get
    address.restype = ctypes.c_void_p
    found: list[int] = []
    gate, told = threading.Lock(), threading.Event()

    def tell() -> None:
        found.extend((address(), threading.get_native_id()))
        told.set()

    def caller() -> None:
        function(tell, gate)

    gate.acquire()
    thread = threading.Thread(target=caller, name="concviz-layout", daemon=True)
    thread.start()
    try:
        if not told.wait(PATIENCE_S):
            raise LookupError("it did not begin")
        futex = _seen_waiting(found[1])
        yield _Parked(found[0], found[1], function.__code__, caller.__code__, futex.on_stack)
    finally:
        gate.release()
        thread.join()


def _seen_waiting(native_id: int) -> Futex:
    """Where a thread of this process waits that is about to. Raises OSError, LookupError."""
    fd = Proc().open(os.getpid(), native_id, "syscall")
    try:
        deadline, before = monotonic() + PATIENCE_S, None
        while monotonic() < deadline:
            futex = futex_of(read(fd))
            if futex is not None and futex == before:  # not at the GIL, which it had meanwhile
                return futex
            before = futex
            sleep(0.001)
    finally:
        os.close(fd)
    raise LookupError("it was not seen to wait")


def _search(space: AddressSpace, older: _Parked, newer: _Parked) -> Layout:
    """Raises LookupError where something is not found."""
    import ctypes

    python = ctypes.PyDLL(None)
    python.PyInterpreterState_Get.restype = ctypes.c_void_p
    interpreter = python.PyInterpreterState_Get()
    runtime = ctypes.addressof(ctypes.c_char.in_dll(python, "_PyRuntime"))
    both = older, newer
    threads = [_words(space, one.address, THREAD_WORDS) for one in both]
    ids = (_places(words, one.native_id) for words, one in zip(threads, both, strict=True))
    frame, code = _frame(space, threads, both)
    top = threads[1][frame[0] // WORD]
    for offset in frame[1:]:
        top = space.pointer(top + offset)
    callers = _words(space, top, FRAME_WORDS)
    function = _words(space, id(newer.caller), CODE_WORDS)
    return Layout(
        interpreter=_first(_places(_words(space, runtime, RUNTIME_WORDS), interpreter)),
        threads=_first(_places(_words(space, interpreter, INTERPRETER_WORDS), newer.address)),
        next=_first(_places(threads[1], older.address)),
        native_id=_first(sorted(set.intersection(*map(set, ids)))),
        frame=frame,
        code=code,
        caller=_first(
            at * WORD
            for at, address in enumerate(callers)
            if code in _places(_words(space, address, FRAME_WORDS), id(newer.caller))
        ),
        filename=_first(_places(function, id(newer.caller.co_filename))),
        qualname=_first(_places(function, id(newer.caller.co_qualname))),
        characters=sys.getsizeof("") - 1,
        parks=newer.parks,
    )


def _frame(
    space: AddressSpace, threads: list[tuple[int, ...]], both: tuple[_Parked, ...]
) -> tuple[tuple[int, ...], int]:
    """The way from a thread to its frame, directly or over one pointer, and from that to its code.

    It is the first that is right for both.
    """
    codes = [id(one.code) for one in both]

    def common(frames: tuple[int, ...]) -> list[int]:
        found = [
            set(_places(_words(space, frame, FRAME_WORDS), code))
            for frame, code in zip(frames, codes, strict=True)
        ]
        return sorted(set.intersection(*found))

    pairs = list(zip(*threads, strict=True))
    for at, pair in enumerate(pairs):
        if found := common(pair):
            return (at * WORD,), found[0]
    for at, pair in enumerate(pairs):
        beyond = [_words(space, address, FRAME_WORDS) for address in pair]
        for further, frames in enumerate(zip(*beyond, strict=False)):
            if found := common(frames):
                return (at * WORD, further * WORD), found[0]
    raise LookupError("no frame")


def _words(space: AddressSpace, address: int, number: int) -> tuple[int, ...]:
    """As many as there are: what is no address has none."""
    with suppress(OSError):
        return space.words(address, number)
    return ()


def _places(words: Iterable[int], value: int) -> list[int]:
    return [at * WORD for at, word in enumerate(words) if value in (word, word & ~TAGS)]


def _first(found: Iterable[int]) -> int:
    for place in found:
        return place
    raise LookupError("not found")
