"""How wide what is printed may be."""

from __future__ import annotations

import os

WIDTH = 100
"""Width of what is printed when no terminal says how wide it is."""
MOST_WIDTH = 1_000


def width() -> int:
    """How wide to print: as COLUMNS says, or whichever of our streams is a terminal."""
    columns = os.environ.get("COLUMNS", "")
    widths = [int(columns)] if columns.isascii() and columns.isdigit() else []
    for fd in (1, 2, 0):
        try:
            widths.append(os.get_terminal_size(fd).columns)
        except OSError:
            continue
    return min(next(filter(None, widths), WIDTH), MOST_WIDTH)  # some terminals say 0
