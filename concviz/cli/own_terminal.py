"""The terminal of a command that draws on all of it, and gives it back as it was."""

from __future__ import annotations

import contextlib
import os
import re
import select
import termios
import time
import tty
from types import TracebackType
from typing import TextIO

from concviz.view.glyphs import encoding_of

ENTER = "\x1b[?1049h\x1b[?25l\x1b[0m\x1b[H\x1b[2J"
LEAVE = (
    "\x18"  # ends a sequence in the middle of which it may have been cut off
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l"  # no mouse
    "\x1b[0m\x1b[?25h\x1b[?1049l"
)
PATIENCE_S = 0.5
"""How long the end waits for a terminal that reads no more, or has not yet answered."""
WHERE = "\x1b[6n"
"""Asks where the cursor is: the answer comes when all before it has been drawn."""
ANSWER_S = 3.0
"""An answer that takes longer does not come."""
_ANSWER = re.compile(rb"\x1b\[\d+;\d+R")
_BEGUN = re.compile(rb"\x1b(\[[\d;]*)?$")


class OwnTerminal:
    """Within it the terminal is raw and shows its other screen. Writing never waits for it.

    Over a slow line much can be on its way, however little is written at once. So after each
    picture the terminal is asked something, and once it has answered at all, it has taken a picture
    when it has answered to that.
    """

    def __init__(self, stream: TextIO) -> None:
        """The stream is a terminal."""
        # Opened anew: what we inherited shares its flags with the shell.
        self.fd = os.open(
            os.ttyname(stream.fileno()), os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        )
        self.encoding = encoding_of(stream)
        self._before = termios.tcgetattr(self.fd)
        self._left = b""
        self._asked_at: float | None = None
        self._answers = False
        self._rest = b""

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
        """Whether it has not yet taken what was written."""
        return bool(self._left) or (self._answers and self._asked())

    @property
    def blocks(self) -> bool:
        """Whether more can be written when it can take it."""
        return bool(self._left)

    def _asked(self) -> bool:
        """Whether an answer is on its way."""
        asked_at = self._asked_at
        return asked_at is not None and time.monotonic() < asked_at + ANSWER_S

    def take(self) -> None:
        """It is ours from now on."""
        tty.setraw(self.fd, termios.TCSANOW)
        self._left = b""
        self.write(ENTER)

    def give_back(self) -> None:
        """It is as it was. What it has not taken is lost, when that takes too long."""
        with contextlib.suppress(OSError):  # it is gone
            self._leave()
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self.fd, termios.TCSANOW, self._before)

    def _leave(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        self.write(LEAVE)
        while self.waits and (left_s := deadline - time.monotonic()) > 0:
            select.select([self.fd], [self.fd] if self._left else [], [], left_s)
            self.flush()
            self.read()  # an answer is nothing for whoever has the terminal next
        if self._left:
            termios.tcflush(self.fd, termios.TCOFLUSH)
            os.write(self.fd, LEAVE.encode())

    def write(self, text: str) -> None:
        """As far as it takes it; the rest at the next ``flush``."""
        self._left += text.encode(self.encoding, "replace")
        self.flush()

    def draw(self, picture: str) -> None:
        """Write a picture, if there is something to draw."""
        if picture:
            asks = not self._asked()
            if asks:
                self._asked_at = time.monotonic()
            self.write(picture + WHERE if asks else picture)

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
        typed, self._rest = self._rest + typed, b""
        if self._asked_at is None:
            return typed
        typed, answers = _ANSWER.subn(b"", typed)
        if answers:
            self._answers, self._asked_at = True, None
        elif begun := _BEGUN.search(typed):  # of an answer, perhaps
            typed, self._rest = typed[: begun.start()], begun[0]
        return typed
