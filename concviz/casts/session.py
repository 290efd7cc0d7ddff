"""A program in a pseudo-terminal of our own."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence

PIECE = 1 << 16
LEFT_OUT = ("NO_COLOR", "COLUMNS", "LINES", "PYTHONIOENCODING")
"""Of the environment: what would make a picture that others do not get."""
OF_ANOTHER_LINE = "SSH_"
AS_SAID = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Of a session: a terminal of millions of colours, on this machine, whatever this one is."""
    kept = {
        name: value
        for name, value in ours.items()
        if name not in LEFT_OUT and not name.startswith(OF_ANOTHER_LINE)
    }
    return kept | AS_SAID


class Session:
    """A program that has a terminal of that size; ``fd`` is our end of it."""

    def __init__(self, command: Sequence[str], columns: int, rows: int) -> None:
        self.fd, theirs = pty.openpty()
        try:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            self._process = subprocess.Popen(
                command,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                env=environment(os.environ),
                start_new_session=True,
                preexec_fn=_take_terminal,
            )
        except BaseException:
            os.close(self.fd)
            raise
        finally:
            os.close(theirs)
        os.set_blocking(self.fd, False)

    @property
    def status(self) -> int | None:
        """Its exit status, as a shell would have it; None while it is there."""
        status = self._process.poll()
        return 128 - status if status is not None and status < 0 else status

    def read(self) -> bytes | None:
        """What it has written; None when nothing more will come."""
        try:
            return os.read(self.fd, PIECE) or None
        except BlockingIOError:
            return b"" if self._process.poll() is None else None
        except OSError:  # nobody has the other end any more
            return None

    def type(self, keys: bytes) -> None:
        """As if they had been typed. What it does not take, because it reads nothing, is lost."""
        with contextlib.suppress(OSError):
            os.write(self.fd, keys)

    def ask_to_end(self) -> None:
        """It is to end in order."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """End it, however that can be done: its terminal is gone, and then itself."""
        os.close(self.fd)
        try:
            self._process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


PATIENCE_S = 3.0
"""How long an end may take: the lab's own takes two seconds at most."""


def _take_terminal() -> None:
    """In the new process: what it has got is its controlling terminal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
