"""Textual's compositor, which asks only those widgets for a picture of which something is new."""

from __future__ import annotations

from textual._compositor import ChopsUpdate, Compositor, ReflowResult
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class SparseCompositor(Compositor):
    """Where two corners of a screen change, Textual asks all that stands between them as well.

    And all that is behind them, of which nothing is seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self._drawn: list[Region] = []
        """What is being drawn anew; empty while all is, or nothing."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The regions that have changed."""
        self.cuts  # noqa: B018 - kept until the next layout, so they are to be those of all widgets
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

    @property
    def visible_widgets(self) -> dict[Widget, tuple[Region, Region]]:
        """What can be seen; while some regions are drawn, what can be seen there."""
        visible = super().visible_widgets
        if not self._drawn:
            return visible
        asked: dict[Widget, tuple[Region, Region]] = {}
        left = self._drawn
        for widget, (region, clip) in visible.items():  # from front to back
            seen = region.intersection(clip)
            if any(map(seen.overlaps, left)):
                asked[widget] = region, clip
                left = [drawn for drawn in left if not seen.contains_region(drawn)]
                if not left:
                    break
        return asked
