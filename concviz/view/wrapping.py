"""Sentences in lines of a width, with no number without its unit."""

from __future__ import annotations

import re

from rich.cells import cell_len

TIE = "\ue000"
"""Stands for a space at which no line ends: rich would break even a no-break space."""


def tied(said: str) -> str:
    """With a tie behind every number."""
    return re.sub(r"(?<=\d) (?=\S)", TIE, said)


def untied(said: str) -> str:
    """With spaces again."""
    return said.replace(TIE, " ")


def hanging(said: str, width: int, mark: str) -> list[str]:
    """Its lines, each of so many cells at most; those after the first stand behind the mark."""
    room = max(1, width - cell_len(mark))
    lines = [""]
    for word in tied(said).split():
        for piece in _pieces(untied(word), room):
            longer = f"{lines[-1]} {piece}" if lines[-1] else piece
            if cell_len(longer) <= room:
                lines[-1] = longer
            else:
                lines.append(piece)
    margin = " " * cell_len(mark)
    return [mark + lines[0], *(margin + line for line in lines[1:])]


def _pieces(word: str, room: int) -> list[str]:
    """One, unless it is longer than a line."""
    if cell_len(word) <= room:
        return [word]
    pieces = [""]
    for character in word:
        if pieces[-1] and cell_len(pieces[-1] + character) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces
