"""Putting another text in the place of one, at no more cost than it takes."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static


def put(static: Static, text: Text) -> None:
    """A layout works out the whole screen, so there is one only where the height differs.

    The text is in something that scrolls, and is as high as that at least.
    """
    if static.content != text:
        lines = text.wrap(static.app.console, max(1, static.size.width))
        needed = max(len(lines), static.container_size.height)
        static.update(text, layout=needed != static.size.height)
