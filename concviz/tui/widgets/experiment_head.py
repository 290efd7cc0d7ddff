"""What is said of an experiment above its list or its result, in as many lines as it takes."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static


class ExperimentHead(VerticalScroll):
    """A title, how far it is while runs are made, and what is said."""

    def compose(self) -> ComposeResult:
        """The progress has two lines; so it can change often without a new layout."""
        yield Static(id="experiment-progress", markup=False)
        yield Static(id="experiment-said", markup=False)

    def entitle(self, title: str) -> None:
        """Begin anew, with that title."""
        self.border_title = Content(title)
        self.scroll_home(animate=False)

    def say(self, text: Text) -> None:
        """That, until something else is said."""
        static = self.query_one("#experiment-said", Static)
        if static.content != text:
            static.update(text)

    def tell_progress(self, text: Text) -> None:
        """How far it is."""
        static = self.query_one("#experiment-progress", Static)
        if static.content != text:
            static.update(text, layout=False)
