"""Plays a cast on this terminal: keys, and a line that says where it is."""

from __future__ import annotations

import os
import re
import select
import signal
import time
from collections.abc import Callable

from rich.cells import cell_len, set_cell_size

from concviz.casts.painter import Painter, colours_of
from concviz.casts.playback import Playback
from concviz.cli.own_terminal import OwnTerminal
from concviz.cli.waking import woken
from concviz.view.glyphs import drawable

FRAME_S = 1 / 30
"""No two pictures are drawn within this time."""
JUMP_S = 5.0
TOLD_S = 3.0
"""For so long the line is shown after a key, where it covers the last row of the picture."""
TICK_S = 0.5
"""How often the line is written anew, at least."""
SIGNALLED = 128

_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[A-Z])?|[^\x1b]")


class Quit(Exception):  # noqa: N818 - it is none
    """Somebody has seen enough."""

    def __init__(self, status: int = 0) -> None:
        self.status = status


class Player:
    """Shows a playback until somebody leaves it; without keys, until its end."""

    def __init__(self, playback: Playback, terminal: OwnTerminal, remark: str | None) -> None:
        """``remark``: what is wrong with the cast."""
        self._playback = playback
        self._terminal = terminal
        self._remark = remark
        self._painter = Painter(0, 0, colours_of(os.environ), terminal.encoding)
        self._told_until = 0.0
        self._before = self._drawn = 0.0
        self._columns, self._rows = terminal.size
        self._covers = False
        """Whether the line has no row of its own."""

    def play(self) -> int:
        """The exit status."""
        try:
            self._fit()
            self._tell()
            with woken() as (woke, heard):
                self._before = time.monotonic()
                while True:
                    self._turn(woke, heard)
        except Quit as quit:
            return quit.status
        except OSError:  # the terminal is gone
            return SIGNALLED + signal.SIGHUP

    def _turn(self, woke: int, heard: Callable[[], list[int]]) -> None:
        """Show what is due, and wait until there is something to do."""
        now = time.monotonic()
        self._playback.advance(now - self._before)
        self._before = now
        if not self._terminal.waits and now >= self._drawn + FRAME_S:
            self._draw()
            self._drawn = now
        self._wait(woke)
        self._terminal.flush()
        for number in heard():
            self._hear(number)
        for key in _KEY.findall(self._terminal.read().decode("utf-8", "replace")):
            self._press(key)

    def _wait(self, woken: int) -> None:
        fd = self._terminal.fd
        next_s = self._playback.wait_s()
        wait_s = TICK_S if next_s is None else max(FRAME_S, min(next_s, TICK_S))
        if self._playback.behind:
            wait_s = 0.0
        select.select([fd, woken], [fd] if self._terminal.blocks else [], [], wait_s)

    def _hear(self, number: int) -> None:
        if number == signal.SIGWINCH:
            self._fit()
            self._tell()
        elif number == signal.SIGCONT:
            self._go_on()
        else:
            raise Quit(SIGNALLED + number)

    def _press(self, key: str) -> None:
        if (act := _ACTIONS.get(key)) is not None:
            act(self)
            self._tell()

    def _fit(self) -> None:
        """The terminal has a size: whatever is on it is drawn anew."""
        self._columns, self._rows = self._terminal.size
        screen = self._playback.screen
        self._covers = screen.rows >= self._rows
        self._painter.resize(self._columns, min(self._rows, screen.rows))
        self._terminal.write("\x1b[0m\x1b[2J")

    def _tell(self) -> None:
        self._told_until = time.monotonic() + TOLD_S

    def _draw(self) -> None:
        screen = self._playback.screen
        if self._painter.rows != min(self._rows, screen.rows):
            self._fit()
        last = self._rows - 1
        told = not self._covers or not self._playback.playing or time.monotonic() < self._told_until
        line = ""
        if told:
            self._painter.forget(last)
            words = set_cell_size(self._line(), self._columns)
            words = drawable(words, self._terminal.encoding)
            line = f"\x1b7\x1b[{last + 1};1H\x1b[0;7m{words}\x1b[0m\x1b8"
        self._terminal.draw(self._painter.paint(screen) + line)

    def _line(self) -> str:
        """Where it is, and what can be done, as far as there is room."""
        playback = self._playback
        state = "▶" if playback.playing else "end" if playback.ended else "pause"
        loop = " loop" if playback.loop else ""
        words = f" {state} {_clock(playback.time_s)}/{_clock(playback.duration_s)}"
        words += f" {playback.speed:g}×{loop}"
        screen = playback.screen
        if screen.columns > self._columns or screen.rows > self._rows:
            words += f" · cut off: enlarge to {screen.columns}x{screen.rows}"
        if self._remark is not None:
            words += f" · {self._remark}"
        for keys, does in HINTS:
            longer = f"{words} · {keys} {does}"
            if cell_len(longer) <= self._columns:
                words = longer
        return words

    def _suspend(self) -> None:
        self._terminal.give_back()
        os.kill(0, signal.SIGTSTP)  # to nobody's harm, where no shell would let us go on
        self._go_on()

    def _go_on(self) -> None:
        """After a stop, of which nothing is played."""
        self._before = time.monotonic()
        self._terminal.take()
        self._fit()

    def _quit(self) -> None:
        raise Quit

    def _interrupt(self) -> None:
        raise Quit(SIGNALLED + signal.SIGINT)

    def _toggle_loop(self) -> None:
        self._playback.loop = not self._playback.loop

    def _jump(self, seconds: float) -> None:
        self._playback.seek(self._playback.time_s + seconds)


HINTS = (
    ("q", "quit"),
    ("Space", "pause"),
    ("arrows", "5 s"),
    (", .", "step"),
    ("< >", "speed"),
    ("( )", "start, end"),
    ("l", "loop"),
)
_ACTIONS: dict[str, Callable[[Player], None]] = {
    " ": lambda player: player._playback.toggle(),
    "<": lambda player: player._playback.hurry(-1),
    ">": lambda player: player._playback.hurry(1),
    **dict.fromkeys((".", "n", "]"), lambda player: player._playback.step(1)),
    **dict.fromkeys((",", "p", "["), lambda player: player._playback.step(-1)),
    **dict.fromkeys(("\x1b[C", "\x1bOC"), lambda player: player._jump(JUMP_S)),
    **dict.fromkeys(("\x1b[D", "\x1bOD"), lambda player: player._jump(-JUMP_S)),
    **dict.fromkeys(("(", "\x1b[H", "\x1bOH", "\x1b[1~"), lambda player: player._playback.seek(0)),
    **dict.fromkeys(
        (")", "\x1b[F", "\x1bOF", "\x1b[4~"),
        lambda player: player._playback.seek(player._playback.duration_s),
    ),
    "l": Player._toggle_loop,
    **dict.fromkeys(("q", "\x1b"), Player._quit),
    "\x03": Player._interrupt,
    "\x0c": Player._fit,
    "\x1a": Player._suspend,
}
"""By what a terminal sends for a key."""


def _clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
