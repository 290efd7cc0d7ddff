"""What the signs of a picture mean, read off its cells: which ones, in which words, in which lines.

Of a run under way or over also how much of the time each state took, the largest share first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import StyleType
from rich.text import Text

from concviz.analysis.time_breakdown import shares
from concviz.analysis.wording import percent
from concviz.model.run import Run
from concviz.trace.states import Spent, State
from concviz.view.faces import is_bar
from concviz.view.painting import Painted
from concviz.view.signs import SIGNS, Sign
from concviz.view.words import state_word

Used = dict[Sign, list[Run]]
"""The signs of a picture, and of which runs."""

GAP = 2
"""Cells between two entries."""
MORE = " see ?"
"""Where there is no room for more words: the glyphs alone, which the screen's help explains."""

_SIGNS = {sign.glyph: sign for sign in SIGNS}


class Entry(NamedTuple):
    """A sign with what it means; or several without."""

    glyphs: str
    words: str
    sign: Sign | None = None

    @property
    def width(self) -> int:
        """In cells."""
        return cell_len(self.glyphs) + cell_len(self.words)


Line = list[Entry]
WEAKER = Entry("", "weaker: no task")


def signs(rows: Iterable[Painted]) -> list[Sign]:
    """What the cells of a picture's rows show, in the order of a legend; not the queue's."""
    glyphs: set[str] = set()
    covered: set[Sign] = set()
    for row in rows:
        if row.levels:  # glyphs that mean something else elsewhere
            continue
        glyphs.update(row.text)
        covered |= row.covered
    return [sign for glyph, sign in _SIGNS.items() if glyph in glyphs or sign in covered]


def signs_of(pictures: Iterable[tuple[Run, Iterable[Painted]]]) -> Used:
    """The same of the pictures of several runs, with those in which each sign stands."""
    found: Used = {}
    for run, rows in pictures:
        for sign in signs(rows):
            found.setdefault(sign, []).append(run)
    return {sign: found[sign] for sign in SIGNS if sign in found}


def meaning(sign: Sign, runs: Iterable[Run], short: bool = False) -> str:
    """What a sign says in these runs: perhaps in one something else than in another."""
    own = sign.short if short else sign.word
    if not isinstance(sign, State):
        return own
    said = dict.fromkeys(state_word(run, sign, short) for run in runs)
    return ("/" if short else " / ").join(said) or own


def legend(
    used: Used,
    width: int,
    lines: int | None = None,
    spent: tuple[Run, Spent] | None = None,
    notes: Mapping[Sign, str] | None = None,
    outside: bool = False,
) -> list[Line]:
    """All signs that are used, in as many words as fit into so many lines; None: as it takes.

    States come first, the largest share of the time that is ``spent`` in a run before all others;
    where there is room, also those that are in no cell. ``notes`` stand behind the words of a sign.
    ``outside``: states stand there weaker as well, where no task runs.
    """
    found: dict[Sign, float] = {}
    everything: Used = {}
    if spent is not None:
        found = dict(shares(spent[1]))
        everything = {sign: [spent[0]] for sign in found}
    everything |= used
    drawn = {sign: runs for sign, runs in everything.items() if sign in used}

    def entries(of: Used, short: bool, shared: bool = True) -> Line:
        return [
            Entry(
                sign.glyph * (2 if is_bar(sign) else 1),
                f" {meaning(sign, runs, short)}"
                + ("" if short or notes is None else notes.get(sign, ""))
                + (f" {percent(found[sign])}" if shared and sign in found else ""),
                sign,
            )
            for sign, runs in of.items()
        ]

    def ways() -> Iterator[Line]:
        for short in (False, True):
            if outside:
                yield [*entries(everything, short), WEAKER]
            yield entries(everything, short)
        yield entries(drawn, short=True)
        shortest = entries(drawn, short=True, shared=False)
        yield shortest
        glyphs = [sign.glyph for sign in drawn]
        for left in range(len(glyphs) - 1, -1, -1):
            yield [*shortest[:left], Entry("".join(glyphs[left:]), MORE)]

    for way in ways():
        flowed = _flowing(way, width)
        if lines is None:
            return flowed
        if len(flowed) <= lines and all(_width(line) <= width for line in flowed):
            return flowed
    return []


def _flowing(entries: Line, width: int) -> list[Line]:
    """Side by side, in as many lines as they need."""
    lines: list[Line] = []
    for entry in entries:
        if lines and _width(lines[-1]) + GAP + entry.width <= width:
            lines[-1].append(entry)
        else:
            lines.append([entry])
    return lines


def _width(line: Line) -> int:
    return sum(entry.width for entry in line) + GAP * (len(line) - 1)


def as_text(lines: list[Line], style: Callable[[Sign], StyleType], words: str = "") -> list[Text]:
    """The lines, each sign in its style."""
    said = []
    for line in lines:
        text = Text()
        for place, entry in enumerate(line):
            text.append(" " * GAP if place else "")
            text.append(entry.glyphs, style(entry.sign) if entry.sign is not None else words)
            text.append(entry.words, words)
        said.append(text)
    return said
