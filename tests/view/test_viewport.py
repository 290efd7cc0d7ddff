"""Between seconds and cells."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from concviz.view.viewport import COARSEST, FINEST, NS, UNITS, Ticks, Viewport, round_step, told

HOUR = 3600 * NS
WIDTHS = st.integers(1, 400)
SCALES = st.integers(FINEST, COARSEST)
TIMES = st.integers(0, 24 * HOUR)
VIEWS = st.builds(Viewport, WIDTHS, SCALES, st.integers(0, 10_000))


@given(st.integers(0, 24 * HOUR), WIDTHS)
def test_fit_shows_all_and_wastes_nothing(duration: int, width: int) -> None:
    view = Viewport.fit(duration, width)
    assert (view.left, view.width) == (0, width)
    assert view.time(0) == 0
    assert view.end >= duration
    assert view.scale == FINEST or (view.scale - 1) * width < duration


def test_fit_in_no_width_at_all() -> None:
    assert Viewport.fit(NS, 0).width == 1
    assert Viewport(80, 10).resized(-3).width == 1


def test_fit_of_ages_stops_at_the_coarsest() -> None:
    assert Viewport.fit(10**30, 10).scale == COARSEST


@given(VIEWS, TIMES)
def test_time_lies_in_its_cell_and_near_its_edge(view: Viewport, time: int) -> None:
    cell = view.cell(time)
    assert view.time(cell) <= time < view.time(cell + 1)
    edge = view.edge(time)
    assert 2 * abs(view.time(edge) - time) <= view.scale
    assert edge - cell in (0, 1)


@given(VIEWS, WIDTHS)
def test_resizing_keeps_scale_and_left_edge(view: Viewport, width: int) -> None:
    assert view.resized(width) == Viewport(width, view.scale, view.left)


@given(VIEWS, st.floats(0.01, 100), st.integers(0, 399))
def test_zoom_keeps_what_is_under_the_cursor(view: Viewport, factor: float, about: int) -> None:
    about = min(about, view.width - 1)
    time = view.time(about)
    zoomed = view.zoomed(factor, about)
    assert zoomed.width == view.width
    assert zoomed.left >= 0
    assert FINEST <= zoomed.scale <= COARSEST
    if zoomed.left > 0:
        assert abs(zoomed.time(about) - time) <= zoomed.scale
    else:  # nothing is left of zero: it may come nearer to the left edge, but stays in view
        assert zoomed.time(0) <= time <= zoomed.time(about) + zoomed.scale


@given(VIEWS, st.integers(0, 399))
def test_zooming_in_is_finer_and_out_is_coarser(view: Viewport, about: int) -> None:
    about = min(about, view.width - 1)
    assert view.scale == FINEST or view.zoomed(2, about).scale < view.scale
    assert view.scale == COARSEST or view.zoomed(0.5, about).scale > view.scale


@given(VIEWS, st.integers(-20_000, 20_000))
def test_pan_moves_by_cells_but_not_before_zero(view: Viewport, cells: int) -> None:
    panned = view.panned(cells)
    assert panned.left == max(0, view.left + cells)
    assert (panned.scale, panned.width) == (view.scale, view.width)


@given(VIEWS, TIMES)
def test_showing_pans_by_as_little_as_it_takes(view: Viewport, time: int) -> None:
    shown = view.showing(time)
    assert shown.scale == view.scale
    assert 0 <= shown.cell(time) < shown.width
    if 0 <= view.cell(time) < view.width:
        assert shown == view
    elif view.cell(time) < 0:
        assert shown.cell(time) == 0
    else:
        assert shown.cell(time) == shown.width - 1


@given(VIEWS, st.integers(1, 40))
def test_ticks_are_round_in_view_and_apart(view: Viewport, apart: int) -> None:
    step = round_step(view.scale * apart)
    ticks = view.ticks(apart)
    cells = [cell for cell, _ in ticks.cells]
    assert all(0 <= cell < view.width for cell in cells)
    assert all(b - a >= apart for a, b in pairwise(cells))
    # Every multiple of the step whose cell is in view, and no other, with its exact time.
    times = [time for time in multiples(step, view) if 0 <= view.edge(time) < view.width]
    assert cells == [view.edge(time) for time in times]
    base = nanoseconds(ticks.base) if ticks.base else 0
    assert [base + nanoseconds(label) for _, label in ticks.cells] == times
    assert all((label[0] == "+") == bool(ticks.base) for _, label in ticks.cells)


@given(VIEWS.filter(lambda view: view.end < 3600 * NS))
def test_no_label_of_a_ruler_is_long(view: Viewport) -> None:
    """In the first hour; later a time has more digits by itself."""
    ticks = view.ticks()
    assert all(len(label) <= 10 for _, label in ticks.cells)
    assert len(ticks.base) <= 14


def nanoseconds(label: str) -> int:
    """What a label says."""
    if label.removeprefix("+") == "0":
        return 0
    number, unit = label.split()
    whole, _, decimals = number.removeprefix("+").partition(".")
    value: int = int(whole + decimals) * dict(UNITS)[unit]
    assert value % 10 ** len(decimals) == 0
    return int(value // 10 ** len(decimals))


def test_far_from_zero_a_ruler_counts_from_a_round_time() -> None:
    assert Viewport(60, 100_000, 10_037).ticks() == Ticks(
        [(3, "+4 ms"), (13, "+5 ms"), (23, "+6 ms"), (33, "+7 ms"), (43, "+8 ms"), (53, "+9 ms")],
        "1.0 s",
    )
    assert Viewport(30, 1_000, 1_003_700).ticks() == Ticks(
        [(0, "+700 µs"), (10, "+710 µs"), (20, "+720 µs")], "1.003 s"
    )
    assert Viewport(30, 100_000, 5_000).ticks().base == "", "0.5 s is not far in steps of 1 ms"


def multiples(step: int, view: Viewport) -> range:
    return range(-(-view.time(0) // step) * step, view.end + 1, step)


@given(st.integers(1, 10**18))
def test_round_step_is_the_next_of_one_two_five(least: int) -> None:
    step = round_step(least)
    assert step >= least
    digits = str(step)
    assert digits[0] in "125"
    assert set(digits[1:]) <= {"0"}
    smaller = {"1": step // 2, "2": step // 2, "5": step * 2 // 5}[digits[0]]
    assert smaller < least


@pytest.mark.parametrize(
    ("least", "step"), [(1, 1), (2, 2), (3, 5), (5, 5), (6, 10), (10, 10), (11, 20), (501, 1000)]
)
def test_round_steps(least: int, step: int) -> None:
    assert round_step(least) == step


@pytest.mark.parametrize(
    ("time", "step", "until", "label"),
    [
        (0, NS, NS, "0"),
        (NS, NS, NS, "1 s"),
        (90 * NS, 10 * NS, 99 * NS, "90 s"),
        (NS // 2, NS // 2, 2 * NS, "0.5 s"),
        (NS, NS // 5, 2 * NS, "1.0 s"),
        (NS // 10, NS // 10, NS, "0.1 s"),
        (NS // 20, NS // 20, NS, "0.05 s"),
        (NS // 20, NS // 20, NS - 1, "50 ms"),
        (1_500_000, 500_000, 9_000_000, "1.5 ms"),
        (200_000, 200_000, 1_000_000, "0.2 ms"),
        (50_000, 50_000, 900_000, "50 µs"),
        (1_500, 500, 10_000, "1.5 µs"),
        (50, 50, 100, "0.05 µs"),
        (3, 1, 9, "0.003 µs"),
        (3600 * NS, 600 * NS, 3600 * NS, "3600 s"),
    ],
)
def test_labels(time: int, step: int, until: int, label: str) -> None:
    assert told(time, step, until) == label


@given(st.integers(1, 10**12), st.integers(1, 10_000), st.integers(1, 10**13))
def test_labels_are_exact(least: int, number: int, until: int) -> None:
    step = round_step(least)
    time = number * step
    assume(time < 10**15)
    assert nanoseconds(told(time, step, until)) == time
