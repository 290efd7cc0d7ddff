"""A supervisor as the lab holds it, whatever it has below it."""

from __future__ import annotations

import contextlib
from typing import BinaryIO, Protocol

from concviz.runner.remains import Remains


class Process(Protocol):
    """A supervisor, however it was started."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it is alive."""

    def wait(self) -> int:
        """Wait for its end; its exit status."""

    def kill(self) -> None:
        """Kill it, if it is still there."""


class Held:
    """A supervisor as the lab holds it, alive until all is over and nothing is left below it."""

    def __init__(
        self, process: Process, lifeline: BinaryIO, tells: int, remains: Remains, folder: str
    ) -> None:
        """``folder``: what the supervisor removes at the end."""
        self._process = process
        self._lifeline = lifeline
        self.events = tells
        """Where its lines can be read. Whoever reads them closes it."""
        self._remains = remains
        self._folder = folder

    @property
    def pid(self) -> int:
        """Of the supervisor: all of the run is below it."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the supervisor is no more."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """Ask it to end the run."""
        self._tell(b"stop\n")

    def let_go(self) -> None:
        """Ask it to end the run at once, if there still is one: without its lifeline it does."""
        with contextlib.suppress(OSError):
            self._lifeline.close()

    def kill(self) -> None:
        """End the supervisor itself; what is left of the run is then up to ``clear``."""
        self._process.kill()

    def end_orphans(self) -> None:
        """End what is left of the run, where the supervisor was killed and cannot."""
        self._remains.end()

    def clear(self) -> None:
        """The same, and remove its temporary files."""
        import shutil

        self.end_orphans()
        shutil.rmtree(self._folder, ignore_errors=True)

    def join(self) -> int:
        """Wait until the supervisor is no more; its exit status, negative for a signal."""
        status = self._process.wait()
        self.let_go()
        return status

    def _tell(self, words: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):  # it is no more
            self._lifeline.write(words)
