"""The text of the script that a program was started with, for people to read beside its picture."""

from __future__ import annotations

import tokenize
from collections.abc import Sequence
from pathlib import Path

MOST = 200_000
"""Bytes of a script that are shown: a longer one is nothing that anybody reads there."""


def text_of(arguments: Sequence[str]) -> str:
    """Of ``script.py …`` or a folder with a ``__main__.py``; "" of a module or what is no text."""
    if not arguments or arguments[0] == "-m":
        return ""
    path = Path(arguments[0])
    try:
        if path.is_dir():
            path = path / "__main__.py"
        if not path.is_file() or path.stat().st_size > MOST:
            return ""
        with tokenize.open(path) as file:  # in the encoding that it says
            return file.read()
    except (OSError, SyntaxError, ValueError):
        return ""
