"""The source of the strategy and the workload, as it will run."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.widgets import Static


class CodePane(ScrollableContainer, can_focus=True):
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
        self.border_title = "Code"

    def show_code(self, *functions: Callable[..., object] | None) -> None:
        """Show the source of these functions."""
        from textual.highlight import highlight  # Pygments takes long to import

        source = "\n\n".join(source_of(f) for f in functions if f is not None)
        static = self.query_one("#source", Static)
        static.update(highlight(source, language="python"))
        self.scroll_home(animate=False)


def source_of(function: Callable[..., object]) -> str:
    """The source of a function, or a comment that says why there is none."""
    try:
        return inspect.getsource(function).rstrip()
    except (OSError, TypeError) as error:
        return f"# the source of {function!r} is not available: {error}"
