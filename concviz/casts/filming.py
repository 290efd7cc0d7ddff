"""A session that is being recorded: the cast of it, and what its screen shows."""

from __future__ import annotations

from codecs import getincrementaldecoder
from typing import BinaryIO

from rich.color import ColorSystem

from concviz.casts.asciicast import Header
from concviz.casts.painter import Painter
from concviz.casts.recorder import CastRecorder
from concviz.casts.screen import ALTERNATE, Screen

LEAVES = "\x1b[?1049l"


class Filming:
    """Give it what the program writes; ``screen`` is what somebody would see.

    A program that filled the screen leaves none of it there when it ends, and the last picture of
    the cast, at which every player stops, would be an empty one. So that is drawn once more.
    """

    def __init__(self, file: BinaryIO, columns: int, rows: int, idle_limit_s: float | None) -> None:
        self._recorder = CastRecorder(file, Header(columns, rows), idle_limit_s=idle_limit_s)
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self.screen = Screen(columns, rows)
        self._left: Screen | None = None
        """What was there when the program gave the screen back."""

    @property
    def written(self) -> int:
        """Bytes of the cast so far."""
        return self._recorder.written

    @property
    def recorded_s(self) -> float:
        """Seconds of it, so far."""
        return self._recorder.latest_s

    @property
    def fills_screen(self) -> bool:
        """Whether the program has all of the screen to itself."""
        return not self.screen.modes.isdisjoint(ALTERNATE)

    def take(self, data: bytes, now_s: float) -> None:
        """It was written then."""
        text = self._decode(data)
        before, filled = self.screen.copy(), self.fills_screen
        self.screen.feed(text)
        self._recorder.output(text, now_s, quiet=self.screen.shows_the_same_as(before))
        if filled and not self.fills_screen:
            before.feed(text.partition(LEAVES)[0])
            self._left = before

    def close(self) -> None:
        """Complete the cast. The file stays open."""
        if rest := self._decode(b"", True):
            self.screen.feed(rest)
            self._recorder.add(rest)
        if self._left is not None and not any(map(str.strip, self.screen.display)):
            columns, rows = self.screen.columns, self.screen.rows
            picture = Painter(columns, rows, ColorSystem.TRUECOLOR)
            again = f"{picture.paint(self._left)}\x1b[0m\x1b[{rows};{columns}H\x1b[?25h"
            self._recorder.add(again)
            self.screen.feed(again)
        self._recorder.close()
