"""A sweep: speedup against workers, with intervals, the ideal and the laws that were fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from concviz.analysis.comparison import STOPPED
from concviz.analysis.sweep import Point, Sweep
from concviz.analysis.wording import count, duration, spoken, times
from concviz.exporters.drawing.elements import data, element, number
from concviz.exporters.drawing.fills import CELL, LINE, key
from concviz.exporters.drawing.sheet import HIGH_GAP, Picture, Sheet
from concviz.view.plot import LAWS, POINTS, headroom, round_step
from concviz.view.roles import Role
from concviz.view.tables import laws, sweep_notes, where
from concviz.view.words import plan_words

MOST_WIDTH, HEIGHT = 900, 340
GUTTER = 56
RIGHT = 16
SIZE = 5
"""Half of a point's width."""
APART = 14
"""Pixels between the points of two strategies that have as many workers."""
STEPS = 120
"""Of a curve."""
INKS = (Role.RUNNING, Role.SLEEP, Role.LOCK, Role.CORE_WAIT, Role.IO, Role.GIL_WAIT)
"""Of strategies, by their place."""
LAW_INKS = {"amdahl": Role.CORE_WAIT, "usl": Role.LOCK}
"""Of laws, where there is one strategy."""
DASHES = {"amdahl": None, "usl": "7 5"}
IDEAL = "1 5"
_SHAPES = (
    f"M-{SIZE} 0a{SIZE} {SIZE} 0 1 0 {2 * SIZE} 0a{SIZE} {SIZE} 0 1 0 -{2 * SIZE} 0z",
    f"M0 -{SIZE + 1}L{SIZE + 1} 0L0 {SIZE + 1}L-{SIZE + 1} 0z",
    f"M-{SIZE - 1} -{SIZE - 1}h{2 * SIZE - 2}v{2 * SIZE - 2}h-{2 * SIZE - 2}z",
    f"M0 -{SIZE}L{SIZE} {SIZE - 1}H-{SIZE}z",
)
"""Circle, diamond, square, triangle: filled, and then hollow, as the screen's points are."""


class _Curve(NamedTuple):
    speedup: Callable[[float], float]
    name: str
    ink: str
    """Its class in the style sheet."""
    dashes: str | None = None


def of_sweep(found: Sweep, columns: int | None) -> Picture:
    """The picture of a sweep, so many columns of characters wide."""
    sheet = Sheet(columns)
    title = f"{plan_words(found.baseline.plan)}: how many workers"
    cases = [found.baseline, *found.cases]
    sheet.say(title, "strong")
    sheet.say(where(found.environment, found.manner, cases), "faint")
    if found.stopped:
        sheet.say(STOPPED, gap=HIGH_GAP)
    sheet.say(found.recommendation().sentence, gap=HIGH_GAP)
    sheet.y += HIGH_GAP
    draw_plot(sheet, found)
    for law in laws(found):
        sheet.say(law)
    for note in sweep_notes(found):
        sheet.say(f"· {note}", "faint")
    return sheet.picture(title)


def draw_plot(sheet: Sheet, found: Sweep) -> bool:
    """The plot and what its signs mean. False where there is no point, and so no plot."""
    plot = Plot(found, round(min(sheet.inner, MOST_WIDTH)))
    if not plot.points:
        return False
    sheet.put(plot.drawn(), 0)
    sheet.y += plot.height + HIGH_GAP
    _keys(sheet, plot)
    return True


