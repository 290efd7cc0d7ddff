"""The source of the strategy and the workload, as it will run."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content, Span
from textual.widgets import Static

from concviz.analysis.wording import listed
from concviz.trace.sanitize import sanitize
from concviz.tui import bindings
from concviz.tui.places import title
from concviz.tui.widgets.pane import Pane
from concviz.view.code_lines import brief, pieces
from concviz.view.python_tokens import Kind, parts

STYLES = {
    Kind.KEYWORD: "$text-accent",
    Kind.BUILTIN: "$text-accent",
    Kind.NAME: "$text-primary",
    Kind.DEFINED: "$text-warning underline",
    Kind.STRING: "$text-success 90%",
    Kind.NUMBER: "$text-warning",
    Kind.OPERATOR: "bold",
    Kind.COMMENT: "$text 60%",
}
"""As Textual highlights code elsewhere."""


def highlighted(code: str) -> Content:
    """Python in colours."""
    spans = [Span(begin, end, STYLES[kind]) for begin, end, kind in parts(code)]
    return Content(code, spans=spans).stylize_before("$text")


class CodePane(VerticalScroll, Pane, can_focus=True):
    """Real source, read from the files that the runner imports."""

    HELP = """\
The **real source** of the chosen strategy and workload: what you read is what runs. `call` does
one task and notes when it started and finished; everything else is plain Python. Type hints and
docstrings are left out, long lines are broken.
"""
    BINDINGS: ClassVar[list[BindingType]] = bindings.SCROLLING

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Content] = []

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="source", markup=False)

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("code")

    def show_code(self, *sources: str) -> None:
        """Show these texts; nothing in them is obeyed."""
        found = [brief(source) for source in sources if source]
        lines = "\n\n".join(each.text.rstrip() for each in found).split("\n")
        code = highlighted("\n".join(map(sanitize, lines)))
        self._lines = code.split("\n", allow_blank=True)
        hidden = listed(list(dict.fromkeys(kind for each in found for kind in each.hidden)))
        said = f"{hidden} hidden" if hidden else ""
        if said != (self.border_subtitle or ""):  # None at first; setting it draws all again
            self.border_subtitle = said
        self._draw()
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Lines are broken elsewhere."""
        self._draw()

    def wanted_height(self, width: int) -> int:
        """Rows that all of it takes in lines of so many cells."""
        return sum(len(pieces(line.plain, max(1, width))) for line in self._lines)

    def _draw(self) -> None:
        width = max(1, self.scrollable_content_region.width)
        broken = [
            line[piece.begin : piece.end].rstrip().pad_left(piece.indent)
            for line in self._lines
            for piece in pieces(line.plain, width)
        ]
        static, code = self.query_one("#source", Static), Content("\n").join(broken)
        if static.content != code:  # which would lay out all anew
            static.update(code)
