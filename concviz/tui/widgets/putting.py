"""Putting another text in the place of one, at no more cost than it takes."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


def put(static: Static, text: Text) -> None:
    """A layout works out the whole screen, so there is one only where the height differs."""
    if static.content != text:
        lines = text.wrap(static.app.console, max(1, static.size.width))
        static.update(text, layout=len(lines) != static.size.height)
