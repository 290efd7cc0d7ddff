"""Between seconds and cells: which part of a run a row of cells shows. Times in nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

NS = 1_000_000_000
FINEST = 100
"""Nanoseconds in a cell at the deepest zoom."""
COARSEST = 86_400 * NS
UNITS = (("s", NS), ("ms", NS // 1000), ("µs", 1000))


@dataclass(frozen=True)
class Viewport:
    """A row of ``width`` cells, each ``scale`` ns wide; the first begins ``left`` cells after zero.

    The left edge is a whole number of cells, so that a picture that follows a run moves in steps
    and most cells stay as they are.
    """

    width: int
    scale: int
    left: int = 0

    @classmethod
    def fit(cls, duration: int, width: int) -> Viewport:
        """All of a duration in the width."""
        width = max(1, width)
        scale = min(max(-(-duration // width), FINEST), COARSEST)
        return cls(width, scale)

    def time(self, cell: int) -> int:
        """When a cell begins, since the start of the run."""
        return (self.left + cell) * self.scale

    def cell(self, time: int) -> int:
        """The cell in which a time lies; may be outside of the row."""
        return time // self.scale - self.left

    def edge(self, time: int) -> int:
        """The boundary between cells that is nearest to a time."""
        return (time + self.scale // 2) // self.scale - self.left

    @property
    def end(self) -> int:
        """Where the row ends."""
        return self.time(self.width)

    def resized(self, width: int) -> Viewport:
        """The same scale and left edge in another width."""
        return replace(self, width=max(1, width))

    def zoomed(self, factor: float, about: int) -> Viewport:
        """A scale ``factor`` times as fine; the time at the cell ``about`` stays where it is."""
        time = self.time(about)
        scale = min(max(round(self.scale / factor), FINEST), COARSEST)
        left = max(0, round(time / scale) - about)
        return replace(self, scale=scale, left=left)

    def panned(self, cells: int) -> Viewport:
        """Moved to the right by so many cells, not before zero."""
        return replace(self, left=max(0, self.left + cells))

    def showing(self, time: int) -> Viewport:
        """Panned by as little as brings the time into view."""
        cell = self.cell(time)
        if cell < 0:
            return self.panned(cell)
        return self.panned(max(0, cell - self.width + 1))

    def ticks(self, apart: int = 10) -> Ticks:
        """Round times in view, at least so many cells apart.

        Far from zero, where their numbers would be long, they count from a rounder time.
        """
        step = round_step(self.scale * apart)
        first = -(-self.time(0) // step) * step
        times = [time for time in range(first, self.end, step) if self.edge(time) < self.width]
        base = 0
        if first >= MOST_STEPS * step:
            rounder = round_step(BASE_STEPS * step, (1,))
            base = first // rounder * rounder
        since = max(1, self.end - base)
        cells = [
            (self.edge(time), f"{'+' if base else ''}{told(time - base, step, since)}")
            for time in times
        ]
        return Ticks(cells, told(base, rounder, base) if base else "")


class Ticks(NamedTuple):
    """What a ruler shows."""

    cells: list[tuple[int, str]]
    """Cell and label of each."""
    base: str = ""
    """From when they count; empty: from zero."""


MOST_STEPS, BASE_STEPS = 1000, 100
"""Steps from zero from which a ruler counts from another time, and how round that is, in steps."""


def round_step(least: int, digits: tuple[int, ...] = (1, 2, 5)) -> int:
    """The smallest of 1, 2 and 5 × 10ⁿ nanoseconds that is at least so long."""
    power = 1
    while True:
        for digit in digits:
            if digit * power >= least:
                return digit * power
        power *= 10


def told(time: int, step: int, until: int) -> str:
    """A time among others that are ``step`` apart and reach so far: "0.5 s", "20 ms"."""
    if time == 0:
        return "0"
    unit, size = unit_of(until)
    return f"{in_unit(time, step, size)} {unit}"


def unit_of(until: int) -> tuple[str, int]:
    """In what to count up to that time: the unit and its nanoseconds."""
    return next((unit for unit in UNITS if until >= unit[1]), UNITS[-1])


def in_unit(time: int, step: int, size: int) -> str:
    """The number of units, with as many decimals as a round step needs."""
    decimals = len(str(size // step - 1)) if step < size else 0
    return f"{time / size:.{decimals}f}"
