"""What was seen of threads from outside."""

from __future__ import annotations

from typing import Annotated

import msgspec

from concviz.trace.events.base import Event, Nanoseconds, Pairs


class Sampled(Event, tag="sampled", frozen=True):
    """What a worker's thread has done since the sample before, as seen from outside."""

    worker: str
    since_ns: Nanoseconds
    spent: Pairs
    """In which states, as numbers of the header's; the times add up to that since ``since_ns``."""
    seen: Annotated[int, msgspec.Meta(ge=0, lt=1 << 16)]
    """The number of the state at the moment of the sample."""
    lock: str | None = None
    """For which one it waited, where it did: the same for all who wait for that."""

    def __post_init__(self) -> None:
        _in_pairs(self.spent)


class OthersSampled(Event, tag="others", frozen=True):
    """What threads and processes did that tasks have started, since the sample before."""

    pid: int
    """Of the process in which the tasks run."""
    since_ns: Nanoseconds
    spent: Pairs
    """In which states, of all threads together."""
    children_ns: Nanoseconds
    """Of those on a core, the part of other processes."""
    competing: Annotated[int, msgspec.Meta(ge=0)]
    """Threads that were seen on a core, or ready for one."""
    alive: Annotated[int, msgspec.Meta(ge=0)]
    """Threads that there were, of all processes."""
    threads: Annotated[int, msgspec.Meta(ge=0)]
    """That were seen in the process itself so far."""
    processes: Annotated[int, msgspec.Meta(ge=0)]
    """That were seen to descend from it so far."""
    host: str = ""
    """Where that process is."""

    def __post_init__(self) -> None:
        _in_pairs(self.spent)


def _in_pairs(spent: list[int]) -> None:
    if len(spent) % 2:
        raise ValueError("a state without a time")


class LockSeen(Event, tag="lock-seen", frozen=True):
    """A worker was seen to wait for that lock in a function of that name, for the first time."""

    lock: str
    function: str


class FunctionSeen(Event, tag="function", frozen=True):
    """The thread of a worker is seen in another function of Python than before."""

    worker: str
    function: str
    """The innermost, by its qualified name; "" where it is in none."""
    file: str = ""
    """In which that stands."""
    caller: str = ""
    """Of the functions that called it, the innermost that is not of the standard library; "" where
    it is none of that itself."""
