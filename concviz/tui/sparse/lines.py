"""What the terminal shows, and what must be written so that it shows something else."""

from __future__ import annotations

from dataclasses import dataclass, field

from concviz.tui.sparse.cells import COVERED
from concviz.tui.sparse.pen import PLAIN, Pen, for_blanks
from concviz.tui.sparse.writer import Run

UNKNOWN = "\0"
"""In a cell of which nobody knows what it shows."""


@dataclass(slots=True)
class Cells:
    """Cells side by side: what is in each, and the pen it is written with."""

    texts: list[str] = field(default_factory=list)
    pens: list[Pen] = field(default_factory=list)


class Lines:
    """The lines of a terminal of that size, of which nothing is known yet."""

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        self._lines = [Cells([UNKNOWN] * width, [PLAIN] * width) for _ in range(height)]

    def show(self, y: int, x: int, cells: Cells, runs: list[Run]) -> None:
        """Make line ``y`` show these cells from ``x`` on; what is to be written is added."""
        line, end = self._lines[y], x + len(cells.texts)
        texts, pens = cells.texts, cells.pens
        before, held = line.texts[x:end], line.pens[x:end]
        if texts == before and pens == held:
            return
        line.texts[x:end], line.pens[x:end] = texts, pens
        # half of a wide character that stays: what a terminal makes of that is its own affair
        if x and before[0] == COVERED:
            line.texts[x - 1] = UNKNOWN
        if end < len(line.texts) and line.texts[end] == COVERED and before[-1] != texts[-1]:
            line.texts[end] = UNKNOWN
        changed = [
            at
            for at, (text, pen, was, had) in enumerate(zip(texts, pens, before, held, strict=True))
            if text != was or (pen is not had and pen != had)
        ]
        begin = last = changed[0]
        for at in changed[1:]:
            if at > last + 1 and not _worth_writing(cells, last, at):
                self._add(y, x, cells, begin, last + 1, runs)
                begin = at
            last = at
        self._add(y, x, cells, begin, last + 1, runs)

    def _add(self, y: int, x: int, cells: Cells, begin: int, end: int, runs: list[Run]) -> None:
        """Cells that changed, each pen's together."""
        texts, pens = cells.texts, cells.pens
        while texts[begin] == COVERED:
            begin -= 1
        while end < len(texts) and texts[end] == COVERED:
            end += 1
        while begin < end:
            pen, stop = pens[begin], begin + 1
            while stop < end and (pens[stop] is pen or pens[stop] == pen or texts[stop] == COVERED):
                stop += 1
            runs.append(Run(y, x + begin, texts[begin:stop], pen))
            begin = stop


def _worth_writing(cells: Cells, last: int, after: int) -> bool:
    """Whether the unchanged cells between two are written with no more bytes than a move takes."""
    gap = after - last - 1
    if gap > 4:
        return False
    pen = cells.pens[last]
    if any(each not in (pen, for_blanks(pen)) for each in cells.pens[last + 1 : after]):
        return False
    between = "".join(cells.texts[last + 1 : after])
    return len(between.encode()) <= (3 if gap == 1 else 4)
