"""Telling what happens: a line in this process's ring, by whichever thread, at any moment.

A line is written by the thread that tells it or, when another is just writing, by that one: nobody
waits, so a signal handler, a ``__del__`` or a daemon thread that the end of the program stops for
ever cannot hold up another thread.
"""

from __future__ import annotations

import time
from _json import encode_basestring_ascii as _in_quotes
from _thread import RLock
from collections import deque
from itertools import count

from .ring import Ring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

now = time.monotonic_ns

_folder = ""
_waiting: deque[str] = deque()
_lock = RLock()
_numbers = count(1)
_lost: set[str] = set()
_forgetting: list[Callable[[], None]] = []
_of_parents: list[object] = []

_groups: dict[int | str, str] | None = None
"""What was told of groups, where that may have to be told again."""
_MOST_GROUPS = 1_000

# a program that tells while nobody can write must not grow for ever
_MOST_WAITING = 10_000


def begin(folder: str) -> None:
    """Tell into this folder from now on."""
    global _folder, _put
    _folder = folder
    _lost.clear()
    _put = _put_first


def begin_meanwhile(folder: str) -> bool:
    """The same in a program that has run for a while. Whether it told elsewhere before.

    Then what it told of groups is told again: tasks to come may belong to them.
    """
    global _groups
    before = _groups
    begin(folder)
    if before is None:
        _groups = {}
        return False
    for what in list(before.values()):
        tell(f'["group",{now()},{what}]')
    return True


def end() -> None:
    """Nobody wants to be told any more."""
    global _put
    _put = _put_nothing


def tell(line: str) -> None:
    """Tell a line: one JSON array as text, without a newline."""
    if _lock._is_owned():  # type: ignore[attr-defined]
        # in the middle of telling something else: a signal handler or a __del__
        _wait(line)
        return
    try:
        if not _waiting and _lock.acquire(False):
            _put(line)
            _lock.release()
        else:
            _wait(line)
        # who held the lock until now looks here once more after that, as we do
        while _waiting and _lock.acquire(False):
            while _waiting:
                _put(_waiting.popleft())
            _lock.release()
    except BaseException as error:
        if _lock._is_owned():  # type: ignore[attr-defined]
            _lock.release()
        if not isinstance(error, Exception):
            raise  # a KeyboardInterrupt is the program's


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


def forget_parent() -> None:
    """Leave the parent's ring to the parent: this is a forked child."""
    global _put, _lock, _waiting, _numbers
    if _put is not _put_nothing:
        # what a mapping closes when it is not needed may be the program's own by now
        _of_parents.append(_put)
        _put = _put_first
    _lock = RLock()
    _waiting = deque()
    if _groups is not None:
        _groups.clear()
    _numbers = count(1)
    _lost.clear()
    for forget in _forgetting:
        try:
            forget()
        except Exception:
            lost("What a forked child has of its parent could not be forgotten.")


def _wait(line: str) -> None:
    if len(_waiting) < _MOST_WAITING:
        _waiting.append(line)


def _put_first(line: str) -> None:
    """Write the first line of this process, for which its ring is made."""
    global _put
    try:
        _put = Ring(_folder).write
    except Exception:
        _put = _put_nothing  # no room, or the folder is gone: nobody watches any more
    _put(line)


def _put_nothing(line: str) -> None:
    """Nobody watches."""


_put: Callable[[str], None] = _put_nothing
