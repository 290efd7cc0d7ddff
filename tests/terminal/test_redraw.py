"""A terminal is written only what differs: what it shows then is what a whole picture shows."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from tests.terminal.lab import Lab, lab
from tests.tui.sparse.terminal import Seen

Picture = list[list[Seen]]

PLAN = ("--fresh", "--strategy", "thread-pool", "--workload", "number", "--duration", "0.3")
NOISE = "\x1b[3;5H\x1b[1;44mWall message\x1b[0m\x1b[20;1H\x1b[J\x1b[H"
MOST = 3_000
"""More bytes than any of what comes before it needs to be drawn."""


def run(it: Lab) -> None:
    """Something to look at."""
    it.sees("Strategy")
    it.send("r")
    it.sees("5 finished", "speedup")


def redrawn(it: Lab, how: Callable[[], object]) -> None:
    """The same picture, every cell of it written again."""
    it.settles(1.0)
    before, written = it.seen, len(it.written)
    it.disturb(NOISE)
    assert it.seen != before
    how()
    it.until(lambda: len(it.written) > written + MOST, "all is written")
    it.until(lambda: not it.read(1.0) and not differing(before, it.seen), "the same picture")


def differing(one: Picture, other: Picture) -> list[tuple[int, int, Seen, Seen]]:
    """The cells in which two pictures differ."""
    return [
        (y, x, *pair)
        for y, lines in enumerate(zip(one, other, strict=True))
        for x, pair in enumerate(zip(*lines, strict=True))
        if pair[0] != pair[1]
    ]


def test_after_a_session_the_terminal_shows_the_whole_picture(tmp_path: Path) -> None:
    with lab(*PLAN, size=(120, 36), folder=tmp_path) as it:
        run(it)
        redrawn(it, lambda: it.send("\x0c"))
        it.send("?")
        it.sees("Escape closes")
        redrawn(it, lambda: it.send("\x0c"))
        it.send("\x1b")
        it.sees("5 finished")
        it.send("\x10")
        it.sees("Search for commands")
        it.send("\x1b")
        it.settles()
        it.send("v4+]\x1b[B")
        redrawn(it, lambda: it.send("\x0c"))
        it.resize(80, 24)
        it.sees("Timeline")
        it.settles()
        it.resize(110, 30)
        redrawn(it, lambda: it.send("\x0c"))
        it.send("q")
        assert it.end() == 0


def test_a_terminal_that_was_left_and_is_back_is_drawn_anew(tmp_path: Path) -> None:
    with lab(*PLAN, folder=tmp_path) as it:
        run(it)

        def stop_and_continue() -> None:
            os.kill(it.pid, signal.SIGSTOP)
            os.kill(it.pid, signal.SIGCONT)

        redrawn(it, stop_and_continue)
