"""A cursor in time: it stays within its bounds, and moves as its clock does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.sources.playback import FASTEST, SLOWEST, Playback

S = 1_000_000_000
BEGIN, END = 100 * S, 110 * S

Step = Callable[[Playback, int], object]
STEPS: dict[str, Step] = {
    "play": Playback.play,
    "pause": Playback.pause,
    "toggle": Playback.toggle,
    "to_start": Playback.to_start,
    "to_end": Playback.to_end,
    "slow": lambda cursor, now: cursor.set_speed(0.0, now),
    "twice": lambda cursor, now: cursor.set_speed(2.0, now),
    "fast": lambda cursor, now: cursor.set_speed(1e9, now),
    "before": lambda cursor, now: cursor.seek(0, now),
    "middle": lambda cursor, now: cursor.seek(BEGIN + 5 * S, now),
    "beyond": lambda cursor, now: cursor.seek(1 << 62, now),
    "loop": lambda cursor, now: setattr(cursor, "loop", not cursor.loop),
    "grow": lambda cursor, now: cursor.reach(BEGIN, cursor.end + S, growing=True),
    "grown": lambda cursor, now: cursor.reach(BEGIN, cursor.end),
}
times = st.integers(BEGIN, END)
speeds = st.floats(SLOWEST, FASTEST)


def cursor(at: int | None = BEGIN, *, growing: bool = False) -> Playback:
    """Paused there at the time 0 of its clock; None: following the end."""
    made = Playback()
    made.reach(BEGIN, END, growing=growing)
    if at is not None:
        made.seek(at, 0)
    return made


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 4 * S))))
def test_it_never_leaves_its_bounds_whatever_is_done(steps: list[tuple[str, int]]) -> None:
    made, now = cursor(None), 0
    for name, later in steps:
        STEPS[name](made, now)
        now += later
        at = made.position(now)
        assert (at is None) == made.following
        assert at is None or made.begin <= at <= made.end
        assert SLOWEST <= made.speed <= FASTEST
        assert made.position(now) == at, "asking changes nothing"
        assert not (made.playing and made.following)


@given(times, speeds, st.lists(st.integers(0, S), max_size=20))
def test_time_passes_at_its_speed_however_often_it_is_asked(
    at: int, speed: float, looks: list[int]
) -> None:
    made = cursor(at)
    made.set_speed(speed, 0)
    made.play(0)
    begun = BEGIN if at == END else at
    now = 0
    for later in looks:
        now += later
        assert made.position(now) == min(END, begun + round(now * speed))


@given(times, st.integers(0, 100 * S))
def test_what_is_paused_stays_where_it_is(at: int, later: int) -> None:
    made = cursor(at)
    assert made.position(later) == at
    assert not made.playing


@given(times, st.integers(0, 100 * S))
def test_a_loop_wraps(at: int, later: int) -> None:
    made = cursor(at)
    made.loop = True
    made.play(0)
    begun = BEGIN if at == END else at
    assert made.position(later) == BEGIN + (begun - BEGIN + later) % (END - BEGIN)
    assert made.playing


@given(times, times, st.booleans())
def test_seeking_is_exact_and_goes_on_as_before(at: int, to: int, playing: bool) -> None:
    made = cursor(at)
    if playing:
        made.play(0)
    before = made.position(S), made.playing
    made.seek(to, S)
    assert made.position(S) == to
    assert made.playing == (before[1] and to < END)


@given(times, speeds, speeds)
def test_another_speed_does_not_move_it(at: int, one: float, other: float) -> None:
    made = cursor(at)
    made.set_speed(one, 0)
    made.play(0)
    there = made.position(S // 100)
    made.set_speed(other, S // 100)
    assert made.position(S // 100) == there


def test_at_the_end_it_stops_and_playing_again_begins_anew() -> None:
    made = cursor(END - S)
    made.play(0)
    assert made.playing
    assert made.position(2 * S) == END
    assert not made.playing
    made.toggle(3 * S)
    assert made.position(3 * S) == BEGIN
    assert made.playing


def test_what_follows_plays_from_the_beginning() -> None:
    made = cursor(None)
    made.toggle(0)
    assert made.position(S) == BEGIN + S


def test_a_run_that_grows_is_frozen_and_followed_again() -> None:
    made = cursor(None, growing=True)
    made.toggle(0)
    assert made.position(0) == END
    made.reach(BEGIN, END + 5 * S, growing=True)
    assert made.position(9 * S) == END, "the run goes on, the picture does not"
    made.to_end(9 * S)
    assert made.following


def test_who_catches_up_with_a_run_that_grows_follows_it() -> None:
    made = cursor(END - S, growing=True)
    made.play(0)
    assert made.position(S // 2) == END - S // 2
    assert made.position(2 * S) is None
    assert made.following


def test_frozen_at_the_end_of_what_grows_it_plays_on_from_there() -> None:
    made = cursor(END, growing=True)
    made.reach(BEGIN, END + 5 * S, growing=True)
    made.toggle(0)
    assert made.position(S) == END + S


def test_following_stays_where_it_is_sought() -> None:
    made = cursor(None)
    made.seek(BEGIN + S, 0)
    assert made.position(5 * S) == BEGIN + S
    assert not made.playing


@pytest.mark.parametrize("loop", [False, True])
def test_a_run_without_length_has_one_place(loop: bool) -> None:
    made = Playback()
    made.reach(BEGIN, BEGIN)
    made.loop = loop
    made.play(0)
    assert made.position(S) == BEGIN


def test_a_clock_that_goes_back_moves_nothing() -> None:
    made = cursor(BEGIN + S)
    made.play(10 * S)
    assert made.position(9 * S) == BEGIN + S
