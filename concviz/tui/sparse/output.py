"""Between Textual's compositor and the terminal: only cells that differ are written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from concviz.tui.sparse.cells import Unknowable, cells_of
from concviz.tui.sparse.lines import Cells, Lines
from concviz.tui.sparse.pen import PLAIN, Pen, for_blanks, pen_of
from concviz.tui.sparse.writer import Run, written

ENOUGH = 1 << 30
"""Room for whatever there is."""
MOVE = 16
"""Bytes to go somewhere and take another pen, about."""

Piece = tuple[int, int, Strip]
"""A line, a column, and what is to be seen from there on."""


class SparseUpdate(CompositorUpdate):
    """An update of Textual's that is written sparsely.

    ``render_segments`` is called when it is written, and only then: what is batched, or what a
    screen draws that nobody sees, has not reached the terminal.
    """

    def __init__(self, update: CompositorUpdate, output: SparseOutput, room: int) -> None:
        self._update = update
        self._output = output
        self._room = room

    def render_segments(self, console: Console) -> str:
        """What to write."""
        return self._output.encode(self._update, console, self._room)


class SparseOutput:
    """Knows what the terminal shows, as long as all that is written goes through it."""

    def __init__(self) -> None:
        self.left = False
        """Whether there was no room for some of the last update."""
        self._next = 0
        """The line with which what is left begins."""
        self._lines: Lines | None = None
        self._strips: list[dict[int, Strip]] = []
        """What each line was made of, by column: most of it is the same object the next time."""

    def forget(self) -> None:
        """Nobody knows what the terminal shows."""
        self._lines = None

    def encode(self, update: CompositorUpdate, console: Console, room: int = ENOUGH) -> str:
        """What to write for an update; Textual's own text where its form is not known.

        Of what takes much more than ``room`` bytes the rest is left out, and has its turn first
        when all is drawn anew.
        """
        self.left = False
        try:
            size, pieces = _size(update), list(_pieces(update))
            colours = COLOR_SYSTEMS.get(console.color_system or "")
            return self._encode(size, pieces, colours, room)
        except (Unknowable, AttributeError, LookupError, TypeError, ValueError):
            self.forget()
            return update.render_segments(console)

    def _encode(
        self, size: tuple[int, int], pieces: list[Piece], colours: ColorSystem | None, room: int
    ) -> str:
        if self._lines is None or self._lines.size != size:
            self._lines = Lines(*size)
            self._strips = [{} for _ in range(size[1])]
        lines, runs = self._lines, list[Run]()
        if self._next:
            pieces.sort(key=lambda piece: piece[0] < self._next)
            self._next = 0
        told = 0
        for y, x, strip in pieces:
            for run in runs[told:]:
                room -= len(run.cells) + MOVE
            told = len(runs)
            if room <= 0:
                self.left, self._next = True, y
                break
            strips = self._strips[y]
            shown = strips.get(x)
            if shown is strip or shown == strip:
                continue
            lines.show(y, x, _cells(strip, colours or ColorSystem.TRUECOLOR), runs)
            end = x + strip.cell_length
            for begin in [each for each in strips if each < end]:
                if begin + strips[begin].cell_length > x:
                    del strips[begin]
            strips[x] = strip
        return written(runs, size[0])


def _size(update: CompositorUpdate) -> tuple[int, int]:
    """Of the screen that is updated, in cells."""
    if isinstance(update, LayoutUpdate):
        return update.region.size
    if isinstance(update, ChopsUpdate):
        return max(ends[-1] for ends in update.chop_ends), len(update.chops)
    raise TypeError(update)


def _pieces(update: CompositorUpdate) -> Iterator[Piece]:
    """What is updated, line by line, from left to right."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield y, x, strip
                x += strip.cell_length
    elif isinstance(update, ChopsUpdate):
        for y, begin, end in update.spans:
            chops = update.chops[y].items()
            for (x, chop), after in zip(chops, update.chop_ends[y], strict=False):
                if chop is not None and x <= end and after > begin:
                    yield y, x, chop if after <= end else chop.crop(0, end - x)


def _cells(strip: Strip, colours: ColorSystem) -> Cells:
    texts: list[str] = []
    pens: list[Pen] = []
    for text, style, control in strip:
        if control:
            raise Unknowable(control)
        pen = PLAIN if style is None else _pen(style, colours)
        cells = cells_of(text)
        texts += cells
        pens += [for_blanks(pen) if not text.strip(" ") else pen] * len(cells)
    return Cells(texts, pens)


@lru_cache(maxsize=4096)
def _pen(style: Style, colours: ColorSystem) -> Pen:
    link = f"id={style.link_id};{style.link}" if style.link else ""
    return pen_of(Strip.render_ansi(style, colours), link)
