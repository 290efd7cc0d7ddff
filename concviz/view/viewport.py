"""Between seconds and cells: which part of a run a row of cells shows. Times in nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass, replace

NS = 1_000_000_000
FINEST = 100
"""Nanoseconds in a cell at the deepest zoom."""
COARSEST = 86_400 * NS


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

    def holding(self, time: int) -> Viewport:
        """Zoomed out by factors of two until the time is in view, zero at the left edge."""
        scale = self.scale
        while time >= scale * self.width and scale < COARSEST:
            scale *= 2
        return replace(self, scale=scale, left=0)

    def showing(self, time: int) -> Viewport:
        """Panned by as little as brings the time into view."""
        cell = self.cell(time)
        if cell < 0:
            return self.panned(cell)
        return self.panned(max(0, cell - self.width + 1))

    def ticks(self, apart: int = 10) -> list[tuple[int, str]]:
        """Round times in view, at least so many cells apart: cell and label."""
        step = round_step(self.scale * apart)
        first = -(-self.time(0) // step) * step
        times = range(first, self.end, step)
        ticks = [(self.edge(time), seconds(time, step)) for time in times]
        return [(cell, label) for cell, label in ticks if cell < self.width]


def round_step(least: int) -> int:
    """The smallest of 1, 2 and 5 × 10ⁿ nanoseconds that is at least so long."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step >= least:
                return step
        power *= 10


def seconds(time: int, step: int) -> str:
    """A time on a ruler whose ticks are ``step`` apart, for example "0.5 s", "20 ms"."""
    if time == 0:
        return "0"
    for unit, size in (("s", NS), ("ms", NS // 1000), ("µs", 1000)):
        if step * 10 >= size or unit == "µs":
            break
    decimals = len(str(size // step - 1)) if step < size else 0
    return f"{time / size:.{decimals}f} {unit}"
