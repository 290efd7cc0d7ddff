"""Where a playback is, that is what it shows: however it came there."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.casts import playback
from concviz.casts.asciicast import Event, Header, Kind
from concviz.casts.playback import Playback
from concviz.casts.reading import Cast
from concviz.casts.screen import Screen
from tests.casts.test_asciicast import events_at
from tests.casts.test_screen import ANY, COLUMNS, ROWS

EVENTS = st.builds(
    events_at, st.lists(st.integers(0, 900), max_size=30), st.lists(ANY, max_size=30)
)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("seek"), st.floats(-1, 30)),
        st.tuples(st.just("step"), st.sampled_from([-1, 1])),
        st.tuples(st.just("advance"), st.floats(0, 3)),
        st.tuples(st.just("toggle")),
        st.tuples(st.just("hurry"), st.sampled_from([-1, 1])),
    ),
    max_size=12,
)


def shown_at(events: list[Event], time_s: float) -> Screen:
    screen = Screen(COLUMNS, ROWS)
    for event in events:
        if event.time_s <= time_s:
            screen.feed(event.data)
    return screen


def of(events: list[Event], *, loop: bool = False) -> Playback:
    return Playback(Cast(Header(COLUMNS, ROWS), events), loop=loop)


@given(EVENTS, MOVES, st.booleans())
def test_it_shows_what_had_happened_by_then(
    events: list[Event], moves: list[tuple[object, ...]], loop: bool
) -> None:
    with patch.multiple(playback, KEPT_CHARACTERS=20, KEPT_SCREENS=0):
        it = of(events, loop=loop)
        for name, *arguments in moves:
            getattr(it, str(name))(*arguments)
            assert 0 <= it.time_s <= it.duration_s
            assert it.screen.lines == shown_at(events, it.time_s).lines


@given(EVENTS, MOVES)
def test_a_long_way_is_gone_in_steps(events: list[Event], moves: list[tuple[object, ...]]) -> None:
    with patch.multiple(playback, KEPT_CHARACTERS=20, KEPT_SCREENS=0, AT_ONCE_CHARACTERS=3):
        it = of(events)
        for name, *arguments in moves:
            getattr(it, str(name))(*arguments)
            assert it.screen.lines == shown_at(events, it.time_s).lines
            while it.behind:
                before_s = it.time_s
                assert it.wait_s() == 0.0
                it.advance(9.0)
                assert it.time_s > before_s
                assert it.screen.lines == shown_at(events, it.time_s).lines


@given(EVENTS)
def test_steps_lead_through_every_picture_and_back(events: list[Event]) -> None:
    it = of(events)
    there = [it.time_s]
    while not it.ended:
        it.step(1)
        there.append(it.time_s)
    assert {event.time_s for event in events} <= {*there}
    back = [it.time_s]
    while it.time_s > (events[0].time_s if events else 0):
        it.step(-1)
        back.append(it.time_s)
    assert back[::-1] == there[-len(back) :]
    assert it.playing == (len(there) == 1)


def test_speeds_ends_and_loops() -> None:
    events = [Event(1.0, Kind.OUTPUT, "a"), Event(4.0, Kind.OUTPUT, "b")]
    it = of(events)
    assert it.wait_s() == pytest.approx(1.0)
    it.hurry(1)
    it.hurry(1)
    assert (it.speed, it.wait_s()) == (2.0, 0.5)
    it.advance(1.0)
    assert (it.time_s, it.screen.display[0].strip()) == (2.0, "a")
    it.toggle()
    assert it.wait_s() is None
    it.advance(1.0)
    assert it.time_s == 2.0
    it.toggle()
    it.advance(9.0)
    assert (it.time_s, it.ended, it.playing) == (4.0, True, True)
    it.advance(0.1)
    assert not it.playing
    it.toggle()
    assert (it.time_s, it.playing) == (0.0, True), "from the start again"
    it.loop = True
    it.advance(9.0)
    it.advance(0.1)
    assert (it.time_s, it.playing) == (0.0, True)
    for _ in range(20):
        it.hurry(-1)
    assert it.speed == 0.1


def test_of_a_large_screen_few_copies_are_kept() -> None:
    events = events_at([10] * 40, ["x" * 100] * 40)
    copy = Screen.copy
    with (
        patch.multiple(playback, KEPT_CHARACTERS=20, KEPT_SCREENS=2),
        patch.object(Screen, "copy", autospec=True, side_effect=copy) as copies,
    ):
        it = Playback(Cast(Header(20, 10), events))
        it.seek(it.duration_s)
    assert 2 <= copies.call_count <= 1 + 4000 / (2 * 200)
    assert it.screen.lines != Screen(20, 10).lines


def test_a_terminal_that_is_resized() -> None:
    it = of([Event(1.0, Kind.RESIZE, "30x7"), Event(2.0, Kind.OUTPUT, "x" * 30)])
    it.seek(2.0)
    assert (it.screen.columns, it.screen.rows) == (30, 7)
    it.seek(0.0)
    assert (it.screen.columns, it.screen.rows) == (COLUMNS, ROWS)
