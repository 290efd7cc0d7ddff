"""The terminal: its input is waited for, it is asked how far it is, and stops come from outside."""

from __future__ import annotations

import contextlib
import math
import os
import selectors
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from threading import Event
from typing import IO, Any

from textual import constants, events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from concviz.tui import suspending
from concviz.tui.sparse.app import SparseApp
from concviz.tui.sparse.line import FAR, HERE, Line

PIECE = 4096
"""Bytes that are read at once."""
TICK_S = 0.1
"""While it is not yet known whether an Escape is a key or the beginning of a sequence."""
ANSWER_S, FIRST_S = 0.5, 0.25
"""For an answer of the terminal it is waited so long at the end; where none ever came."""
LOOKS = math.ceil(constants.ESCAPE_DELAY / TICK_S) + 1
"""So many times it is looked, after each piece of input."""


class WakingEvent(Event):
    """Set, it can be read from ``fd``, so that whoever waits there wakes."""

    def __init__(self) -> None:
        super().__init__()
        self.fd, self._end = os.pipe()

    def set(self) -> None:
        """Wake whoever waits."""
        if not self.is_set():
            super().set()
            os.write(self._end, b"!")

    def clear(self) -> None:
        """Nobody need wake any more."""
        if self.is_set():
            os.read(self.fd, 1)
            super().clear()


class _Told:
    """A file that tells how much of what was written to it the system has taken."""

    def __init__(self, file: IO[str], taken: Callable[[int], None]) -> None:
        self._file, self._taken = file, taken
        self._pending = 0

    def write(self, text: str) -> None:
        """Write it: it may stay with us."""
        self._pending += len(text.encode("utf-8", "replace"))
        self._file.write(text)

    def flush(self) -> None:
        """Wait until all of it is taken."""
        self._file.flush()
        size, self._pending = self._pending, 0
        self._taken(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class RestingDriver(LinuxDriver):
    """Waits for input for as long as there is none.

    Textual's own looks ten times a second whether it is to end, and whether the time is over in
    which the rest of an escape sequence should have come: 0.1 % of a core, in a lab at rest nearly
    all that it takes.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.exit_event: WakingEvent = WakingEvent()
        self._going_on = False
        self._line = Line(FAR if "SSH_CONNECTION" in os.environ else HERE)
        self._answered = Event()
        self._asks = False
        """Whether somebody reads answers."""
        self._file: Any = _Told(self._file, self._taken)

    # -- the line to the terminal --

    def write(self, data: str) -> None:
        """Write it, and remember how much that is."""
        self._line.write(len(data.encode("utf-8", "replace")))
        super().write(data)

    def flush(self) -> None:
        """All of a picture is written."""
        if self._asks and self._line.wants_question(now := time.monotonic()):
            self._answered.clear()
            self.write(self._line.question(now))
        super().flush()

    def _taken(self, size: int) -> None:
        self._line.accept(size)
        self._catch_up()

    def _answer(self, column: int) -> None:
        self._line.answer(column, time.monotonic())
        if not self._line.asked:
            self._answered.set()
        self._catch_up()

    def _catch_up(self) -> None:
        """From any thread."""
        if isinstance(self._app, SparseApp) and self._app.behind:
            with contextlib.suppress(RuntimeError):  # it has ended
                self._loop.call_soon_threadsafe(self._app.catch_up)

    def start_application_mode(self) -> None:
        """Take the terminal: it may be another one than before."""
        self._line.begin()
        self._asks = True
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if isinstance(self._app, SparseApp):
            self._app.begin_line(self._line)

    def disable_input(self) -> None:
        """Wait for an answer that is to come: else the shell would take it for something typed."""
        self._asks = False
        if self._line.asked:
            self._answered.wait(ANSWER_S if self._line.answers else FIRST_S)
        super().disable_input()

    # -- input --

    def _sigcont_application(self, *_: object) -> None:
        """Have the loop go on after a stop.

        Never here: a signal may come while the terminal is just being taken or given back, which
        then would be done twice at once.
        """
        if self._auto_restart and not self._going_on:
            with contextlib.suppress(RuntimeError):  # the lab has ended, and a hang-up sends one
                self._loop.call_soon_threadsafe(self._go_on)
                self._going_on = True

    def _go_on(self) -> None:
        """Take the terminal again, also after a stop that nobody told of (SIGSTOP).

        Then nothing has been ended that Textual's own would begin a second time: two threads would
        read the terminal, which would never again be what it was before the lab.
        """
        try:
            if not self._app.is_running:
                return
            if self._key_thread is not None and self._key_thread.is_alive():
                with contextlib.suppress(OSError):  # there is no terminal any more
                    suspending.wait_for_foreground(self.fileno)
                self.suspend_application_mode()
            self.resume_application_mode()
        finally:
            self._going_on = False

    def run_input_thread(self) -> None:
        """Wait for input, and tell of the events that it is.

        A line feed is an Enter that was pressed before the terminal was ours.
        """
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        ended = self.exit_event
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(ended.fd, selectors.EVENT_READ)
            looks = 0  # counted, because a thread may get no core for longer than any time
            while not ended.is_set():
                ready = [key.fd for key, _ in selector.select(TICK_S if looks else None)]
                looks -= bool(looks)
                if self.fileno in ready:
                    looks = LOOKS
                    if not (read := os.read(self.fileno, PIECE)):
                        selector.unregister(self.fileno)  # its end, which would be there for ever
                    elif text := decode(read):
                        for message in parser.feed(text.replace("\n", "\r")):
                            if isinstance(message, events.CursorPosition):
                                self._answer(message.x + 1)
                            else:
                                self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
        try:
            for _ in parser.feed(""):
                pass
        except (EOFError, ParseError):
            pass
