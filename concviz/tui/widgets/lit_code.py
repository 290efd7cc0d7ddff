"""Code of which those lines are lit that run at the moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip

from concviz.tui.widgets.code import CodePane

LIT = "code--lit"
MARK = "► "
"""At the left of a line that runs: seen without colours, too."""


class LitCode(CodePane):
    """The code of a scene. What is lit is scrolled into view."""

    HELP = """\
The **real source** of what runs. The lines marked `►` run at this moment, as the events of the run
tell: tasks are handed out, are under way, or are waited for.
"""
    BESIDE: ClassVar[int] = len(MARK)
    COMPONENT_CLASSES: ClassVar[set[str]] = {LIT}
    DEFAULT_CSS = """
    LitCode > .code--lit { background: $accent 25%; text-style: bold; }
    LitCode:ansi > .code--lit { background: ansi_default; text-style: bold reverse; }
    """

    def __init__(self, *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._lit: frozenset[int] = frozenset()

    def named(self) -> Content:
        """What stands in its frame: here it has no number."""
        return Content("Code")

    @property
    def lit(self) -> list[str]:
        """The lines that are."""
        return [text.strip() for at, text in enumerate(self._code.split("\n")) if at in self._lit]

    def light(self, pieces: Sequence[str]) -> None:
        """Light the lines that have one of these pieces in them, and no others."""
        lines = self._code.split("\n")
        found = frozenset(
            at for at, line in enumerate(lines) if any(piece in line for piece in pieces)
        )
        if found != self._lit:
            self._lit = found
            self.refresh()
            self._bring_into_view()

    def _bring_into_view(self) -> None:
        """All of them if they fit, else from the first one on; by as little as does that."""
        rows = [at for at, row in enumerate(self._rows) if row.number in self._lit]
        height = self.scrollable_content_region.height
        if rows and height:
            top = max(self.scroll_offset.y, rows[-1] - height + 1)
            self.scroll_to(y=min(top, rows[0]), animate=False)

    def render_line(self, y: int) -> Strip:
        """A line, with a mark if it runs."""
        at = y + self.scroll_offset.y
        lit = at < len(self._rows) and self._rows[at].number in self._lit
        strip = super().render_line(y)
        width, plain = self.size.width, self.rich_style
        text = strip.crop(0, max(0, width - self.BESIDE))
        if not lit:
            return Strip([Segment(" " * self.BESIDE, plain), *text])
        look = self.get_component_rich_style(LIT)
        cells = [Segment(MARK, plain), *text]
        return Strip([Segment(words, (style or plain) + look) for words, style, _ in cells])
