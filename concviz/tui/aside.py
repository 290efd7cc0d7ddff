"""What a screen has done in threads, so that it does not wait: it ends soon after the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from textual.screen import Screen

GRACE_S = 0.5
"""For so long what is being written is gone on with when the screen ends."""


class Aside:
    """The threads of a screen."""

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen
        self._ended: float | None = None

    def close(self) -> None:
        """The screen ends; from any thread."""
        self._ended = time.monotonic()

    def start(self, act: Callable[[], object]) -> None:
        """Have that done in a thread."""
        self._screen.run_worker(act, thread=True, exit_on_error=False)

    def call(self, act: Callable[..., object], *given: object) -> None:
        """From a thread: in the app's loop, unless the app is about to end."""
        if self._ended is None:
            self._screen.app.call_from_thread(act, *given)

    def bounded(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """All of them. Raises OSError when the screen has ended."""
        for piece in pieces:
            if self._ended is not None and time.monotonic() > self._ended + GRACE_S:
                raise OSError("the lab has ended")
            yield piece
