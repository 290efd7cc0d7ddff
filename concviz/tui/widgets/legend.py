"""The lines below a picture: what its signs mean, and how much of the time each state took."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.style import Style
from rich.text import Text

from concviz.analysis.words import shares
from concviz.model.run import Run
from concviz.trace.states import Spent
from concviz.view.legend import Sign, meaning
from concviz.view.picture import flowing
from concviz.view.state_segments import KINDS

Used = dict[Sign, list[Run]]
"""The signs of a picture, and of which runs."""
Styles = Callable[[Sign], Style]

LOW = 7
"""Rows of a picture and its legend from which the legend has two of them."""
MORE = " see ?"
"""Where there is no room for more words: the glyphs alone, which help explains."""


def legend(
    used: Used, width: int, lines: int, style: Styles, spent: tuple[Run, Spent] | None = None
) -> Text:
    """All signs that are used, in as many words as fit into so many lines.

    States come first, the largest share of the time that is ``spent`` in a run before all others;
    where there is room, also those that are in no cell.
    """
    found: dict[Sign, float] = {}
    everything: Used = {}
    if spent is not None:
        found = {KINDS[state]: share for state, share in shares(spent[1])}
        everything = {sign: [spent[0]] for sign in found}
    everything |= used
    drawn = {sign: runs for sign, runs in everything.items() if sign in used}

    def entries(of: Used, short: bool, shared: bool = True) -> list[Text]:
        return [
            Text.assemble(
                (sign.glyph, style(sign)),
                f" {meaning(sign, runs, short)}",
                f" {found[sign] * 100:.0f}%" if shared and sign in found else "",
            )
            for sign, runs in of.items()
        ]

    def ways() -> Iterator[list[Text]]:
        for short in (False, True):
            yield entries(everything, short)
        yield entries(drawn, short=True)
        shortest = entries(drawn, short=True, shared=False)
        yield shortest
        glyphs = [sign.glyph for sign in drawn]
        for left in range(len(glyphs) - 1, -1, -1):
            yield [*shortest[:left], Text("".join(glyphs[left:]) + MORE)]

    for way in ways():
        flowed = flowing(way, width, gap=2)
        if len(flowed) <= lines and all(line.cell_len <= width for line in flowed):
            return Text("\n").join(flowed)
    return Text()
