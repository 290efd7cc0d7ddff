"""Which signs a picture uses, read off the cells that were drawn: its legend is made of them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from concviz.analysis import words
from concviz.model.run import Run
from concviz.view.segments import Kind
from concviz.view.state_segments import STATES

LEVELS = "▁▂▃▄▅▆▇█"
"""Of the queue: the deepest is full."""


class Mark(Enum):
    """What is drawn besides the glyphs of segments: word, short word and glyph."""

    BAR_END = "end of a bar", "end", "▊"
    """So that bars that touch are told apart without colour."""
    SELECTED = "selected", "chosen", "▆"
    """Lower than other bars, so that it stands out without colour."""
    RUN_END = "end of the run", "run end", "│"
    TIME_CURSOR = "time cursor", "time", "┃"
    QUEUE = "queued tasks", "queue", LEVELS[0] + LEVELS[-1]
    """A row of its own, in which states' glyphs are levels."""

    def __init__(self, word: str, short: str, glyph: str) -> None:
        self.word = word
        self.short = short
        self.glyph = glyph


Sign = Kind | Mark
_SIGNS: dict[str, Sign] = {sign.glyph: sign for sign in (*Kind, *Mark)}


def signs(rows: Iterable[str]) -> list[Sign]:
    """What stands in the cells of a picture's rows, in the order of a legend; not the queue's."""
    glyphs = set().union(*rows)
    return [sign for glyph, sign in _SIGNS.items() if glyph in glyphs]


def signs_of(pictures: Iterable[tuple[Run, Iterable[str]]]) -> dict[Sign, list[Run]]:
    """The same of the pictures of several runs, with those in which each sign stands."""
    found: dict[Sign, list[Run]] = {}
    for run, rows in pictures:
        for sign in signs(rows):
            found.setdefault(sign, []).append(run)
    return {sign: found[sign] for sign in _SIGNS.values() if sign in found}


def meaning(sign: Sign, runs: Iterable[Run], short: bool = False) -> str:
    """What a sign says in these runs: perhaps in one something else than in another."""
    if not isinstance(sign, Kind) or sign not in STATES:
        return sign.short if short else sign.word
    said = dict.fromkeys(words.state(run, STATES[sign], short) for run in runs)
    return ("/" if short else " / ").join(said) or (sign.short if short else sign.word)
