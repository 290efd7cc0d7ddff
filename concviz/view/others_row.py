"""The row of what tasks have started: in each cell the state that took most of their time."""

from __future__ import annotations

from bisect import bisect_right

from concviz.model.others import Others
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.view.segment import Segment
from concviz.view.viewport import Viewport


def others_row(run: Run, others: Others, view: Viewport) -> list[Segment]:
    """Its cells; those in whose middle there was nobody are skipped."""
    zero = run.started
    row: list[Segment] = []
    if zero == UNKNOWN:
        return row
    for x in range(view.width):
        begin = zero + view.time(x)
        end = begin + view.scale
        if not _there(others, begin + view.scale // 2):
            continue
        kind = others.states.most(begin, end)
        if row and row[-1].end == x and row[-1].kind is kind:
            row[-1] = row[-1]._replace(end=x + 1)
        else:
            row.append(Segment(x, x + 1, kind))
    return row


def _there(others: Others, time: int) -> bool:
    k = bisect_right(others.begins, time) - 1
    return k >= 0 and time < others.ends[k]
