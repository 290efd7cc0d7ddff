"""The installed command in a real pseudo-terminal, its screen read by a terminal emulator."""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import pexpect
import pyte

from tests.tui.sparse.terminal import Seen, seen_on

MARK = "CONCVIZ_TEST_MARK"
PATIENCE_S = 90.0
"""How long anything may take on a busy machine before a test gives up."""
SOON_S = 15.0
"""The same of what is promised within two seconds: what is left then waits for something."""
PROMPT = "prompt> "
ASKS = b"\x1b[6n"
"""Where is the cursor?"""
LEAVING = b"\x1b[?2004l"
"""What is written first when the terminal is given back."""
OVERRULING = ("NO_COLOR", "COLUMNS", "LINES")
"""Environment variables that would overrule what a test asks for."""


class Lab:
    """``concviz`` under way; ``display`` is what a person would see."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (100, 30),
        folder: Path,
        environment: Mapping[str, str] = MappingProxyType({}),
        before: str = "",
        shell: bool = False,
        answers: bool = False,
    ) -> None:
        """``answers``: the terminal says where its cursor is when it is asked, as all do.

        ``before`` is a command of the shell whose output is piped into it.

        ``shell``: it is started by somebody at the prompt of a shell, whose the terminal is.
        """
        self.mark = uuid4().hex
        self.folder = folder
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._display: str | None = None
        self.written = bytearray()
        env = {
            **{key: value for key, value in os.environ.items() if key not in OVERRULING},
            "TERM": "xterm-256color",
            "TMPDIR": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            MARK: self.mark,
            **environment,
        }
        command = [sys.executable, "-m", "concviz", *arguments]
        if before:
            command = ["/bin/sh", "-c", f"{before} | exec {shlex.join(command)}"]
        typed = shlex.join(command)
        if shell:
            env["PS1"] = PROMPT
            command = ["/bin/bash", "--norc", "--noediting", "-i"]
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            command[0],
            command[1:],
            dimensions=(rows, columns),
            env=env,
        )
        if answers:
            self._screen.write_process_input = self._reply  # type: ignore[assignment]
        self.flags = termios.tcgetattr(self.child.child_fd)
        if shell:
            self.sees(PROMPT.strip())
            self.send(f"{typed}\n")

    def _reply(self, text: str) -> None:
        self.child.send(text)

    @property
    def pid(self) -> int:
        """Of the screen process."""
        assert self.child.pid is not None
        return self.child.pid

    @property
    def display(self) -> str:
        """The screen's text, put together anew only after something was written."""
        if self._display is None:
            self._display = "\n".join(self._screen.display)
        return self._display

    def _feed(self, piece: bytes) -> None:
        self._display = None
        self._stream.feed(piece)

    @property
    def prompted(self) -> bool:
        """Whether the shell waits for a command."""
        return self.written.endswith(PROMPT.encode())

    @property
    def seen(self) -> list[list[Seen]]:
        """The screen's cells."""
        return seen_on(self._screen)

    def disturb(self, text: str) -> None:
        """Something else writes on the screen."""
        self._feed(text.encode())

    def read(self, seconds: float = 0.02) -> bytes:
        """Take in what it writes within that time."""
        try:
            piece: bytes = self.child.read_nonblocking(1 << 16, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return b""
        self.written += piece
        self._feed(piece)
        return piece

    def read_slowly(self, rate: float, seconds: float) -> None:
        """Take in so many bytes a second, for so long."""
        began, taken = time.monotonic(), 0
        while (now := time.monotonic()) < began + seconds:
            room = int(rate * (now - began)) - taken
            if room > 0 and select.select([self.child.child_fd], [], [], 0)[0]:
                piece = os.read(self.child.child_fd, room)
                taken += len(piece)
                self.written += piece
                self._feed(piece)
            time.sleep(0.01)

    def until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Read until it is so; fails with the screen when that takes too long."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"still not: {what}\n{self.display}"
            self.read()

    def sees(self, *texts: str) -> None:
        """Read until all of the texts stand on the screen."""
        self.until(lambda: all(text in self.display for text in texts), f"on screen: {texts}")

    def says(self, text: str) -> None:
        """Read until that text stands there, in however many lines."""
        self.until(lambda: text in " ".join(self.display.replace("│", " ").split()), text)

    def settles(self, seconds: float = 0.5) -> None:
        """Read until nothing has been written for so long."""
        self.until(lambda: not self.read(seconds), "nothing more is written")

    def send(self, keys: str) -> None:
        """Press keys."""
        self.child.send(keys)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._screen.resize(rows, columns)
        self._display = None
        self.child.setwinsize(rows, columns)

    def hang_up(self) -> None:
        """Close the terminal, as who closes its window does."""
        self.child.ptyproc.fileobj.close()  # type: ignore[attr-defined]

    def end(self) -> int:
        """Read to the end; the exit status, as a shell would have it."""
        self.until(lambda: self.read() == b"" and not self.child.isalive(), "ended")
        while self.read(0.1):
            pass
        return self.status()

    def status(self) -> int:
        """The exit status of a lab that has ended, as a shell would have it."""
        assert not self.child.isalive()
        status = self.child.exitstatus
        return status if status is not None else 128 + (self.child.signalstatus or 0)

    def processes(self) -> list[int]:
        """All that it started and that is still there, itself included."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"{MARK}={self.mark}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
        return found

    def is_gone(self, reads: bool = True) -> float:
        """Wait until nothing of it is left; the seconds that took. Fails when that is not soon."""
        begun = time.monotonic()
        while (left := [*self.processes(), *self.leftovers()]) or self.child.isalive():
            if reads:
                self.read()
            assert time.monotonic() < begun + SOON_S, f"{left} are left"
            time.sleep(0.01)
        return time.monotonic() - begun

    def leftovers(self) -> list[str]:
        """Temporary files and folders of runs that are still there."""
        return [path.name for path in self.folder.glob("concviz-*")]


@contextlib.contextmanager
def lab(
    *arguments: str,
    size: tuple[int, int] = (100, 30),
    folder: Path,
    environment: Mapping[str, str] = MappingProxyType({}),
    before: str = "",
    shell: bool = False,
    answers: bool = False,
) -> Iterator[Lab]:
    """A lab that is ended, in whatever way, at the end."""
    it = Lab(
        *arguments,
        size=size,
        folder=folder,
        environment=environment,
        before=before,
        shell=shell,
        answers=answers,
    )
    try:
        yield it
    finally:
        it.child.close(force=True)


def assert_restored(it: Lab) -> None:
    """The terminal is as it was: main screen, cursor shown, no mouse, the same flags.

    And it was asked nothing afterwards: its answer would be typed into the shell.
    """
    for on, off in (
        (b"\x1b[?1049h", b"\x1b[?1049l"),
        (b"\x1b[?25l", b"\x1b[?25h"),
        (b"\x1b[?1000h", b"\x1b[?1000l"),
        (b"\x1b[?1003h", b"\x1b[?1003l"),
        (b"\x1b[?2004h", b"\x1b[?2004l"),
    ):
        if on in it.written:
            assert it.written.rindex(off) > it.written.rindex(on)
    left = LEAVING if LEAVING in it.written else b"\x1b[?1049l"
    assert ASKS not in it.written.rpartition(left)[2]
    assert termios.tcgetattr(it.child.child_fd) == it.flags
