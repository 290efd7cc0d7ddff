"""Speedup against workers, as it is measured."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from concviz.analysis.sweep import Sweep
from concviz.view.plot import plot


class PlotPane(Static):
    """Draws a sweep in the size that it has."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._sweep: Sweep | None = None
        self._selected: str | None = None

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Speedup"

    def show(self, sweep: Sweep) -> None:
        """Draw this one."""
        self._sweep = sweep
        self._draw()

    @property
    def selected(self) -> str | None:
        """Key of the point that stands out."""
        return self._selected

    def select(self, key: str) -> None:
        """Let another point stand out."""
        self._selected = key
        self._draw()

    def on_resize(self) -> None:
        """Draw in the new size."""
        self._draw()

    def _draw(self) -> None:
        width, height = self.size
        if self._sweep is not None and width > 0 and height > 0:
            text = Text("\n").join(plot(self._sweep, width, height, self._selected))
            if self.content != text:
                self.update(text, layout=False)
