"""Rows kept from frame to frame against rows worked out anew."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from concviz.model.rows import Segment, worker_row
from concviz.model.run import Run
from concviz.model.settled import Rows
from concviz.model.viewport import Viewport
from tests.model.histories import History, histories, shuffled


def cells(segments: list[Segment], width: int) -> list[Segment | None]:
    """What each cell shows. Bars are labelled, so they must be whole; the rest may be cut."""
    row: list[Segment | None] = [None] * width
    for segment in segments:
        for cell in range(segment.begin, segment.end):
            row[cell] = segment if segment.task >= 0 else segment._replace(begin=0, end=0)
    return row


@given(histories(), st.randoms(use_true_random=False), st.integers(1, 40), st.integers(1, 40))
def test_kept_rows_are_the_rows_worked_out_anew(
    history: History, random: Random, scale: int, batch: int
) -> None:
    run = Run(history.plan)
    rows = Rows(run)
    view = Viewport(20, scale)
    order = shuffled(history, random) if random.random() < 0.3 else history.told
    batches = [order[i : i + batch] for i in range(0, len(order), batch)]
    batches.append([history.exit])
    for told in batches:
        run.apply(told)
        now = max(run.latest, run.started, 0) + random.randrange(30)
        if random.random() < 0.2:
            view = Viewport(20, random.randint(1, 40), random.randrange(5))
        for worker in run.workers:
            expected = cells(worker_row(run, worker, view, now), 20)
            assert cells(rows.row(worker, view, now), 20) == expected
