"""Records a session while somebody, or a script, types in it, and shows it meanwhile."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from concviz.casts.filming import Filming
from concviz.casts.painter import Painter, colours_of
from concviz.casts.screen import Screen
from concviz.casts.session import Session
from concviz.casts.typist import NeverCameError, Typist
from concviz.cli.own_terminal import OwnTerminal

TICK_S = 0.1
FRAME_S = 1 / 30
QUITS_S = 5.0
"""For so long the program may be about to quit, once it was asked to by its key."""
ENDS_S = 3.0
"""The same, asked to by a signal. The lab takes two seconds at most."""
QUIT = "q"
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOUSE = (1000, 1002, 1003, 1006)
"""Modes of a terminal that tells of the mouse."""
INTERRUPT = b"\x03"


class View(Protocol):
    """Where somebody sees how far it is."""

    @property
    def fds(self) -> tuple[int, ...]:
        """What he types with."""

    def show(self, screen: Screen, now_s: float) -> None:
        """Show it, if there is something new and the time has come."""

    def typed(self) -> bytes:
        """What he has typed. Raises OSError when he is gone."""

    def fit(self) -> None:
        """His terminal may have another size, or something else on it."""


class Line:
    """A line that says how far it is."""

    fds: tuple[int, ...] = ()

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._next_s = 0.0

    def show(self, screen: Screen, now_s: float) -> None:
        """Say it, ten times a second at most."""
        if now_s >= self._next_s:
            self._next_s = now_s + TICK_S
            self._tell()

    def typed(self) -> bytes:
        """Nothing: nobody asks."""
        return b""

    def fit(self) -> None:
        """A line fits anyway."""


class Mirror:
    """The same screen on this terminal, as much of it as fits."""

    def __init__(self, terminal: OwnTerminal, *, mouse: bool) -> None:
        """``mouse``: what is pointed at is told, too, where the program asks for it."""
        self._terminal = terminal
        self._mouse = mouse
        self._modes: set[int] = set()
        self._next_s = 0.0
        self._painter = Painter(*terminal.size, colours_of(os.environ), terminal.encoding)
        self.fds: tuple[int, ...] = (terminal.fd,)

    def show(self, screen: Screen, now_s: float) -> None:
        """Draw it, thirty times a second at most, and only when the last one has been taken."""
        self._terminal.flush()
        if self._terminal.waits or now_s < self._next_s:
            return
        self._next_s = now_s + FRAME_S
        self._terminal.draw(self._painter.paint(screen))
        if self._mouse:
            for mode in MOUSE:
                if (on := mode in screen.modes) != (mode in self._modes):
                    self._terminal.write(f"\x1b[?{mode}{'h' if on else 'l'}")
                    (self._modes.add if on else self._modes.discard)(mode)

    def typed(self) -> bytes:
        """The keys, as the terminal sends them."""
        return self._terminal.read()

    def fit(self) -> None:
        """Draw all of it anew."""
        self._terminal.take()
        self._modes.clear()
        self._painter.resize(*self._terminal.size)


class DemoRecording:
    """Goes on until the program ends, the script is over or somebody stops it."""

    def __init__(
        self, session: Session, filming: Filming, view: View, typist: Typist | None
    ) -> None:
        """Without a ``typist``, whoever sees the ``view`` types."""
        self._session = session
        self._filming = filming
        self._view = view
        self._typist = typist
        self._quits_at: float | None = None
        self._ends_at: float | None = None
        self.stopped_by: int | None = None
        """The signal that stopped it."""
        self.problem: str | None = None
        """What went wrong with the script, in a sentence without its full stop."""

    def record(self, waits: int, heard: Callable[[], list[int]]) -> None:
        """To the end. Signals are ``heard``; what can be waited for says that there are some."""
        while (piece := self._session.read()) is not None:
            now = time.monotonic()
            if piece:
                self._filming.take(piece, now)
            for number in heard():
                self._hear(number)
            acted = self._type(now) or self._over(now)
            if self._ends_at is not None and now > self._ends_at:
                return
            self._look(now, waits, rests=not (piece or acted))

    def _look(self, now: float, waits: int, *, rests: bool) -> None:
        """Show how far it is, take in what is typed, and wait for what comes next."""
        view = self._view
        try:
            view.show(self._filming.screen, now)
            typist = self._typist if self._ends_at is None else None
            script_s = None if typist is None else typist.wait_s(now)
            wait_s = TICK_S if script_s is None else min(TICK_S, script_s)
            select.select([self._session.fd, waits, *view.fds], [], [], wait_s if rests else 0)
            typed = view.typed()
        except OSError:  # the terminal is gone
            if self.stopped_by is None:  # else a signal has said so
                self._stop(signal.SIGHUP)
            self._view = Line(lambda: None)
            return
        if self._typist is None:
            if typed:
                self._session.type(typed)
        elif INTERRUPT in typed:
            self._stop(signal.SIGINT)

    def _hear(self, number: int) -> None:
        if number in ENDING:
            self._stop(number)
        else:
            with suppress(OSError):  # the terminal is gone, as will be seen
                self._view.fit()

    def _stop(self, number: int) -> None:
        """The program is to end in order; at once, when somebody insists."""
        insists = self.stopped_by is not None
        self.stopped_by = self.stopped_by or number
        self._end(0.0 if insists else ENDS_S)

    def _end(self, patience_s: float) -> None:
        self._session.ask_to_end()
        ends_at = time.monotonic() + patience_s
        self._ends_at = ends_at if self._ends_at is None else min(self._ends_at, ends_at)

    def _type(self, now: float) -> bool:
        """Whether there was something to type."""
        if self._typist is None or self._ends_at is not None:
            return False
        try:
            keys = self._typist.keys(now, self._sees)
        except NeverCameError as error:
            self.problem = str(error)
            self._end(ENDS_S)
            return True
        self._session.type(keys.encode())
        return bool(keys)

    def _over(self, now: float) -> bool:
        """Have the program quit when the script is over; whether something was done for it."""
        if self._typist is None or not self._typist.finished or self._ends_at is not None:
            return False
        if not self._filming.fills_screen:  # it ends by itself
            return False
        if self._quits_at is None:
            self._quits_at = now + QUITS_S
            self._session.type(QUIT.encode())
            return True
        if now > self._quits_at:
            self._end(ENDS_S)
            return True
        return False

    def _sees(self, text: str) -> bool:
        rows = self._filming.screen.display
        return any(text in row for row in rows)
