"""The terminal of a command that draws on all of it, and gives it back as it was."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
import time
import tty
from types import TracebackType

from concviz.view.glyphs import encoding_of

ENTER = "\x1b[?1049h\x1b[?25l\x1b[0m\x1b[H\x1b[2J"
LEAVE = (
    "\x18"  # ends a sequence in the middle of which it may have been cut off
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l"  # no mouse
    "\x1b[0m\x1b[?25h\x1b[?1049l"
)
PATIENCE_S = 0.2
"""How long the end waits for a terminal that reads no more."""


class OwnTerminal:
    """Within it the terminal is raw and shows its other screen. Writing never waits for it."""

    def __init__(self) -> None:
        # Opened anew: what we inherited shares its flags with the shell.
        self.fd = os.open(
            os.ttyname(sys.stdout.fileno()), os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        )
        self.encoding = encoding_of(sys.stdout)
        self._before = termios.tcgetattr(self.fd)
        self._left = b""

    def __enter__(self) -> OwnTerminal:
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.give_back()
        os.close(self.fd)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        try:
            columns, rows = os.get_terminal_size(self.fd)
        except OSError:  # it is gone
            columns = rows = 0
        return columns or 80, rows or 24  # some terminals say 0

    @property
    def waits(self) -> bool:
        """Whether it has not yet taken all that was written."""
        return bool(self._left)

    def take(self) -> None:
        """It is ours from now on."""
        tty.setraw(self.fd, termios.TCSANOW)
        self._left = b""
        self.write(ENTER)

    def give_back(self) -> None:
        """It is as it was. What it has not taken is lost, when that takes too long."""
        with contextlib.suppress(OSError, termios.error):  # it is gone
            deadline = time.monotonic() + PATIENCE_S
            self.write(LEAVE)
            while self._left and (left_s := deadline - time.monotonic()) > 0:
                select.select([], [self.fd], [], left_s)
                self.flush()
            if self._left:
                termios.tcflush(self.fd, termios.TCOFLUSH)
                os.write(self.fd, LEAVE.encode())
            termios.tcsetattr(self.fd, termios.TCSANOW, self._before)

    def write(self, text: str) -> None:
        """As far as it takes it; the rest at the next ``flush``."""
        self._left += text.encode(self.encoding, "replace")
        self.flush()

    def flush(self) -> None:
        """Write what is left, as far as it takes it. Raises OSError when it is gone."""
        with contextlib.suppress(BlockingIOError):
            while self._left:
                self._left = self._left[os.write(self.fd, self._left) :]

    def read(self) -> bytes:
        """The keys that have been typed. Raises OSError when it is gone."""
        try:
            typed = os.read(self.fd, 4096)
        except BlockingIOError:
            return b""
        if not typed:
            raise OSError("hung up")
        return typed
