"""A cursor in time over a run: where it is, and how it moves. Pure: every call is told the time."""

from __future__ import annotations

from enum import Enum

SLOWEST, FASTEST = 0.1, 100.0
"""Seconds of the run in a second."""


class _Mode(Enum):
    FOLLOWING = "following"
    PLAYING = "playing"
    PAUSED = "paused"


class Playback:
    """Times are nanoseconds: ``t`` of the run, ``now`` of any clock that goes on steadily.

    At first it follows the end of the run, whose bounds ``reach`` tells.
    """

    def __init__(self) -> None:
        self.begin = self.end = 0
        """Bounds of the run: it is never beyond them."""
        self.loop = False
        """Whether it begins again at the end."""
        self._growing = False
        self._mode = _Mode.FOLLOWING
        self._speed = 1.0
        self._from = 0
        """Where it was at ``_since``."""
        self._since = 0

    @property
    def following(self) -> bool:
        """Whether it is at the end, however far away that moves."""
        return self._mode is _Mode.FOLLOWING

    @property
    def playing(self) -> bool:
        """Whether it moves by itself, as far as ``position`` was last asked for."""
        return self._mode is _Mode.PLAYING

    @property
    def speed(self) -> float:
        """Seconds of the run in a second of the clock."""
        return self._speed

    def reach(self, begin: int, end: int, *, growing: bool = False) -> None:
        """The run is known from ``begin`` to ``end``; ``growing``: there will be more of it."""
        self.begin, self.end = begin, max(begin, end)
        self._growing = growing
        self._from = self._within(self._from)

    def position(self, now: int) -> int | None:
        """Where it is; None: it follows the end.

        At the end it begins again if it is to loop, follows a run that grows, or else stops.
        """
        if self._mode is _Mode.PLAYING:
            # It counts from where it began to play: what is rounded here does not add up.
            at = self._from + round(max(0, now - self._since) * self._speed)
            if at < self.end:
                return at
            self._arrive(at, now)
        return None if self.following else self._from

    def play(self, now: int) -> None:
        """Move from where it is; from the beginning if it is at the end of all."""
        at = self.position(now)
        if at is None or (at >= self.end and not self._growing):
            at = self.begin
        self._put(at, now, _Mode.PLAYING)

    def pause(self, now: int) -> None:
        """Stay where it is: at the end, as far as that is known, if it followed that."""
        at = self.position(now)
        self._put(self.end if at is None else at, now, _Mode.PAUSED)

    def toggle(self, now: int) -> None:
        """Pause what plays, and a run that grows and is followed; else play."""
        self.position(now)  # it may have come to the end
        if self.playing or (self.following and self._growing):
            self.pause(now)
        else:
            self.play(now)

    def seek(self, t: int, now: int) -> None:
        """Go there, or to the nearest bound, and go on as before: what followed stays there."""
        self.position(now)
        self._put(t, now, _Mode.PLAYING if self.playing else _Mode.PAUSED)

    def set_speed(self, speed: float, now: int) -> None:
        """From now on move so fast, within the limits; where it is does not change."""
        at = self.position(now)
        if at is not None:
            self._put(at, now, self._mode)
        self._speed = min(FASTEST, max(SLOWEST, speed))

    def to_start(self, now: int) -> None:
        """Go to the beginning, and go on as before."""
        self.seek(self.begin, now)

    def to_end(self, now: int) -> None:
        """Follow the end from now on."""
        self._put(self.end, now, _Mode.FOLLOWING)

    def _put(self, at: int, now: int, mode: _Mode) -> None:
        self._from, self._since, self._mode = self._within(at), now, mode

    def _within(self, t: int) -> int:
        return min(max(t, self.begin), self.end)

    def _arrive(self, at: int, now: int) -> None:
        """It is at the end by now, or so far beyond it."""
        length = self.end - self.begin
        if self.loop and length:
            self._put(self.begin + (at - self.end) % length, now, _Mode.PLAYING)
        else:
            self._put(self.end, now, _Mode.FOLLOWING if self._growing else _Mode.PAUSED)
