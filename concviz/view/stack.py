"""Timelines of several runs on one time axis: which rows each has, and where its end is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from concviz.model.run import Run
from concviz.trace.states import Spent
from concviz.view.painting import LABELS, Painted, beginnings, paint_row, turns
from concviz.view.roles import Role
from concviz.view.segments import worker_row
from concviz.view.signs import Mark
from concviz.view.state_segments import by_state
from concviz.view.viewport import NS, Viewport

MOST_ROWS = 8
"""Workers that are drawn of each run."""


@dataclass(frozen=True)
class Block:
    """A run among others. It must have started."""

    key: str
    name: str
    run: Run
    figures: str
    """What it took, and what is said of that."""
    spent: Spent | None = None
    """How the time of its tasks was spent, if that is known."""
    now: int | None = None
    """Of a run under way: how far it is, in monotonic nanoseconds."""
    expected: int = 0
    """Of a run under way: how long it will take, in nanoseconds, as far as that is known."""

    @property
    def end(self) -> int:
        """Where it ends as far as it is known, in monotonic nanoseconds."""
        return self.run.finished if self.now is None or self.run.ended else self.now

    @property
    def length(self) -> int:
        """Nanoseconds from its start to that."""
        return max(1, self.end - self.run.started)

    def rows(self, most: int = MOST_ROWS) -> int:
        """In how many it is drawn: one at least."""
        return max(1, min(most, len(self.run.workers)))

    def hidden(self, most: int = MOST_ROWS) -> int:
        """How many of its workers are not drawn."""
        return max(0, len(self.run.workers) - most)


def whole_ns(blocks: Sequence[Block], before: int = 0) -> int:
    """How much time the axis of these has; ``before`` is how much it had.

    While one is under way it does not grow with every look, so that the bars of the others stay.
    """
    longest = max((block.length for block in blocks), default=NS)
    live = [block for block in blocks if not block.run.ended]
    if not live:
        return longest
    whole = max(longest, *(block.expected for block in live))
    return before if before // 2 <= whole <= before else whole * 5 // 4


def one_axis(whole: int, width: int) -> Viewport:
    """So much time, and a cell behind it for the line at the end of the longest."""
    return Viewport.fit(whole, width - 1).resized(max(1, width))


def rows_each(blocks: Sequence[Block], room: int) -> tuple[int, int]:
    """So many workers of each that all blocks are in so many rows, if they can be; the gap between.

    Where two workers of each and a gap have room, there is a gap.
    """

    def needed(each: int, gap: int) -> int:
        return sum(block.rows(each) + gap for block in blocks) - gap

    for gap, least in ((1, 2), (0, 1)):
        each = MOST_ROWS
        while each > least and needed(each, gap) > room:
            each -= 1
        if needed(each, gap) <= room:
            return each, gap
    return 1, 0


def paint_block(
    block: Block,
    view: Viewport,
    most: int = MOST_ROWS,
    labels: tuple[str, ...] = LABELS,
    by_states: bool = True,
) -> list[Painted]:
    """Its rows: bars, by state where that was seen, and a line at the end of a run that has one."""
    run = block.run
    end = view.cell(block.length - 1) + 1
    line = Mark.RUN_END.glyph if run.ended and 0 <= end < view.width else ""
    rows = []
    for worker in run.workers[:most]:
        segments = worker_row(run, worker, view, block.end)
        segments = by_state(run, worker, segments, view) if by_states else segments
        turn, began = turns(run, worker), beginnings(run, view)
        rows.append(paint_row(segments, view.width, labels=labels, turn=turn, began=began))
    rows = rows or [paint_row([], view.width)]
    return [row.with_note(end, line, Role.RULER) for row in rows] if line else rows
