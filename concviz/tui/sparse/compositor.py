"""Textual's compositor, which asks a widget only for those lines of which something new is seen."""

from __future__ import annotations

from collections.abc import Iterator

from textual._compositor import ChopsUpdate, Compositor, ReflowResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget


class SparseCompositor(Compositor):
    """Textual asks every widget, also for what others cover, and all between two that change."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: list[Region] = []
        """What is being drawn anew; empty while all is, or nothing."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The regions that have changed."""
        self._drawn = list(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._drawn = []

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        """A layout of all, once; Textual works it out again because it led to new sizes.

        Where a scrollbar comes or goes there is another one: the widget asks for that.
        """
        result = super().reflow(parent, size)
        self._full_map_invalidated = False
        for widget in result.shown:
            if widget in self.widgets and not isinstance(widget, ScrollView):
                widget.set_reactive(Widget.virtual_size, self._full_map[widget].virtual_size)
        return result

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterator[tuple[Region, Region, list[Strip]]]:
        """Of every widget the lines in which something of it is seen that is drawn, front first."""
        screen = self.size.region
        missing = [0] * screen.height
        for region in self._drawn or [screen if crop is None else crop]:
            drawn = region.intersection(screen)
            for y in drawn.line_range:
                missing[y] |= _cells(drawn)
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip).intersection(screen)
            cells = _cells(seen)
            lines = [y for y in seen.line_range if missing[y] & cells]
            if not lines:
                continue
            for y in lines:
                missing[y] &= ~cells
            x, _, width, _ = region.intersection(clip)
            first, last = lines[0], lines[-1] + 1
            part = Region(x, first, width, last - first)
            yield region, part, widget.render_lines(part.translate(-region.offset))


def _cells(region: Region) -> int:
    """A bit for each of its columns."""
    return ((1 << region.width) - 1) << region.x