class Plot:
    """Both axes from zero, or the fewest workers, to the greatest of each."""

    def __init__(self, found: Sweep, width: int) -> None:
        self._sweep = found
        self.points = [point for point in found.points() if point.speedup is not None]
        counts = sorted({case.workers for case in found.cases}) or [1]
        self.counts = counts
        self.strategies = found.strategies
        self.top = max([1.2, *map(headroom, self.points)])
        self.height = HEIGHT
        self._right = width - RIGHT
        self._bottom = HEIGHT - 2 * LINE - 4
        self.curves = list(self._curves())

    def _curves(self) -> Iterator[_Curve]:
        """The ideal, and the laws: of several strategies the one that fits each best."""
        yield _Curve(float, "ideal", "l-ruler", IDEAL)
        for place, strategy in enumerate(self.strategies):
            fits = self._sweep.fits(strategy)
            if len(self.strategies) == 1:
                for fit in fits:
                    ink = f"l-{key(LAW_INKS[fit.law])}"
                    yield _Curve(fit.speedup, LAWS[fit.law][0], ink, DASHES[fit.law])
            elif fits:
                best = min(fits, key=lambda fit: fit.residual)
                law = f"{LAWS[best.law][0]}, which fits {spoken(strategy)} best"
                yield _Curve(best.speedup, law, f"l-{ink_of(place)}")

    # -- where what is --

    def x(self, workers: float) -> float:
        """Where a number of workers is."""
        first, last = self.counts[0], self.counts[-1]
        margin = APART * len(self.strategies) / 2
        begin, end = GUTTER + margin, self._right - margin
        return (
            (begin + end) / 2
            if first == last
            else begin + (workers - first) / (last - first) * (end - begin)
        )

    def y(self, speedup: float) -> float:
        """Where a speedup is, at most at the top."""
        return self._bottom - min(speedup, self.top) / self.top * (self._bottom - LINE)

    # -- drawing --

    def drawn(self) -> str:
        """Axes, curves, then points: nothing is covered but by what was measured."""
        return "".join(
            [*self._axes(), *map(self._curve, self.curves), *map(self._point, self.points)]
        )

    def _axes(self) -> Iterator[str]:
        yield _label("speedup", 0, 12, "start")
        step = round_step(self.top / max(2, HEIGHT // 56))
        for k in range(int(self.top / step) + 1):
            y, said = self.y(k * step), f"{k * step:g}×"
            yield element("path", class_="grid", d=f"M{GUTTER} {y:.2f}H{self._right}")
            yield _label(said, GUTTER - 8, y + 4, "end")
        free = 0.0
        for workers in self.counts:
            x, said = self.x(workers), f"{workers:,}"
            if x - len(said) * CELL / 2 < free:
                continue
            free = x + (len(said) / 2 + 1) * CELL
            yield _label(said, x, self._bottom + LINE, "middle")
        yield _label("workers", (GUTTER + self._right) / 2, self._bottom + 2 * LINE, "middle")

    def _curve(self, curve: _Curve) -> str:
        """As far as it is in view."""
        first, last = self.counts[0], self.counts[-1]
        begun, path = False, []
        for k in range(STEPS + 1):
            workers = first + (last - first) * k / STEPS
            speedup = curve.speedup(workers)
            inside = 0 <= speedup <= self.top
            if inside:
                place = f"{number(self.x(workers))} {number(self.y(speedup))}"
                path.append(f"{'L' if begun else 'M'}{place}")
            begun = inside
        return _line(curve, "".join(path)) if len(path) > 1 else ""

    def _point(self, point: Point) -> str:
        """With its interval: what of that is above the picture has no end."""
        assert point.speedup is not None
        place = self.strategies.index(point.strategy)
        ink = ink_of(place)
        aside = APART * (place - (len(self.strategies) - 1) / 2)
        x, y = self.x(point.workers) + aside, self.y(point.speedup)
        said = f"{spoken(point.strategy)}, {count(point.workers, 'worker')}: {times(point.speedup)}"
        if point.makespan_s is not None:
            said += f", took {duration(point.makespan_s)}"
        drawn = [element("title", data(f"{said}{interval(point)}"))]
        if point.speedup_low is not None and point.speedup_high is not None:
            low, high = number(self.y(point.speedup_low)), number(self.y(point.speedup_high))
            ends = f"M{number(x - 4)} {low}h8M{number(x)} {low}V{high}"
            if point.speedup_high <= self.top:
                ends += f"M{number(x - 4)} {high}h8"
            drawn.append(element("path", class_=f"l-{ink}", stroke_width=1.5, d=ends))
        drawn.append(shape(place, x, y))
        return element("g", *drawn, data_workers=str(point.workers))


def _label(said: str, x: float, y: float, anchor: str) -> str:
    return element("text", data(said), class_="faint", x=x, y=y, text_anchor=anchor)


def _line(curve: _Curve, path: str) -> str:
    dashes = curve.dashes
    return element("path", class_=curve.ink, stroke_width=2, stroke_dasharray=dashes, d=path)


def interval(point: Point) -> str:
    """How sure a speedup is, as a clause; "" where that is not known."""
    if point.speedup_low is None or point.speedup_high is None:
        return ""
    return f", 97 % interval {point.speedup_low:.2f} to {point.speedup_high:.2f}"


def shape(place: int, x: float, y: float) -> str:
    """The point of a strategy."""
    place %= len(POINTS)
    ink = ink_of(place)
    filled = f"c-{ink}" if place % 2 == 0 else f"ground l-{ink}"
    where_ = f"translate({number(x)} {number(y)})"
    line = None if place % 2 == 0 else 2.0
    return element(
        "path", class_=filled, stroke_width=line, transform=where_, d=_SHAPES[place // 2]
    )


def ink_of(place: int) -> str:
    """The colour of a strategy, as a part of a class."""
    return key(INKS[place % len(INKS)])


def _keys(sheet: Sheet, plot: Plot) -> None:
    """What points and lines mean."""
    entries = [
        (shape(place, CELL, 9), spoken(strategy)) for place, strategy in enumerate(plot.strategies)
    ]
    if any(point.speedup_low is not None for point in plot.points):
        bar = element("path", class_="l-ruler", stroke_width=1.5, d="M3 3h10M8 3V15M3 15h10")
        entries.append((bar, "97 % interval"))
    entries += [(_line(curve, "M0 9H16"), curve.name) for curve in plot.curves]
    x = 0.0
    for drawn, words in entries:
        width = (len(words) + 5) * CELL
        if x and x + width > sheet.inner:
            x, sheet.y = 0.0, sheet.y + LINE
        sheet.put(drawn, x)
        sheet.write(words, x + 3 * CELL, "faint")
        x += width
    sheet.y += LINE + HIGH_GAP
