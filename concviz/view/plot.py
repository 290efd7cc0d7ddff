"""Speedup against workers, as lines of text: what was measured, the ideal, and the fitted laws."""

from __future__ import annotations

import math

from rich.text import Text

from concviz.analysis.sweep import Point, Sweep
from concviz.analysis.wording import spoken
from concviz.view import glyphs

POINTS = "".join(glyphs.POINTS)
COLOURS = ("green", "cyan", "magenta", "yellow", "blue", "red")
IDEAL, BAR = "·", "│"
LAWS = {"amdahl": ("┄", "yellow"), "usl": ("~", "magenta")}
"""Glyph, and colour where there is one strategy; laws of several have those of their points."""
FAINT = "dim"
LEGEND_INDENT = 2
GUTTER = 7
"""Cells at the left of the axis: as many as its name has letters."""
LEAST_WIDTH, LEAST_HEIGHT, LEAST_ROWS = 24, 7, 2
HEADROOM = 1.15
UNSURE = 1.5
"""Of an interval that reaches further above its point than so many times, the rest is cut off."""

Cell = tuple[str, str]


class Plot:
    """A grid of cells with both axes from zero, or one worker, to the greatest of each."""

    def __init__(self, sweep: Sweep, width: int, height: int, selected: str | None = None) -> None:
        self._sweep = sweep
        self._selected = selected
        self._points = [p for p in sweep.points() if p.speedup is not None]
        counts = sorted({case.workers for case in sweep.cases})
        self._counts = counts or [1]
        self._width = max(LEAST_WIDTH, width) - GUTTER - 2
        room = max(LEAST_HEIGHT, height) - 3  # the names of the axes, and the axis
        self._fits = {strategy: sweep.fits(strategy) for strategy in sweep.strategies}
        self._keys = self._legend()[: room - LEAST_ROWS]
        self._height = room - len(self._keys)
        self._top = max([1.2, *map(_room, self._points)])
        self._cells: dict[tuple[int, int], Cell] = {}

    def lines(self) -> list[Text]:
        """From the top down, the legend last; none where there is no point."""
        if not self._points:
            return []
        for x in range(self._width):
            self._dot(x, self._workers(x), IDEAL, FAINT)
        for number, strategy in enumerate(self._sweep.strategies):
            self._laws(strategy, _colour(number))
        for number, strategy in enumerate(self._sweep.strategies):
            for point in self._points:
                if point.strategy == strategy:
                    self._measured(point, _point(number), _colour(number))
        rows = [self._row(y) for y in range(self._height)]
        return [Text("speedup", FAINT), *rows, *self._axis(), *self._keys]

    def _laws(self, strategy: str, colour: str) -> None:
        for fit in self._fits[strategy]:
            glyph, own = LAWS[fit.law]
            style = own if len(self._sweep.strategies) == 1 else f"{colour} {FAINT}"
            for x in range(self._width):
                self._dot(x, fit.speedup(self._workers(x)), glyph, style)

    def _measured(self, point: Point, glyph: str, colour: str) -> None:
        assert point.speedup is not None
        x = self._column(point.workers)
        low = self._y(point.speedup_low or point.speedup)
        high = self._y(point.speedup_high or point.speedup)
        for y in range(high, low + 1):
            self._cells[x, y] = (BAR, colour)
        stands_out = f"{point.strategy} {point.workers}" == self._selected
        style = f"bold reverse {colour}" if stands_out else f"bold {colour}"
        self._cells[x, self._y(point.speedup)] = (glyph, style)

    def _dot(self, x: int, speedup: float, glyph: str, style: str) -> None:
        if 0 <= speedup <= self._top:
            self._cells[x, self._y(speedup)] = (glyph, style)

    def _column(self, workers: int) -> int:
        first, last = self._counts[0], self._counts[-1]
        if first == last:
            return self._width // 2
        return round((workers - first) / (last - first) * (self._width - 1))

    def _workers(self, x: int) -> float:
        first, last = self._counts[0], self._counts[-1]
        return first + (last - first) * x / max(1, self._width - 1)

    def _y(self, speedup: float) -> int:
        return self._height - 1 - round(min(speedup, self._top) / self._top * (self._height - 1))

    def _row(self, y: int) -> Text:
        label = self._labels().get(y, "")
        line = Text(f"{label:>{GUTTER - 1}} ", FAINT).append("┤" if label else "│", FAINT)
        for x in range(self._width):
            glyph, style = self._cells.get((x, y), (" ", ""))
            line.append(glyph, style)
        line.rstrip()
        return line

    def _labels(self) -> dict[int, str]:
        step = _round_step(self._top / max(2, self._height // 3))
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
            if len(lines[-1]) + len(entry) > self._width + GUTTER + 2:
                lines.append(Text())
            lines[-1].append(entry).append("   ")
        for line in lines:
            line.rstrip()
        return lines

    def _entries(self) -> list[Text]:
        strategies = self._sweep.strategies
        entries = [
            Text.assemble((_point(k), f"bold {_colour(k)}"), f" {spoken(strategy)}")
            for k, strategy in enumerate(strategies)
        ]
        if any(point.speedup_low is not None for point in self._points):
            entries.append(Text.assemble(BAR, (" 97 % interval", FAINT)))
        entries.append(Text.assemble((f"{IDEAL} ideal", FAINT)))
        laws = {fit.law for fits in self._fits.values() for fit in fits}
        for law, name in (("amdahl", "Amdahl"), ("usl", "USL")):
            if law in laws:
                glyph, style = LAWS[law]
                style = style if len(strategies) == 1 else ""
                entries.append(Text.assemble((glyph, style), (f" {name}", FAINT)))
        return entries


def plot(sweep: Sweep, width: int, height: int, selected: str | None = None) -> list[Text]:
    """The plot of a sweep, finished or under way, at most so wide and so high in cells.

    ``selected`` is a point that stands out: its strategy, a space and its number of workers.
    """
    return Plot(sweep, width, height, selected).lines()


def _room(point: Point) -> float:
    """How high the plot must be for a point."""
    speedup = point.speedup or 0.0
    return min(point.speedup_high or speedup, UNSURE * speedup) * HEADROOM


def _point(number: int) -> str:
    return POINTS[number % len(POINTS)]


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, … (or tenths of them) that is not less."""
    scale: float = 10 ** math.floor(math.log10(least))
    return next((factor for factor in (1, 2, 5) if factor * scale >= least), 10) * scale
