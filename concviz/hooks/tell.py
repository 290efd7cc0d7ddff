"""Telling what happens: a line in this process's ring, by whichever thread, at any moment.

Writing is one call in C (``ring``). Where that finds no room, or no ring yet, one thread at a time
makes some, and writes what others tell meanwhile: nobody waits, so a signal handler, a ``__del__``
or a daemon thread that the end of the program stops for ever cannot hold up another thread.
"""

from __future__ import annotations

import time
from _collections import deque  # type: ignore[import-not-found]
from _json import encode_basestring_ascii as _in_quotes
from _thread import RLock, _local, get_native_id
from itertools import count

from .ring import HALF, HALF_OF_CHILD, Ring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

now = time.monotonic_ns

_folder = ""
_half = HALF
_ring: Ring | None = None
_waiting: deque[bytes] = deque()
_lock = RLock()
_here = _local()
_numbers = count(1)
next_task = _numbers.__next__
"""As ``new_task``, where every nanosecond counts. Look it up here each time."""
_lost: set[str] = set()
_forgetting: list[Callable[[], None]] = []
_anew: list[Callable[[], None]] = []

_groups: dict[int | str, str] | None = None
"""What was told of groups, where that may have to be told again."""
_MOST_GROUPS = 1_000

# a program that tells while nobody can write must not grow for ever
_MOST_WAITING = 10_000


def begin(folder: str) -> None:
    """Tell into this folder from now on."""
    global _folder
    _folder = folder


def write_first(line: bytes) -> int:
    """Write the first line: there is no ring for it yet."""
    raise ValueError("no ring")


write: Callable[[bytes], int] = write_first
"""Write a line, as bytes with its newline, where every nanosecond counts. Look it up here each
time; and where there is no room for the line it raises a ValueError: then ``make_room``."""


def begin_meanwhile(folder: str) -> bool:
    """The same in a program that has run for a while. Whether it told elsewhere before.

    Then what it told of groups is told again: tasks to come may belong to them.
    """
    global _groups, _ring, write
    begin(folder)
    before = _groups
    if before is None:
        _groups = {}
        return False
    _lost.clear()
    try:
        _ring = Ring(folder)  # never none: another thread is perhaps just writing
    except Exception:
        write = _write_nothing
    else:
        write = _ring.write
        for what in list(before.values()):
            tell(f'["group",{now()},{what}]')
        for forget in _anew:
            forget()
    return True


def end() -> None:
    """Nobody wants to be told any more."""
    global write
    write = _write_nothing


def tell(line: str) -> None:
    """Tell a line: one JSON array as text. Several have newlines between them, none at the end."""
    data = b"%b\n" % line.encode()
    try:
        write(data)
    except ValueError:
        make_room(data)


def make_room(line: bytes) -> None:
    """Write a line, or a record, for which there was no room."""
    global write
    if _ring is not None:
        try:
            _ring.write(line)  # another thread has perhaps just turned to the other half
            write = _ring.write
            return
        except ValueError:
            if _ring.is_stuck or len(_waiting) > _MOST_WAITING:
                _ring.leave_out(line)
                return
    _waiting.append(line)
    if _lock._is_owned():  # type: ignore[attr-defined]
        return  # this is a signal handler, or a __del__, in the middle of what follows
    try:
        # who has the lock looks here once more after that, as we do
        while _waiting and _lock.acquire(False):
            while _waiting:
                _write_somewhere(_waiting.popleft())
            _lock.release()
    except BaseException:  # raised by a signal handler, perhaps before we know that we have it
        if _lock._is_owned():  # type: ignore[attr-defined]
            _lock.release()
        raise


def _write_somewhere(line: bytes) -> None:
    """For one thread at a time."""
    global _ring, write
    try:
        if _ring is None:
            _ring = Ring(_folder, _half)
            write = _ring.write
        write(line)
    except ValueError:
        if _ring is not None:
            _ring.write_elsewhere(line)
            write = _ring.write
    except Exception:
        pass
    if _ring is None:
        write = _write_nothing  # no room on the disk, or the folder is gone: nobody watches


def _write_nothing(line: bytes) -> int:
    """Nobody watches any more."""
    return len(line)


def native_id() -> int:
    """The running thread's number: as the system's, but without asking it each time."""
    try:
        number: int = _here.native_id
    except AttributeError:
        number = _here.native_id = get_native_id()
    return number


def quoted(text: str) -> str:
    """A text as JSON says it."""
    if not text.isascii():
        # what is no character at all, such as half of a pair, is no JSON
        text = str.encode(text, "utf-8", "backslashreplace").decode()
    return _in_quotes(text)


def new_task() -> int:
    """A number for a task, or a group, which nothing else in this process has."""
    return next(_numbers)


def new_group(
    kind: str,
    label: str,
    *,
    key: str | None = None,
    workers: int | None = None,
    tasks: int | None = None,
) -> int | str:
    """Tell of a new group of tasks, and give the key by which tasks name it."""
    group = new_task() if key is None else key
    what = f'{as_key(group)},"{kind}",{quoted(label)},{or_null(workers)},{or_null(tasks)}'
    if _groups is not None and len(_groups) < _MOST_GROUPS:
        _groups[group] = what
    tell(f'["group",{now()},{what}]')
    return group


def as_key(key: int | str | None) -> str:
    """A task's or a group's key as JSON says it."""
    return quoted(key) if isinstance(key, str) else or_null(key)


def or_null(number: int | None) -> str:
    """A number that is perhaps not known, as JSON says it."""
    return "null" if number is None else str(number)


def lost(what: str) -> None:
    """Tell once that something cannot be seen: a sentence."""
    if what not in _lost:
        _lost.add(what)
        tell(f'["lost",{now()},{quoted(what)}]')


def in_child(forget: Callable[[], None]) -> None:
    """Have this called first in every forked child: what is the parent's is not the child's."""
    _forgetting.append(forget)


def told_anew(forget: Callable[[], None]) -> None:
    """Have this called when what comes goes elsewhere than what was told before."""
    _anew.append(forget)


def forget_parent() -> None:
    """Leave the parent's ring to the parent: this is a forked child."""
    global _half, _here, _lock, _numbers, _ring, _waiting, next_task, write
    _half = HALF_OF_CHILD
    _ring = None
    if write is not _write_nothing:
        write = write_first
    _lock = RLock()
    _here = _local()
    _waiting = deque()
    if _groups is not None:
        _groups.clear()
    _numbers = count(next(_numbers))  # what has a number of the parent is not the child's
    next_task = _numbers.__next__
    _lost.clear()
    for forget in _forgetting:
        try:
            forget()
        except Exception:
            lost("What a forked child has of its parent could not be forgotten.")
