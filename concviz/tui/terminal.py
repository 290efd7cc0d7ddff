"""The terminal as it was before the lab, and how to give it back when Textual cannot."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import time
from collections.abc import Iterator

INPUT, OUTPUT = 0, 2
"""What Textual reads and writes."""
PATIENCE_S = 0.2
"""How long to try: the terminal may have stopped reading."""
PIECE_S = 0.005
GONE = select.POLLHUP | select.POLLERR
"""What is told of a terminal that there is no more."""
RESTORED = (
    b"\x18"  # ends the sequence in the middle of which Textual may have been cut off
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l"  # pasting, wrapping and resizing as usual
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # no mouse
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"  # keys as usual, main screen, cursor, no focus
)
"""What Textual writes when it ends."""


@contextlib.contextmanager
def drawn_on() -> Iterator[None]:
    """Within it, what is drawn goes to the terminal, whatever standard error is.

    Textual draws on standard error: with ``2>log`` it would draw into the log. What other code
    writes there meanwhile would be on the screen in any case.
    """
    if os.isatty(OUTPUT):
        yield
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:  # there is none
        yield
        return
    before = os.dup(OUTPUT)
    os.dup2(terminal, OUTPUT)
    os.close(terminal)
    try:
        yield
    finally:
        os.dup2(before, OUTPUT)
        os.close(before)


def hung_up() -> bool:
    """Whether there is no terminal any more."""
    poll = select.poll()
    poll.register(INPUT, 0)  # a hang-up is told without being asked for
    return any(event & GONE for _, event in poll.poll(0))


class Terminal:
    """This process's terminal, if it has one. Knows how it was when this was made."""

    def __init__(self) -> None:
        self._before = termios.tcgetattr(INPUT) if os.isatty(INPUT) else None

    @property
    def fd(self) -> int | None:
        """Where a hang-up can be seen."""
        return INPUT if self._before is not None else None

    def restore(self) -> None:
        """Make it what it was, as far as that can be done without waiting for it.

        What this process has written and the terminal has not yet read is lost; what it writes from
        now on, too.
        """
        if self._before is None:
            return
        # A job in the background that touches its terminal would be stopped. In this thread only.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        with contextlib.suppress(OSError, termios.error):  # it is gone
            termios.tcsetattr(INPUT, termios.TCSANOW, self._before)
            # Textual's writer may be in the middle of a write: that one has to fit in, and the next
            # ones must not come after ours.
            terminal = os.dup(OUTPUT)
            os.dup2(os.open(os.devnull, os.O_WRONLY), OUTPUT)
            os.set_blocking(terminal, False)
            try:
                _write(terminal)
            finally:
                os.set_blocking(terminal, True)  # whoever started the lab shares this flag


def _write(fd: int) -> None:
    left, deadline = RESTORED, time.monotonic() + PATIENCE_S
    while left and time.monotonic() < deadline:
        try:
            left = left[os.write(fd, left) :]
        except BlockingIOError:
            # There is room now; but who waits for it has to be told.
            termios.tcflush(fd, termios.TCOFLUSH)
            termios.tcflow(fd, termios.TCOOFF)
            termios.tcflow(fd, termios.TCOON)
            time.sleep(PIECE_S)
