"""Where panes stand: inside of the stage, all of it, none upon another."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from concviz.tui.arrangement import (
    LEAST_PANELS,
    ROOMY,
    most_for_timeline,
    side_by_side,
    tabbed,
    timeline_height,
)

WIDTHS = st.integers(31, 300)
WANTED = st.integers(3, 400)


def check(places: Iterable[Region], width: int, height: int) -> None:
    """They make up the stage."""
    stage, regions = Region(0, 0, width, height), [*places]
    assert sum(region.area for region in regions) == stage.area
    for at, region in enumerate(regions):
        assert stage.contains_region(region)
        assert not any(region.overlaps(other) for other in regions[at + 1 :])


@given(WIDTHS, st.integers(14, 120), WANTED)
def test_with_tabs_the_timeline_has_what_it_can_use_and_a_panel_the_rest(
    width: int, height: int, wanted: int
) -> None:
    places = tabbed(width, height, wanted, "code")
    check(places.values(), width, height)
    assert places["timeline"].height == min(wanted, most_for_timeline(height, roomy=False))
    assert places["code"].height >= 5
    assert places["tabs"].height == 1


@given(st.integers(ROOMY[0], 300), st.integers(ROOMY[1], 120), WANTED, st.integers(0, 200))
def test_side_by_side_no_pane_is_too_small(width: int, height: int, wanted: int, code: int) -> None:
    places = side_by_side(width, height, wanted, code)
    check(places.values(), width, height)
    assert places["timeline"].height <= wanted
    assert all(places[name].height >= 5 for name in ("summary", "output", "code", "task"))
    assert all(region.width >= 39 for region in places.values())
    room = height - places["timeline"].height - 5
    assert places["code"].height >= min(code, room), "all of it, or as much as there is room for"


@given(st.integers(ROOMY[0], 300), st.integers(ROOMY[1], 120), WANTED, st.integers(0, 20))
def test_who_prints_little_leaves_the_room_to_the_summary(
    width: int, height: int, wanted: int, printed: int
) -> None:
    places = side_by_side(width, height, wanted, 5, many=True, printed=printed)
    usual = side_by_side(width, height, wanted, 5, many=True)
    check(places.values(), width, height)
    assert places["output"].height >= 2 + max(1, min(printed, 6)), "frame, and what is printed"
    assert places["output"].height <= usual["output"].height
    if places["summary"].y < places["output"].y and printed < 6:
        assert places["output"].height == 2 + max(1, printed)


@given(st.integers(ROOMY[1], 120), st.integers(1, 60), st.booleans())
def test_lanes_come_first_then_other_panes_then_higher_lanes(
    height: int, lanes: int, roomy: bool
) -> None:
    def wanted(most: int) -> int:
        fitting = [lanes * high + 6 for high in (3, 2, 1) if lanes * high + 6 <= most]
        return fitting[0] if fitting else most

    found = timeline_height(height, roomy, wanted)
    most = most_for_timeline(height, roomy)
    assert found >= min(lanes + 6, most), "all of them, or as many as there is room for"
    if not roomy:
        assert found == wanted(most)
    elif found > lanes + 6:
        assert height - found >= max(LEAST_PANELS, height * 3 // 5)


@given(st.integers(0, 10), st.integers(0, 10), WANTED)
def test_no_size_breaks_it(width: int, height: int, wanted: int) -> None:
    check(tabbed(width, height, wanted, "code").values(), width, height)
