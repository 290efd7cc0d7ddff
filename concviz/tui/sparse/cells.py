"""Text as the cells that it takes on a screen."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import cell_len

COVERED = ""
"""The second cell of a wide character."""
_NARROW = re.compile(r"[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2500-\u25fc\u2800-\u28ff]*")
"""What surely takes one cell a character: Latin, Greek, boxes, blocks, Braille."""
_JOINS = "\u200d"
_WIDE_FROM, _UNSURE_FROM = 0x2E80, 0x1F000
"""Between them, wide characters are wide in every terminal."""


class Unknowable(Exception):  # noqa: N818 - it is no error of anybody
    """Nobody can say which cells that changes."""


def cells_of(text: str) -> str | tuple[str, ...]:
    """What is in each cell."""
    return text if _NARROW.fullmatch(text) else _wide_cells(text)


@lru_cache(maxsize=4096)
def _wide_cells(text: str) -> tuple[str, ...]:
    cells: list[str] = []
    at = -1
    for character in text:
        if not cell_len(character) or (at >= 0 and cells[at].endswith(_JOINS)):
            if at < 0 or character < " " or "\x7f" <= character < "\xa0":
                raise Unknowable(text)
            cells[at] += character  # drawn upon what is before it
        else:
            at = len(cells)
            cells += [character, COVERED] if cell_len(character) == 2 else [character]
            continue
        if cell_len(cells[at]) == 2 and len(cells) == at + 1:
            cells.append(COVERED)
    if len(cells) != cell_len(text):
        raise Unknowable(text)
    return tuple(cells)


@lru_cache(maxsize=4096)
def is_sure(cell: str) -> bool:
    """Whether all terminals agree how many cells that takes."""
    if len(cell) != 1:
        return False
    return cell_len(cell) == 1 or _WIDE_FROM <= ord(cell) < _UNSURE_FROM
