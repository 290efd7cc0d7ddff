"""Which rows of a picture are in view, and how high they are. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from concviz.view.row_heights import HIGHEST, height_for


@dataclass(frozen=True)
class RowsInView:
    """Of ``count`` rows those from ``top`` on for which there is ``room``, in cells.

    Rows are as high as there is room for all of them, but do not grow while more come.
    """

    count: int = 0
    room: int = 0
    height: int = HIGHEST
    top: int = 0

    @property
    def fitting(self) -> int:
        """How many there is room for."""
        return (self.room + (self.height == HIGHEST)) // self.height

    @property
    def shown(self) -> range:
        """Which they are."""
        return range(self.top, min(self.top + self.fitting, self.count))

    def of(self, count: int, room: int) -> RowsInView:
        """As many rows in so much room; only in another room they may become higher."""
        most = self.height if room == self.room else HIGHEST
        changed = replace(self, count=count, room=room, height=min(most, height_for(count, room)))
        return changed.scrolled(0)

    def anew(self) -> RowsInView:
        """As of other rows: they begin at the top and may have any height."""
        return replace(self, height=HIGHEST, top=0)

    def scrolled(self, rows: int) -> RowsInView:
        """So many rows further down, as far as there are any; the last is never passed."""
        last = max(0, self.count - max(1, self.fitting))
        return replace(self, top=min(max(0, self.top + rows), last))

    def showing(self, row: int) -> RowsInView:
        """Scrolled by as little as brings a row into view."""
        lowest = max(0, row - self.fitting + 1)
        return replace(self, top=min(max(self.top, min(lowest, row)), row))

    def row_at(self, line: int) -> int:
        """The row in that line of cells; perhaps there is none."""
        return self.top + line // self.height
