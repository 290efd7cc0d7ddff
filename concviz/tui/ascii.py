"""The lab in a terminal that cannot draw Unicode, or is not to: the same screen in ASCII's glyphs.

What is written to the terminal is changed, and nothing else: no widget, of ours or of Textual's,
has to know, and a picture agrees with its legend.
"""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import App
from textual.scrollbar import ScrollBar, ScrollBarRender

from concviz.tui.driver import RestingDriver
from concviz.view.glyphs import celled


class AsciiDriver(RestingDriver):
    """Writes to a terminal that lacks our glyphs."""

    def write(self, data: str) -> None:
        """In ASCII; control sequences are that already."""
        super().write(celled(data, "ascii"))


class WholeCells(ScrollBarRender):
    """Scroll bars of whole cells, which are colour alone: their ends are drawn with blocks."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * len(ScrollBarRender.VERTICAL_BARS)
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * len(ScrollBarRender.HORIZONTAL_BARS)


def draw_in_ascii(app: App[Any]) -> None:
    """Make an app that has not begun draw so."""
    app.driver_class = AsciiDriver
    ScrollBar.renderer = WholeCells
