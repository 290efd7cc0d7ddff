"""Signals that end a wait, for whoever waits for several things at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH, signal.SIGCONT)

Signals = tuple[int, Callable[[], list[int]]]
"""What can be waited for, and a function: which signals have come since the last time."""


@contextmanager
def woken() -> Iterator[Signals]:
    """Within it, no signal does anything else; those that are ignored (nohup) stay so."""
    waits, wakes = os.pipe()
    os.set_blocking(wakes, False)
    numbers: list[int] = []

    def hear(number: int, _: FrameType | None) -> None:
        numbers.append(number)
        os.write(wakes, b"!")

    def heard() -> list[int]:
        found = numbers.copy()
        if found:
            del numbers[: len(found)]
            os.read(waits, 4096)
        return found

    before = {
        number: signal.signal(number, hear)
        for number in SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield waits, heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(waits)
        os.close(wakes)
