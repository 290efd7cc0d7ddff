"""Cells that follow each other and are alike, in a row of a timeline: told in a loop of their own.

A picture of many tasks has a thousand of them: a bar in each cell, or many tasks. What they show
is what ``worker_row`` says, which asks here first; what is not alike ends such a stretch.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from concviz.model.lanes import OPEN, Lane
from concviz.view.segment import BARS, Segment
from concviz.view.signs import Kind


@dataclass(slots=True)
class Part:
    """Of a worker's row the part before the cell ``last``. Times in nanoseconds, monotonic."""

    lane: Lane
    outcomes: Sequence[int]
    """Of all tasks."""
    zero: int
    """When the first cell begins."""
    scale: int
    """How long a cell is."""
    last: int
    limit: int
    """Until when anything can be under way."""

    def end_of(self, i: int) -> int:
        """Where a span ends; one whose end was missed, with the next start."""
        end = self.lane.ends[i]
        if end <= self.limit:
            return end
        following = self.lane.starts[i + 1 : i + 2]
        return min([self.limit, *following]) if end == OPEN else self.limit

    def bars(self, x: int, at: int, segments: list[Segment]) -> tuple[int, int]:
        """The bars right behind that of span ``at``, which ends at the edge ``x``.

        None of them begins in a crowded cell. Where the last one ends, and which span it is. Not
        for spans within others.
        """
        lane, outcomes, limit, last = self.lane, self.outcomes, self.limit, self.last
        starts, ends, tasks = lane.starts, lane.ends, lane.tasks
        zero, scale, half = self.zero, self.scale, self.scale // 2
        cell, count = zero + x * scale, len(starts)
        while x < last and at + 1 < count:
            begin, until = starts[at + 1], ends[at + 1]
            middle, end = cell + scale - half, cell + scale
            if not begin < middle <= until <= limit:
                break
            if at + 2 < count and (following := starts[at + 2]) < end:
                if following < middle or begin >= cell:
                    break
                if at + 3 < count and starts[at + 3] < end:
                    break
            at += 1
            edge = min((until - zero + half) // scale, last)
            task = tasks[at]
            segments.append(Segment(x, edge, BARS[outcomes[task]], task))
            x, cell = edge, zero + edge * scale
        return x, at

    def crowd(self, x: int, here: int, behind: int, segments: list[Segment]) -> tuple[int, int]:
        """The crowded cells from ``x`` on, in which spans ``here`` to before ``behind`` start.

        Before which cell they end, and the first span that starts there or later.
        """
        starts, ends, sums = self.lane.starts, self.lane.ends, self.lane.sums
        scale, limit, count, nested = self.scale, self.limit, len(starts), self.lane.nested
        end = self.zero + (x + 1) * scale
        middle = end - scale // 2
        busy, before = self._busy_before(here, end - scale), self.end_of(here - 1) if here else 0
        kind, begun = Kind.PARTLY, x
        while x < self.last and behind - here > 1:
            begin, until = starts[behind - 1], ends[behind - 1]
            if until > limit:
                until = self.end_of(behind - 1)
            if until - begin >= scale and begin < middle <= until:
                break
            if before >= middle and here and before - starts[here - 1] >= scale:
                break
            if nested:
                busy, total = 0, self.lane.busy(end - scale, min(end, limit))
            else:
                total = sums[behind - 1] + (until if until < end else end) - begin
            shown = Kind.BUSY if 2 * (total - busy) >= scale else Kind.PARTLY
            if shown is not kind:
                if begun < x:  # one segment of many cells is painted faster
                    segments.append(Segment(begun, x, kind))
                kind, begun = shown, x
            x, busy, before = x + 1, total, until
            end, middle = end + scale, middle + scale
            near = 3 * behind - 2 * here  # the next cell has hardly more than twice as many
            here = behind
            within = near if near < count and starts[near] >= end else count
            behind = bisect_left(starts, end, here, within)
        if begun < x:
            segments.append(Segment(begun, x, kind))
        return x, here

    def _busy_before(self, k: int, time: int) -> int:
        """Busy time before a time by which spans 0 to k-1 have started."""
        if not k:
            return 0
        return self.lane.sums[k - 1] + min(self.end_of(k - 1), time) - self.lane.starts[k - 1]
