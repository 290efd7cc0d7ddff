"""A list that draws the lines that have changed, and no others."""

from __future__ import annotations

from rich.text import Text
from textual.geometry import Region
from textual.reactive import Reactive, reactive
from textual.widgets import OptionList


class LineList(OptionList):
    """Each of its options is one line.

    Textual's draws all of them anew for each arrow, and whenever one says something else.
    """

    highlighted: Reactive[int | None] = reactive(None, repaint=False)

    _lit: int | None = None
    """Which of them was highlighted last."""

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Draw that one, and the one before it."""
        self._draw_again(self._lit)
        self._draw_again(highlighted)
        self._lit = highlighted
        super().watch_highlighted(highlighted)

    def on_resize(self) -> None:
        """What is highlighted stays in sight."""
        self.scroll_to_highlight()

    def rewrite(self, index: int, prompt: Text) -> None:
        """Let an option say something else."""
        self.get_option_at_index(index)._set_prompt(prompt)
        self._option_render_cache.clear()
        self._draw_again(index)

    def _draw_again(self, index: int | None) -> None:
        if index is not None:
            line = index - self.scroll_offset.y
            if 0 <= line < self.size.height:
                self.refresh(Region(0, line, self.size.width, 1))
