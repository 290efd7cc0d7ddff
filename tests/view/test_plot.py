"""The plot: every point is in the cell where it belongs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concviz.analysis.sweep import Sweep
from concviz.view.plot import GUTTER, LEAST_HEIGHT, LEAST_WIDTH, plot
from tests.builders import around, case, timed


def made(makespans: dict[int, tuple[float, ...]], strategy: str = "process-pool") -> Sweep:
    cases = [timed(strategy, t, workers=n, tasks=64) for n, t in makespans.items()]
    return Sweep(timed("sequential", around(2.0), tasks=64), cases)


def lines(sweep: Sweep, width: int = 80, height: int = 24) -> list[str]:
    return [line.plain for line in plot(sweep, width, height)]


def where(drawn: list[str], glyph: str) -> list[tuple[int, int]]:
    """Row and column of every such glyph, but for the legend."""
    return [
        (y, x) for y, line in enumerate(drawn[:-1]) for x, char in enumerate(line) if char == glyph
    ]


def test_points_rise_to_the_right_and_stand_above_their_numbers() -> None:
    drawn = lines(made({1: around(2.0), 2: around(1.0), 4: around(0.5)}))
    spots = sorted(where(drawn, "●"), key=lambda spot: spot[1])
    rows, columns = [y for y, _ in spots], [x for _, x in spots]
    assert len(spots) == 3
    assert rows == sorted(rows, reverse=True)
    numbers = drawn[-2]
    for column, number in zip(columns, ("1", "2", "4"), strict=True):
        assert numbers[column] == number
    assert columns[0] == GUTTER + 1
    assert (columns[1] - columns[0]) * 3 == pytest.approx(columns[2] - columns[0], abs=2)


def test_the_height_of_a_point_is_its_speedup() -> None:
    drawn = lines(made({1: around(2.0), 2: around(1.0), 3: around(1.0), 4: around(0.5)}))
    heights = {x: y for y, x in where(drawn, "●")}
    one, two, three, four = (heights[x] for x in sorted(heights))
    assert two == three
    zero = next(y for y, line in enumerate(drawn) if line.lstrip().startswith("0×"))
    assert (zero - two) == pytest.approx(2 * (zero - one), abs=1)
    assert (zero - four) == pytest.approx(4 * (zero - one), abs=2)


def test_the_interval_is_a_bar_through_the_point() -> None:
    drawn = lines(made({1: around(2.0), 2: (1.0, 0.9, 1.1)}))
    (point,) = [(y, x) for y, x in where(drawn, "●") if x > 40]
    bar = sorted(y for y, x in where(drawn, "│") if x == point[1])
    assert bar
    assert min(bar) < point[0] < max(bar)


def test_the_ideal_is_under_the_points_of_perfect_scaling() -> None:
    drawn = lines(made({n: (2.0 / n,) for n in (1, 2, 4, 8)}))
    ideal = where(drawn, "·")
    for y, x in where(drawn, "●"):
        near = [row for row, column in ideal if abs(column - x) <= 1]
        assert not near or min(abs(row - y) for row in near) <= 1


def test_laws_are_drawn_when_there_are_enough_points() -> None:
    few = lines(made({1: around(2.0), 2: around(1.1)}))
    assert "Amdahl" not in few[-1]
    many = lines(made({n: around(2 * (0.9 / n + 0.1)) for n in (1, 2, 4, 8)}))
    assert "┄ Amdahl" in many[-1]
    assert "~ USL" in many[-1]


def test_strategies_have_glyphs_of_their_own() -> None:
    both = made({1: around(2.0), 2: around(1.0)})
    both.cases += [case("thread-pool", *around(2.1), workers=n, tasks=64) for n in (1, 2)]
    drawn = lines(both)
    assert "● process pool" in drawn[-1]
    assert "○ thread pool" in drawn[-1]
    assert len(where(drawn, "○")) == 2


def test_a_legend_that_is_too_long_takes_another_line() -> None:
    several = made({1: around(2.0), 2: around(1.0)})
    several.cases += [
        case(strategy, *around(2.1), workers=n, tasks=64)
        for strategy in ("thread-pool", "threads", "processes")
        for n in (1, 2)
    ]
    drawn = lines(several, 60, 16)
    assert len(drawn) == 16
    assert all(len(line) <= 60 for line in drawn)
    for words in ("process pool", "thread pool", "threads", "processes", "97 % interval", "ideal"):
        assert any(words in line for line in drawn[-2:])


def test_a_sweep_without_a_point_has_no_plot() -> None:
    for baseline in case("sequential"), case("sequential", 2.0):
        assert lines(Sweep(baseline, [case("thread-pool", workers=n) for n in (1, 2)])) == []


@given(
    st.dictionaries(st.integers(1, 64), st.lists(st.floats(0.01, 50), min_size=1, max_size=3)),
    st.integers(1, 200),
    st.integers(1, 60),
)
def test_it_never_leaves_its_place(runs: dict[int, list[float]], width: int, height: int) -> None:
    drawn = lines(made({n: tuple(t) for n, t in runs.items()}), width, height)
    assert bool(drawn) == bool(runs)
    assert len(drawn) <= max(LEAST_HEIGHT, height)
    assert all(len(line) <= max(LEAST_WIDTH, width) for line in drawn)
    # several points may share a cell
    assert bool(where(drawn, "●")) == bool(runs)
