"""The time axis of a picture in pixels, and its ruler."""

from __future__ import annotations

from dataclasses import dataclass

from concviz.exporters.drawing.elements import data, element
from concviz.exporters.drawing.fills import CELL, LINE
from concviz.view.viewport import Viewport

LEAST_PX = 1
"""What is narrower is not drawn on its own."""
TICKS_APART = 88


@dataclass(frozen=True)
class Axis:
    """So much time in so many pixels, with room for a mark behind its end."""

    width: int
    length: int
    """Nanoseconds."""

    @property
    def view(self) -> Viewport:
        """The same with a pixel for a cell."""
        return Viewport.fit(max(1, self.length), max(1, self.width - END))

    @property
    def least(self) -> int:
        """Nanoseconds that are wide enough to be seen."""
        return LEAST_PX * self.view.scale

    def x(self, time: int) -> float:
        """Where a time is, since the run's start."""
        return min(max(0, time), self.length) / self.view.scale

    def span(self, begin: int, end: int) -> tuple[float, float]:
        """Where a piece begins, and how wide it is: seen, however short it is."""
        x = self.x(begin)
        return x, max(self.x(end) - x, LEAST_PX / 2)

    def ruler(self, height: float) -> str:
        """Round times with a line down through so much; its own height is ``LINE``."""
        drawn = []
        free = 0.0
        for cell, label in self.view.ticks(TICKS_APART).cells:
            drawn.append(element("path", class_="grid", d=f"M{cell + 0.5} 4V{height:g}"))
            if cell >= free and cell + CELL * (len(label) + 1) <= self.width:
                drawn.append(element("text", data(label), class_="faint small", x=cell + 4, y=12))
                free = cell + CELL * (len(label) + 2)
        return element("g", *drawn, class_="ruler", data_ns_per_px=str(self.view.scale))


END = 12
"""Pixels behind the end of the time."""
RULER = LINE
