"""The text of a program's script as it is when the program begins."""

from __future__ import annotations

import tokenize
from collections.abc import Sequence
from pathlib import Path

MOST = 200_000
"""Characters; a longer script is not kept."""


def script_text(arguments: Sequence[str]) -> str:
    """That of a script; "" where there is none, as of a module, or it cannot be read."""
    try:
        path = Path(arguments[0])
        if path.is_dir():
            path /= "__main__.py"
        with tokenize.open(path) as file:
            text = file.read(MOST + 1)
    except (OSError, SyntaxError, ValueError):
        return ""
    return text if len(text) <= MOST else ""
