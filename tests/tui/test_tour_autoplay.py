"""A tour that goes by itself, on a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from textual.screen import Screen

from concviz.tour.pace import Pace
from concviz.tui.screens.tour_autoplay import Autoplay


class Timer:
    def __init__(self, after_s: float, call: Callable[[], object]) -> None:
        self.after_s, self.call = after_s, call
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Clock:
    """A screen that keeps its timers."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def set_timer(self, after_s: float, call: Callable[[], object]) -> Timer:
        self.timers.append(Timer(after_s, call))
        return self.timers[-1]

    @property
    def running(self) -> list[Timer]:
        return [timer for timer in self.timers if not timer.stopped]


def autoplay(on: bool, pace: Pace = Pace.SLOW) -> tuple[Autoplay, Clock, list[str]]:
    clock, done = Clock(), list[str]()
    screen = cast("Screen[Any]", clock)
    it = Autoplay(screen, pace, on, lambda: done.append("further"), lambda: done.append("on"))
    return it, clock, done


def test_it_looks_further_then_goes_on_when_all_can_have_been_read() -> None:
    it, clock, done = autoplay(on=True)
    it.wait("some words to read")
    further, on = sorted(clock.running, key=lambda timer: timer.after_s)
    assert 0 < further.after_s < on.after_s == Pace.SLOW.stays_s("some words to read")
    further.call()
    on.call()
    assert done == ["further", "on"]
    it.wait("other words")
    assert further.stopped
    assert on.stopped
    assert len(clock.running) == 2
    it.wait("")
    assert not clock.running, "a run says itself when it is over"


def test_it_waits_for_nobody_when_it_is_off() -> None:
    it, clock, _ = autoplay(on=False)
    it.wait("some words")
    assert not clock.timers
    it.on = True
    it.wait("some words")
    assert clock.running
    assert it.end()
    assert not clock.running
    assert not it.end(), "it was off already"
    it.wait("some words")
    assert not clock.running
