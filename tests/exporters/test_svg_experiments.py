"""Comparisons and sweeps as SVG, read back: one axis for all runs, points where they belong."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings

from concviz.analysis.comparison import Comparison, Manner
from concviz.analysis.sweep import Sweep
from concviz.analysis.wording import spoken, times
from concviz.exporters.exporter import Look
from concviz.exporters.registry import EXPORTERS
from concviz.view.tables import laws
from tests.builders import (
    ALL_PIECES,
    LAB_ENVIRONMENT,
    TEXTS,
    around,
    case,
    comparison,
    hostile_comparison,
    hostile_sweep,
    sweep,
)
from tests.exporters.test_svg import NAMESPACE, NEAR, boxes, said, scale_of, tasks


def drawn(found: Comparison | Sweep, columns: int | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(EXPORTERS.load("svg").write(found, Look(columns)))


def points(picture: ElementTree.Element) -> list[tuple[int, float, float, str]]:
    """Workers, place and title of each, from the left to the right."""
    found = []
    for group in picture.iter(f"{NAMESPACE}g"):
        if (workers := group.get("data-workers")) is not None:
            title, *_, point = list(group)
            x, y = point.get("transform", "").removeprefix("translate(").rstrip(")").split()
            found.append((int(workers), float(x), float(y), title.text or ""))
    return found


def test_a_comparison_has_all_runs_on_one_axis() -> None:
    found = comparison()
    picture = drawn(found)
    words = said(picture)
    for each in found.ranked():
        assert spoken(each.strategy) in words
        if (speedup := found.speedup(each)) is not None:
            assert any(times(speedup) in text for text in words)
    assert " ".join(words).count("97 % intervals") == 1, "the verdict"
    assert "asyncio: run 1: ValueError: [b]no[/b]" in " ".join(words)
    scale = scale_of(picture)
    longest = max(c.shown.run.finished - c.shown.run.started for c in found.ranked() if c.shown)
    assert max(end for _, (_, end) in boxes(picture)) == pytest.approx(longest / scale, abs=NEAR)


def test_the_points_of_a_sweep_are_at_their_speedups() -> None:
    found = sweep()
    picture = drawn(found)
    drawn_points = points(picture)
    known = [point for point in found.points() if point.speedup is not None]
    assert [workers for workers, *_ in drawn_points] == [1, 2, 3, 4]
    xs = [x for _, x, _, _ in drawn_points]
    assert xs[1] - xs[0] == pytest.approx(xs[3] - xs[2], abs=NEAR), "as far apart as they are"
    heights = [y for _, _, y, _ in drawn_points]
    first, last = known[0].speedup, known[1].speedup
    assert first is not None
    assert last is not None
    per_speedup = (heights[0] - heights[1]) / (last - first)
    for point, height, (*_, title) in zip(known, heights, drawn_points, strict=True):
        assert point.speedup is not None
        expected = heights[0] - (point.speedup - first) * per_speedup
        assert height == pytest.approx(expected, abs=3 * NEAR)
        assert times(point.speedup) in title
        if point.speedup_low is not None:
            assert f"{point.speedup_low:.2f} to {point.speedup_high:.2f}" in title
    words = " ".join(said(picture))
    assert {"ideal", "Amdahl", "USL", "97 % interval", "process pool"} <= set(said(picture))
    assert all(law in words for law in laws(found))


def test_points_of_two_strategies_stand_side_by_side() -> None:
    cases = [
        case(strategy, *around(2 / n), workers=n, tasks=12)
        for strategy in ("process-pool", "thread-pool")
        for n in (1, 2, 4)
    ]
    found = Sweep(case("sequential", *around(2.0), tasks=12), cases, Manner(), LAB_ENVIRONMENT)
    places = {(x, y) for _, x, y, _ in points(drawn(found))}
    assert len(places) == 6, "though they are equal"


def test_of_nothing_there_is_neither_picture_nor_plot() -> None:
    nothing = Comparison([case("sequential"), case("threads")], Manner(), LAB_ENVIRONMENT)
    assert tasks(drawn(nothing)) == {}
    assert points(drawn(Sweep(case("sequential"), [case("threads")]))) == []


@settings(max_examples=25)
@given(text=TEXTS)
@example(text=ALL_PIECES)
@example(text="</title></svg><script>x</script> \"' & ]]> <!--")
def test_texts_are_data(text: str) -> None:
    for found in (hostile_comparison(text), hostile_sweep(text)):
        names = {each.tag.removeprefix(NAMESPACE) for each in drawn(found).iter()}
        assert names <= {"svg", "title", "style", "defs", "pattern", "text", "rect", "g", "path"}
