"""Where the time cursor is: a line through all rows of a picture, and what it says on the ruler."""

from __future__ import annotations

from concviz.view.legend import Mark
from concviz.view.painting import LABEL, STYLES, Painted

_LINE = Mark.TIME_CURSOR.glyph


def mark_time(rows: list[Painted], cell: int, said: str) -> list[Painted]:
    """The rows, of which the first is the ruler, with the line in that cell.

    The words are at its right, or where there is no room, at its left; also when it is out of view.
    """
    if not rows:
        return rows
    width = len(rows[0].text)
    style = STYLES[Mark.TIME_CURSOR]
    if 0 <= cell < width:
        rows = [_written(row, cell, _LINE, style) for row in rows]
    words = f" {said} "[:width]
    at = cell + 1 if cell + 1 + len(words) <= width else cell - len(words)
    at = min(max(0, at), width - len(words))
    return [_written(rows[0], at, words, style + LABEL), *rows[1:]]


def _written(row: Painted, at: int, text: str, style: int) -> Painted:
    end = at + len(text)
    styles = row.styles[:at] + bytes((style,)) * len(text) + row.styles[end:]
    return Painted(row.text[:at] + text + row.text[end:], styles)
