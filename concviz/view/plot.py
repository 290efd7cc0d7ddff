"""Speedup against workers, as lines of text: what was measured, the ideal, and the fitted laws.

Nothing covers anything else: points and intervals of several strategies stand side by side, and
where curves share a cell they take turns, so that of two that coincide both are seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from concviz.analysis.scaling_laws import Fit
from concviz.analysis.sweep import Point, Sweep
from concviz.analysis.wording import spoken
from concviz.view import glyphs
from concviz.view.braille import ACROSS, DOWN, Braille

POINTS = "".join(glyphs.POINTS)
COLOURS = ("green", "cyan", "magenta", "yellow", "blue", "red")
BAR, IDEAL, DASH = "│", "⠂", "⠒"
WHOLE, DASHED, DOTTED = (1, 0), (2, 2), (1, 3)
"""How many cells of a curve are drawn, and how many then are not."""
LAWS = {"amdahl": ("Amdahl", WHOLE, "yellow"), "usl": ("USL", DASHED, "magenta")}
"""Name, how it is drawn, and its colour where there is one strategy."""
TURN = 2
"""Cells for which one of several curves that coincide is drawn."""
FAINT = "dim"
LEGEND_INDENT = 2
GUTTER = 7
"""Cells at the left of the axis: as many as its name has letters."""
LEAST_WIDTH, LEAST_HEIGHT, LEAST_ROWS = 24, 7, 2
NAMED_WIDTH = 56
"""A plot that is narrower has the names of its strategies below it, and not beside them."""
HEADROOM = 1.15
UNSURE = 1.5
"""Of an interval that reaches further above its point than so many times, the rest is cut off."""

Cell = tuple[str, str]


class Curve(NamedTuple):
    """A speedup for any number of workers."""

    speedup: Callable[[float], float]
    drawn: tuple[int, int]
    style: str

    def at(self, column: int) -> bool:
        """Whether it is drawn there."""
        return column % sum(self.drawn) < self.drawn[0]

    @property
    def share(self) -> float:
        """Of it that is drawn."""
        return self.drawn[0] / sum(self.drawn)


class Plot:
    """A grid of cells with both axes from zero, or one worker, to the greatest of each."""

    def __init__(self, sweep: Sweep, width: int, height: int, selected: str | None = None) -> None:
        self._sweep = sweep
        self._selected = selected
        self._points = [p for p in sweep.points() if p.speedup is not None]
        self._counts = sorted({case.workers for case in sweep.cases}) or [1]
        room = max(LEAST_HEIGHT, height) - 3  # the names of the axes, and the axis
        self._fits = {strategy: sweep.fits(strategy) for strategy in sweep.strategies}
        self._whole = max(LEAST_WIDTH, width)
        names = max((cell_len(spoken(strategy)) for strategy in sweep.strategies), default=0) + 3
        fits = len(sweep.strategies) <= room - LEAST_ROWS - 1 and names <= width // 3
        self._named = names if width >= NAMED_WIDTH and fits else 0
        self._width = self._whole - GUTTER - 2 - self._named
        self._top = max([1.2, *map(headroom, self._points)])
        self._keys = self._legend()[: room - LEAST_ROWS]
        self._height = room - len(self._keys)
        self._apart = self._side_by_side()
        self._cells: dict[tuple[int, int], Cell] = {}

    def lines(self) -> list[Text]:
        """From the top down, the legend last; none where there is no point."""
        if not self._points:
            return []
        self._cells = self._drawn(self._curves())
        placed = self._placed()
        for point, x in placed:
            self._interval(point, x)
        for point, x in placed:
            self._measured(point, x)
        names = self._names()
        rows = [self._row(y, names.get(y)) for y in range(self._height)]
        return [Text("speedup", FAINT), *rows, *self._axis(), *self._keys]

    # -- curves --

    def _curves(self) -> list[Curve]:
        """The ideal, and the laws: of several strategies the one that fits each best."""
        found = [Curve(float, DOTTED, FAINT)]
        for number, strategy in enumerate(self._sweep.strategies):
            fits = self._fits[strategy]
            if len(self._sweep.strategies) == 1:
                found += [Curve(fit.speedup, *LAWS[fit.law][1:]) for fit in fits]
            elif fits:
                best = min(fits, key=lambda fit: fit.residual)
                found.append(Curve(best.speedup, WHOLE, _colour(number)))
        return found

    def _drawn(self, curves: list[Curve]) -> dict[tuple[int, int], Cell]:
        """All. In a cell of several the one of which least is drawn, or whose turn it is."""
        found: dict[tuple[int, int], list[tuple[Curve, str]]] = {}
        for curve in curves:
            for (x, y), glyph in self._dots(curve).cells().items():
                if curve.at(x):
                    found.setdefault((x, y), []).append((curve, glyph))
        cells = {}
        for at, here in found.items():
            least = min(curve.share for curve, _ in here)
            able = [(glyph, curve.style) for curve, glyph in here if curve.share == least]
            cells[at] = able[at[0] // TURN % len(able)]
        return cells

    def _dots(self, curve: Curve) -> Braille:
        """A curve, without gaps where it is steep."""
        grid = Braille(self._width, self._height)
        for x in range(self._width * ACROSS):
            here, there = (curve.speedup(self._workers((x + d) / ACROSS)) for d in (0, 1))
            if 0 <= here <= self._top:
                begin, end = self._dot(here), self._dot(min(max(there, 0), self._top))
                step = 1 if end >= begin else -1
                for y in range(begin, end if begin != end else begin + step, step):
                    grid.put(x, y)
        return grid

    # -- points --

    def _side_by_side(self) -> int:
        """How many cells the points of the first and the last strategy are apart."""
        apart = len(self._sweep.strategies) - 1
        spans = [b - a for a, b in zip(self._counts, self._counts[1:], strict=False)]
        cells = (self._width - 1 - apart) / max(1, self._counts[-1] - self._counts[0])
        return apart if min(spans, default=apart) * cells >= apart + 1 else 0

    def _placed(self) -> list[tuple[Point, int]]:
        """Each point with its column, so that no two have the same cell, if there is room."""
        strategies, taken, found = self._sweep.strategies, set(), []
        for point in self._points:
            assert point.speedup is not None
            own = self._column(point.workers)
            if self._apart:
                own += strategies.index(point.strategy) - self._apart // 2
            y = self._y(point.speedup)
            ways = sorted(range(self._width), key=lambda x: abs(x - own))
            x = next((x for x in ways if (x, y) not in taken), own)
            taken.add((x, y))
            found.append((point, x))
        return found

    def _interval(self, point: Point, x: int) -> None:
        if point.speedup_low is not None and point.speedup_high is not None:
            for y in range(self._y(point.speedup_high), self._y(point.speedup_low) + 1):
                self._cells[x, y] = (BAR, self._colour_of(point))

    def _measured(self, point: Point, x: int) -> None:
        assert point.speedup is not None
        stands_out = f"{point.strategy} {point.workers}" == self._selected
        style = f"bold{' reverse' if stands_out else ''} {self._colour_of(point)}"
        glyph = _point(self._sweep.strategies.index(point.strategy))
        self._cells[x, self._y(point.speedup)] = (glyph, style)

    def _colour_of(self, point: Point) -> str:
        return _colour(self._sweep.strategies.index(point.strategy))

    def _names(self) -> dict[int, Text]:
        """Beside the last point of each strategy, or in the nearest row that is free."""
        if not self._named:
            return {}
        last = {point.strategy: point.speedup or 0.0 for point in self._points}
        found: dict[int, Text] = {}
        for strategy, speedup in sorted(last.items(), key=lambda item: -item[1]):
            own = self._y(speedup)
            free = [y for y in range(self._height) if y not in found]
            found[min(free, key=lambda y: (abs(y - own), y < own))] = self._key(strategy)
        return found

    # -- where what is --

    def _column(self, workers: int) -> int:
        first, last = self._counts[0], self._counts[-1]
        if first == last:
            return self._width // 2
        share = (workers - first) / (last - first)
        return self._apart // 2 + round(share * (self._width - 1 - self._apart))

    def _workers(self, column: float) -> float:
        first, last = self._counts[0], self._counts[-1]
        span = max(1, self._width - 1 - self._apart)
        return max(0.0, first + (last - first) * (column - self._apart // 2) / span)

    def _dot(self, speedup: float) -> int:
        most = self._height * DOWN - 1
        return most - round(min(speedup, self._top) / self._top * most)

    def _y(self, speedup: float) -> int:
        return self._dot(speedup) // DOWN

    # -- lines --

    def _row(self, y: int, name: Text | None) -> Text:
        label = self._labels().get(y, "")
        line = Text(f"{label:>{GUTTER - 1}} ", FAINT).append("┤" if label else "│", FAINT)
        for x in range(self._width):
            glyph, style = self._cells.get((x, y), (" ", ""))
            line.append(glyph, style)
        if name is not None:
            line.append(" ").append_text(name)
        line.rstrip()
        return line

    def _labels(self) -> dict[int, str]:
        step = round_step(self._top / max(2, self._height // 3))
        labels: dict[int, str] = {}
        for k in range(int(self._top / step) + 1):
            labels.setdefault(self._y(k * step), f"{k * step:g}×")
        return labels

    def _axis(self) -> list[Text]:
        marks, names = ["─"] * self._width, [" "] * (self._width + 8)
        free = 0
        for count in self._counts:
            x, name = self._column(count), str(count)
            begin = max(0, x - len(name) // 2)
            if begin >= free:
                marks[x] = "┴"
                names[begin : begin + len(name)] = name
                free = begin + len(name) + 1
        axis = Text(" " * GUTTER + "└" + "".join(marks), FAINT)
        below = Text("workers ", FAINT).append("".join(names).rstrip(), FAINT)
        return [axis, below]

    def _legend(self) -> list[Text]:
        """As many lines as it takes."""
        lines = [Text(" " * LEGEND_INDENT)]
        for entry in self._entries():
            if len(lines[-1]) + len(entry) > self._whole:
                lines.append(Text())
            lines[-1].append(entry).append("   ")
        for line in lines:
            line.rstrip()
        return lines

    def _key(self, strategy: str) -> Text:
        number = self._sweep.strategies.index(strategy)
        return Text.assemble((_point(number), f"bold {_colour(number)}"), f" {spoken(strategy)}")

    def _entries(self) -> list[Text]:
        strategies = self._sweep.strategies
        entries = [] if self._named else [self._key(strategy) for strategy in strategies]
        if any(point.speedup_low is not None for point in self._points):
            entries.append(Text.assemble(BAR, (" 97 % interval", FAINT)))
        if any(point.workers <= self._top for point in self._points):  # else all of it is too high
            entries.append(Text.assemble(IDEAL, (" ideal", FAINT)))
        fits: list[Fit] = [fit for fits in self._fits.values() for fit in fits]
        if len(strategies) > 1 and fits:
            entries.append(Text.assemble(DASH * 3, (" the law that fits best", FAINT)))
        elif fits:
            for fit in fits:
                name, drawn, colour = LAWS[fit.law]
                sample = DASH * 4 if drawn == WHOLE else f"{DASH * drawn[0]} {DASH}"
                entries.append(Text.assemble((sample, colour), (f" {name}", FAINT)))
        return entries


def plot(sweep: Sweep, width: int, height: int, selected: str | None = None) -> list[Text]:
    """The plot of a sweep, finished or under way, at most so wide and so high in cells.

    ``selected`` is a point that stands out: its strategy, a space and its number of workers.
    """
    return Plot(sweep, width, height, selected).lines()


def headroom(point: Point) -> float:
    """How high the plot must be for a point."""
    speedup = point.speedup or 0.0
    return min(point.speedup_high or speedup, UNSURE * speedup) * HEADROOM


def _point(number: int) -> str:
    return POINTS[number % len(POINTS)]


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, … (or tenths of them) that is not less."""
    scale: float = 10 ** math.floor(math.log10(least))
    return next((factor for factor in (1, 2, 5) if factor * scale >= least), 10) * scale
