"""What takes long where there are many tasks, in steps, so that a screen stays alive meanwhile."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Yields after each step of some milliseconds, and returns what was worked out."""
STEP = 2_000
"""Tasks of a step."""


def at_once(steps: Steps[T]) -> T:
    """What all steps come to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def pieces(length: int) -> Iterator[slice]:
    """That many, as many at a time as are a step."""
    return (slice(begin, min(begin + STEP, length)) for begin in range(0, length, STEP))
