"""Where the time cursor is: a line through all rows of a picture, and what it says on the ruler."""

from __future__ import annotations

from concviz.view.painting import Painted
from concviz.view.roles import LABEL
from concviz.view.signs import Mark


def mark_time(rows: list[Painted], cell: int, said: str) -> list[Painted]:
    """The rows, of which the first is the ruler, with the line in that cell.

    The words are at its right, or where there is no room, at its left; also when it is out of view.
    """
    if not rows:
        return rows
    width = len(rows[0].text)
    mark = Mark.TIME_CURSOR
    if 0 <= cell < width:
        rows = [row.with_note(cell, mark.glyph, mark.role) for row in rows]
    words = f" {said} "[:width]
    at = cell + 1 if cell + 1 + len(words) <= width else cell - len(words)
    at = min(max(0, at), width - len(words))
    return [rows[0].with_note(at, words, mark.role + LABEL), *rows[1:]]
