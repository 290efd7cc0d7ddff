"""The source of the strategy and the workload, as it will run."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.widgets import Static

from concviz.trace.sanitize import sanitize
from concviz.tui.places import title
from concviz.tui.widgets.pane import Pane


class CodePane(ScrollableContainer, Pane, can_focus=True):
    """Real source, read from the files that the runner imports."""

    HELP = """\
The **real source** of the chosen strategy and workload: what you read is what runs. `call` does
one task and notes when it started and finished; everything else is plain Python.
"""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="source", markup=False)

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = title("code")

    def show_code(self, *sources: str) -> None:
        """Show these texts; nothing in them is obeyed."""
        from textual.highlight import highlight  # Pygments takes long to import

        lines = "\n\n".join(filter(None, sources)).split("\n")
        static = self.query_one("#source", Static)
        static.update(highlight("\n".join(map(sanitize, lines)), language="python"))
        self.scroll_home(animate=False)
