"""The source of the strategy and the workload, as it will run."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from concviz.analysis.wording import listed
from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.messages import RowsChanged
from concviz.tui.places import title
from concviz.tui.widgets.looks import look
from concviz.tui.widgets.pane import Pane
from concviz.view.code_lines import Brief, brief, pieces
from concviz.view.python_tokens import Kind, parts

Line = tuple[tuple[str, Kind | None], ...]
"""Texts that follow each other, and what they are of the language."""

COLOURS = {
    Kind.KEYWORD: "$text-accent",
    Kind.BUILTIN: "$text-accent",
    Kind.NAME: "$text-primary",
    Kind.DEFINED: "$text-warning",
    Kind.STRING: "$text-success 90%",
    Kind.NUMBER: "$text-warning",
    Kind.OPERATOR: "$foreground",
    Kind.COMMENT: "$foreground 60%",
}
"""As Textual highlights code elsewhere."""
EMPHASIS = {Kind.DEFINED: "underline", Kind.OPERATOR: "bold"}


class Row(NamedTuple):
    """A line as it is shown: a line of the code, or a part of one."""

    number: int
    """Of the line of the code."""
    line: Line


class CodePane(ScrollView, Pane, can_focus=True):
    """Real source, read from the files that the runner imports.

    Drawn line by line: another text of another length is no new layout of the screen.
    """

    HELP = """\
The **real source** of the chosen strategy and workload: what you read is what runs. `call` does
one task and notes when it started and finished; everything else is plain Python. Type hints and
docstrings are left out, long lines are broken.
"""
    BINDINGS: ClassVar[list[BindingType]] = bindings.SCROLLING
    # A scroll bar that comes and goes would be a layout each time.
    DEFAULT_CSS = "CodePane { overflow-x: hidden; overflow-y: scroll; }"
    BESIDE: ClassVar[int] = 0
    """Cells of a line that are kept free at its left."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._code = ""
        self._rows: tuple[Row, ...] = ()
        self._pens: dict[Kind | None, Style] = {}
        self._strips: dict[Line, Strip] = {}
        """Of lines that were drawn: much of two entries of a list is the same."""

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = self.named()

    def named(self) -> Content:
        """What stands in its frame."""
        return title("code")

    def show_code(self, *sources: str, whole: bool = False) -> None:
        """Show these texts, without what is no matter here, or ``whole``; nothing is obeyed."""
        found = [Brief(source) if whole else brief(source) for source in sources if source]
        lines = "\n\n".join(each.text.rstrip() for each in found).split("\n")
        self._code = "\n".join(map(sanitize, lines))
        hidden = listed(list(dict.fromkeys(kind for each in found for kind in each.hidden)))
        said = f"{hidden} hidden" if hidden else ""
        if said != (self.border_subtitle or ""):  # None at first; setting it draws all again
            self.border_subtitle = said
        self._draw()
        self.post_message(RowsChanged())
        self.scroll_home(animate=False)

    @property
    def code(self) -> str:
        """All of it as it is shown, also what is scrolled out of sight."""
        return "\n".join("".join(text for text, _ in row.line) for row in self._rows)

    def on_resize(self) -> None:
        """Lines are broken elsewhere."""
        self._draw()

    def wanted_height(self, width: int) -> int:
        """Rows that all of it takes in lines of so many cells."""
        return len(_broken(self._code, max(1, width - self.BESIDE)))

    def _broken(self) -> tuple[Row, ...]:
        """All of it in lines of the width at hand."""
        width = self.scrollable_content_region.width - self.BESIDE
        return _broken(self._code, width) if width > 0 else ()

    def _draw(self) -> None:
        rows = self._broken()
        size = Size(max(0, self.scrollable_content_region.width - self.BESIDE), len(rows))
        if rows != self._rows or size != self.virtual_size:
            self._rows = rows
            # There is a layout only where a scrollbar comes or goes, which asks for it.
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line."""
        if not self._rows:  # it is drawn before anybody told of its size
            self._rows = self._broken()
        if not self._pens:
            self._pens = {
                kind: look(self, words, EMPHASIS.get(kind, "none"))
                for kind, words in COLOURS.items()
            }
            self._pens[None] = self.rich_style
        row, pens, width = y + self.scroll_offset.y, self._pens, self.size.width
        line = self._rows[row].line if row < len(self._rows) else ()
        strip = self._strips.get(line)
        if strip is None or strip.cell_length != width:
            strip = Strip(Segment(text, pens[kind]) for text, kind in line)
            strip = self._strips[line] = strip.adjust_cell_length(width, pens[None])
        return strip

    def notify_style_update(self) -> None:
        """Perhaps another theme."""
        super().notify_style_update()
        self._pens = {}
        self._strips = {}


@lru_cache(maxsize=64)
def _broken(code: str, width: int) -> tuple[Row, ...]:
    """The code in lines of so many cells."""
    kinds: list[Kind | None] = [None] * len(code)
    for part in parts(code):
        kinds[part.begin : part.end] = [part.kind] * (part.end - part.begin)
    rows, start = list[Row](), 0
    for number, text in enumerate(code.split("\n")):
        for piece in pieces(text, width):
            line: list[tuple[str, Kind | None]] = []
            if piece.indent:
                line.append((" " * piece.indent, None))
            end = piece.begin + len(text[piece.begin : piece.end].rstrip())
            for at in range(piece.begin, end):
                kind = kinds[start + at]
                if line and line[-1][1] is kind:
                    line[-1] = line[-1][0] + text[at], kind
                else:
                    line.append((text[at], kind))
            rows.append(Row(number, tuple(line)))
        start += len(text) + 1
    return tuple(rows)
