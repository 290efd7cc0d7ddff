"""Narrow columns that together draw wide rows.

Textual writes a changed region from the left edge of its widget on. Rows cut into narrow widgets
cost a tenth of the bytes when one cell of each changes, which is most of what a timeline does.
"""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

WIDTH = 8

PaintCells = Callable[[int, int, int], list[Segment]]
"""(row, first cell, cell after the last): what stands there."""


class Tile(Widget):
    """A few columns of something wider."""

    DEFAULT_CSS = "Tile { width: 8; height: 100%; }"

    def __init__(self, left: int, paint: PaintCells) -> None:
        super().__init__()
        self._left = left
        self._paint = paint

    def render_line(self, y: int) -> Strip:
        """The tile's cells of a row."""
        cells = self._paint(y, self._left, self._left + self.size.width)
        return Strip(cells).adjust_cell_length(self.size.width, self.rich_style)

    def refresh_cells(self, y: int, last: int) -> None:
        """Draw a row of the tile again up to before the cell ``last`` of the whole."""
        self.refresh(Region(0, y, min(self.size.width, last - self._left), 1))
