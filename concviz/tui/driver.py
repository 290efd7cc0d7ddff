"""The terminal's input, read without a look at the clock ten times a second; stops from outside."""

from __future__ import annotations

import contextlib
import math
import os
import selectors
from codecs import getincrementaldecoder
from threading import Event
from typing import Any

from textual import constants
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from concviz.tui import suspending

PIECE = 4096
"""Bytes that are read at once."""
TICK_S = 0.1
"""While it is not yet known whether an Escape is a key or the beginning of a sequence."""
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

    def _sigcont_application(self, *_: object) -> None:
        """Have the loop go on after a stop.

        Never here: a signal may come while the terminal is just being taken or given back, which
        then would be done twice at once.
        """
        if self._auto_restart and not self._going_on:
            self._going_on = True
            self._loop.call_soon_threadsafe(self._go_on)

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
        """Wait for input, and tell of the events that it is."""
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
                        for message in parser.feed(text):
                            self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
        try:
            for _ in parser.feed(""):
                pass
        except (EOFError, ParseError):
            pass
