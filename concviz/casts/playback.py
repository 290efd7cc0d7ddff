"""A cast that is played: which moment of it the screen shows, and how that goes on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter, itemgetter

from concviz.casts.asciicast import Kind, size
from concviz.casts.reading import Cast
from concviz.casts.screen import Screen

SPEEDS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0, 32.0, 100.0)
SLOWEST, FASTEST = SPEEDS[0], SPEEDS[-1]
KEPT_CHARACTERS = 1 << 17
"""So much output is read again at most for a look back: then there is a copy of the screen."""
KEPT_SCREENS = 16
"""The same, in full screens: the copies of a huge one take more room than its cast does."""
AT_ONCE_CHARACTERS = 1 << 17
"""So much output is read at once, which takes about 0.1 s; then keys have their turn."""
_TIME = attrgetter("time_s")
_DONE = itemgetter(0)


class Playback:
    """Move it with ``advance``, ``seek`` and ``step``; ``screen`` is what is to be seen then.

    A long way takes several calls of ``advance``, as long as it is ``behind``.
    """

    def __init__(self, cast: Cast, *, speed: float = 1.0, loop: bool = False) -> None:
        self._header, self._events = cast.header, cast.events
        self.duration_s = cast.duration_s
        self.speed = speed
        self.loop = loop
        self.playing = True
        self.time_s = 0.0
        self._wanted_s = 0.0
        """The moment to be shown."""
        self._done = 0
        """So many events have happened to the screen."""
        self._since_kept = 0
        self.screen = Screen(cast.header.columns, cast.header.rows)
        self._kept = [(0, self.screen.copy())]
        """Copies of the screen, and how many events had happened to it."""
        self.seek(0.0)

    @property
    def ended(self) -> bool:
        """Whether nothing more happens."""
        return self._done == len(self._events)

    @property
    def behind(self) -> bool:
        """Whether it is not yet at the moment to be shown."""
        return self.time_s < self._wanted_s

    def wait_s(self) -> float | None:
        """Seconds until something happens next; None where nothing does by itself."""
        if self.behind:
            return 0.0
        if not self.playing or self.ended:
            return None
        return max(0.0, self._events[self._done].time_s - self.time_s) / self.speed

    def advance(self, seconds: float) -> None:
        """So much time has gone by. At its end it begins again, or stays."""
        if self.behind:
            self._show(self._wanted_s)
            return
        if not self.playing:
            return
        if self.ended:
            if self.loop and self.duration_s > 0:
                self.seek(0.0)
            else:
                self.playing = False
            return
        self._show(min(self.time_s + seconds * self.speed, self.duration_s))

    def seek(self, time_s: float) -> None:
        """Show that moment."""
        time_s = max(0.0, min(time_s, self.duration_s))
        if time_s < self.time_s:
            wanted = bisect_right(self._events, time_s, key=_TIME)
            self._done, kept = self._kept[bisect_right(self._kept, wanted, key=_DONE) - 1]
            self.screen = kept.copy()
            self._since_kept = 0
            self.time_s = self._events[self._done - 1].time_s if self._done else 0.0
        self._show(time_s)

    def step(self, count: int) -> None:
        """Show what happens next, or what was there before it happened last; and stop there."""
        self.playing = False
        if count > 0 and not self.ended:
            self.seek(self._events[self._done].time_s)
        elif count < 0 and self._done:
            latest_s = self._events[self._done - 1].time_s
            before = bisect_left(self._events, latest_s, key=_TIME)
            self.seek(self._events[before - 1].time_s if before else 0.0)

    def toggle(self) -> None:
        """Play or pause; at the end, from the start again."""
        if not self.playing and self.ended:
            self.seek(0.0)
        self.playing = not self.playing

    def hurry(self, steps: int) -> None:
        """Play faster, or slower where it is negative."""
        faster = [speed for speed in SPEEDS if speed > self.speed]
        slower = [speed for speed in SPEEDS if speed < self.speed]
        if steps > 0 and faster:
            self.speed = faster[0]
        elif steps < 0 and slower:
            self.speed = slower[-1]

    def _show(self, time_s: float) -> None:
        """What happens until then, or as much of it as can be read at once."""
        self._wanted_s = time_s
        read = 0
        while not self.ended and self._events[self._done].time_s <= time_s:
            happens_s, kind, data = self._events[self._done]
            if read > AT_ONCE_CHARACTERS and happens_s > self.time_s:
                return
            self.time_s = happens_s
            if kind is Kind.RESIZE:
                self.screen.resize(*size(data))
            else:
                self.screen.feed(data)
            self._done += 1
            read += len(data)
            self._since_kept += len(data)
            cells = self.screen.columns * self.screen.rows
            if self._since_kept > max(KEPT_CHARACTERS, KEPT_SCREENS * cells):
                self._since_kept = 0
                if self._done > self._kept[-1][0]:
                    self._kept.append((self._done, self.screen.copy()))
        self.time_s = time_s
