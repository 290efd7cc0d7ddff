"""Which part of a run is in view: never more than there is, and the end of it while it follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.view.viewport import NS, Viewport
from concviz.view.window import ENOUGH, Window

HOUR = 3600 * NS
LENGTHS = st.integers(1, HOUR)
WIDTHS = st.integers(1, 300)
TIMES = st.integers(0, HOUR)
CHANGES: st.SearchStrategy[Callable[[Window], Window]] = st.one_of(
    st.tuples(st.sampled_from([2, 0.5]), st.integers(0, 299)).map(
        lambda to: lambda window: window.zoomed(to[0], min(to[1], window.view.width - 1))
    ),
    st.tuples(st.sampled_from([2, 0.5]), TIMES).map(
        lambda to: lambda window: window.zoomed_at_end(to[0], min(to[1], window.length - 1))
    ),
    st.integers(-400, 400).map(lambda cells: lambda window: window.panned(cells)),
    TIMES.map(lambda time: lambda window: window.showing(time)),
    TIMES.map(lambda time: lambda window: window.reached(time)),
    TIMES.map(lambda time: lambda window: window.let_go().grown(time)),
    WIDTHS.map(lambda width: lambda window: window.resized(width)),
    LENGTHS.map(lambda length: lambda window: window.ended(length)),
    LENGTHS.map(lambda length: lambda window: window.of_length(length)),
    st.just(Window.let_go),
    st.just(Window.fitted),
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """As any keys make them."""
    window = Window.of(draw(LENGTHS), draw(WIDTHS))
    for change in draw(st.lists(CHANGES, max_size=8)):
        window = change(window)
    return window


@given(windows())
def test_no_view_is_wider_than_all_or_leaves_it(window: Window) -> None:
    assert window.view.scale <= window.whole.scale
    assert window.view.left >= 0
    assert window.view.time(0) < window.length or window.is_whole
    last = -(-window.length // window.view.scale)
    assert window.view.left + window.view.width <= max(last, window.view.width)


@given(windows(), st.integers(0, 299))
def test_zooming_out_ends_at_the_fit(window: Window, about: int) -> None:
    for _ in range(60):
        window = window.zoomed(0.5, min(about, window.view.width - 1))
    assert window.is_whole
    assert window.zoomed(0.5, 0) == window


@given(windows(), TIMES)
def test_zooming_in_keeps_now_in_the_last_cell_while_it_follows(window: Window, now: int) -> None:
    window = window.fitted().grown(now)
    for _ in range(5):
        window = window.zoomed_at_end(2, now)
        assert window.following
        if not window.is_whole and now >= window.view.scale * window.view.width:
            assert window.view.cell(now) == window.view.width - 1
    for _ in range(40):
        window = window.zoomed_at_end(0.5, now)
    assert window.is_whole


@given(windows(), st.lists(TIMES, min_size=1, max_size=5).map(sorted))
def test_who_follows_has_now_in_view_and_who_does_not_sees_the_same(
    window: Window, times: list[int]
) -> None:
    still, following = window.let_go(), window.followed(times[0])
    for now in times:
        still, following = still.grown(now), following.grown(now)
        assert still.view == window.view
        assert 0 <= following.view.cell(now) < following.view.width
        assert now < following.length
    assert following.following
    assert not still.following


@given(windows(), TIMES)
def test_following_again_keeps_the_scale(window: Window, now: int) -> None:
    window = window.let_go().reached(now)
    followed = window.followed(now)
    assert followed.view.scale == window.view.scale
    assert followed.grown(now) == followed


@given(windows(), st.integers(-400, 400), st.integers(-400, 400))
def test_panning_there_and_back(window: Window, there: int, further: int) -> None:
    panned = window.panned(there)
    assert panned.view.scale == window.view.scale
    if panned.view.left == window.view.left + there:
        assert panned.panned(-there) == window
    last = window.panned(10**15)
    assert last.panned(1) == last, "nothing is behind the end"


@given(LENGTHS, LENGTHS, WIDTHS)
def test_all_of_what_has_ended_stays_as_it_is_where_that_wastes_little(
    expected: int, length: int, width: int
) -> None:
    window = Window.of(expected, width)
    ended = window.ended(length)
    assert ended.view.end >= length
    if ended.view == window.view:
        return
    assert not ENOUGH * window.view.end <= length <= window.view.end
    assert ended == Window.of(length, width)


@given(windows(), LENGTHS)
def test_a_part_of_what_has_ended_keeps_its_scale_and_its_place(
    window: Window, length: int
) -> None:
    ended = window.ended(length)
    if not window.is_whole and not ended.is_whole:
        assert ended.view.scale == window.view.scale
        assert ended.view.left <= window.view.left


@given(windows(), WIDTHS)
def test_all_of_it_is_all_of_it_in_any_width(window: Window, width: int) -> None:
    resized = window.resized(width)
    assert resized.view.width == width
    assert resized.is_whole >= window.is_whole
    if not resized.is_whole:
        assert resized.view.scale == window.view.scale


@pytest.mark.parametrize(
    ("view", "following", "total", "words"),
    [
        (Viewport.fit(5 * NS, 100), True, 4_870_000_000, "all of 4.870 s"),
        (Viewport.fit(5 * NS, 100), True, None, ""),
        (Viewport(100, 2_500_000, 480), True, 4_870_000_000, "1.20 to 1.45 s of 4.870 s"),
        (Viewport(100, 2_500_000, 480), False, None, "1.20 to 1.45 s"),
        (Viewport(100, 2_500_000, 480), True, None, "the last 250 ms"),
        (Viewport(100, 1_000, 0), True, 4_870_000_000, "0 to 100 µs of 4.870 s"),
        (Viewport(100, 100, 10_037_000), True, NS, "1.0037000 to 1.0037100 s of 1.000 s"),
    ],
)
def test_what_is_in_view_in_words(
    view: Viewport, following: bool, total: int | None, words: str
) -> None:
    assert Window(5 * NS, view, following).words(total) == words
