"""The plot: every point is in the cell where it belongs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from concviz.analysis.sweep import Sweep
from concviz.view.plot import GUTTER, LEAST_HEIGHT, LEAST_WIDTH, plot
from tests.builders import around, case, timed


def made(makespans: dict[int, tuple[float, ...]], strategy: str = "process-pool") -> Sweep:
    cases = [timed(strategy, t, workers=n, tasks=64) for n, t in makespans.items()]
    return Sweep(timed("sequential", around(2.0), tasks=64), cases)


def lines(sweep: Sweep, width: int = 80, height: int = 24) -> list[str]:
    return [line.plain for line in plot(sweep, width, height)]


def where(drawn: list[str], glyph: str) -> list[tuple[int, int]]:
    """Row and column of every such glyph in the plot itself."""
    axis = next((y for y, line in enumerate(drawn) if "└" in line), 0)
    wide = len(drawn[axis]) if drawn else 0
    return [
        (y, x)
        for y, line in enumerate(drawn[:axis])
        for x, char in enumerate(line[:wide])
        if char == glyph
    ]


def curves(drawn: list[str]) -> list[tuple[int, int]]:
    """Row and column of every cell of a curve."""
    return [at for bits in range(1, 256) for at in where(drawn, chr(0x2800 + bits))]


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
    ideal = curves(drawn)
    for y, x in where(drawn, "●"):
        near = [row for row, column in ideal if abs(column - x) <= 1]
        assert not near or min(abs(row - y) for row in near) <= 1


def test_laws_are_drawn_when_there_are_enough_points() -> None:
    few = lines(made({1: around(2.0), 2: around(1.1)}))
    assert "Amdahl" not in few[-1]
    many = lines(made({n: around(2 * (0.9 / n + 0.1)) for n in (1, 2, 4, 8)}))
    assert "⠒⠒⠒⠒ Amdahl" in many[-1]
    assert "⠒⠒ ⠒ USL" in many[-1]


def test_curves_that_coincide_take_turns() -> None:
    """Perfect scaling: the ideal and both laws are one line, and each is drawn."""
    sweep = made({n: around(2.0 / n) for n in (1, 2, 4, 8)})
    styles = {
        str(span.style)
        for line in plot(sweep, 100, 20)[1:17]
        for span in line.spans
        if any(0x2800 < ord(char) < 0x2900 for char in line.plain[span.start : span.end])
    }
    assert styles == {"dim", "yellow", "magenta"}


def test_points_that_coincide_are_both_there_and_named() -> None:
    both = made({n: (2.0 / n,) for n in (1, 2, 4)})
    both.cases += [timed("thread-pool", (2.0 / n,), workers=n, tasks=64) for n in (1, 2, 4)]
    for width in (24, 60, 100):
        drawn = lines(both, width, 20)
        filled, hollow = where(drawn, "●"), where(drawn, "○")
        assert len(filled) == len(hollow) == 3
        for (y, x), (other_y, other_x) in zip(sorted(filled), sorted(hollow), strict=True):
            assert (y, x + 1) == (other_y, other_x)
        assert any("● process pool" in line for line in drawn)
        assert any("○ thread pool" in line for line in drawn)


@given(
    st.dictionaries(
        st.integers(1, 32),
        st.lists(st.floats(0.05, 50), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    ),
    st.integers(60, 140),
    st.integers(12, 40),
)
def test_every_point_of_every_strategy_is_near_its_column_and_none_covers_another(
    runs: dict[int, list[float]], width: int, height: int
) -> None:
    names = ("process-pool", "thread-pool", "asyncio")
    cases = [
        timed(name, (runs[n][k],), workers=n, tasks=64)
        for k, name in enumerate(names)
        for n in runs
    ]
    drawn = lines(Sweep(timed("sequential", around(2.0), tasks=64), cases), width, height)
    wide = len(next(line for line in drawn if "└" in line)) - GUTTER - 1
    first, span = min(runs), max(1, max(runs) - min(runs))
    ideal = [wide // 2 if len(runs) == 1 else (n - first) / span * (wide - 1) for n in sorted(runs)]
    for glyph in "●○◆":
        columns = sorted(x - GUTTER - 1 for _, x in where(drawn, glyph))
        assert len(columns) == len(runs)
        # Those of one row that would share a cell are as far from it as there are of them.
        apart = len(names) * len(runs)
        assert all(abs(x - own) <= apart for x, own in zip(columns, ideal, strict=True))


def test_strategies_have_glyphs_of_their_own() -> None:
    both = made({1: around(2.0), 2: around(1.0)})
    both.cases += [case("thread-pool", *around(2.1), workers=n, tasks=64) for n in (1, 2)]
    drawn = lines(both)
    assert any("● process pool" in line for line in drawn)
    assert any("○ thread pool" in line for line in drawn)
    assert len(where(drawn, "○")) == 2


def test_a_name_that_is_too_long_leaves_the_plot_its_room() -> None:
    sweep = made({1: around(2.0), 2: around(1.0)})
    for each in sweep.cases:
        each.plan = replace(each.plan, strategy="long-" * 30)
    drawn = lines(sweep, 100, 20)
    assert len(where(drawn, "●")) == 2
    assert any("● long long" in line for line in drawn[-2:])


def test_a_legend_that_is_too_long_takes_another_line() -> None:
    several = made({1: around(2.0), 2: around(1.0)})
    several.cases += [
        case(strategy, *around(2.1), workers=n, tasks=64)
        for strategy in ("thread-pool", "threads", "processes")
        for n in (1, 2)
    ]
    drawn = lines(several, 50, 16)
    assert len(drawn) == 16
    assert all(len(line) <= 50 for line in drawn)
    for words in ("process pool", "thread pool", "threads", "processes", "97 % interval", "ideal"):
        assert any(words in line for line in drawn[-3:])


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


def test_the_ideal_is_explained_where_there_is_room_for_it() -> None:
    assert "ideal" in lines(made({1: around(2.0), 2: around(1.0)}))[-1]
    drawn = lines(made({6: around(2.0)}))
    assert not curves(drawn[:-1])
    assert "ideal" not in drawn[-1]
