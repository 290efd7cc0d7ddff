"""Rows of a growing run: what can change no more is not worked out again."""

from __future__ import annotations

from typing import NamedTuple

from concviz.model.rows import Segment, worker_row
from concviz.model.run import Run
from concviz.model.state import Worker
from concviz.model.viewport import Viewport


class _Kept(NamedTuple):
    key: tuple[object, ...]
    segments: list[Segment]
    settled: int
    """The cells before this one are as they will stay."""


class Rows:
    """The rows of a run's workers, as ``worker_row`` gives them, kept from frame to frame."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._kept: dict[int, _Kept] = {}

    def row(self, worker: Worker, view: Viewport, now: int) -> list[Segment]:
        """The worker's row."""
        # Late news changes what was settled: it is rare, and everything is worked out anew.
        begun = (self._run.started, worker.starting, worker.started)
        key = (view, begun, self._run.ended, worker.lane.rewrites)
        kept = self._kept.get(worker.index)
        segments: list[Segment] = []
        first = 0
        if kept is not None and kept.key == key:
            if self._run.ended:
                return kept.segments
            # A segment that reaches beyond what is settled is worked out anew as a whole.
            segments = [segment for segment in kept.segments if segment.end <= kept.settled]
            reaching = kept.segments[len(segments) : len(segments) + 1]
            first = min([kept.settled, *(segment.begin for segment in reaching)])
        segments += worker_row(self._run, worker, view, now, first)
        self._kept[worker.index] = _Kept(key, segments, self._settled(worker, view))
        return segments

    def _settled(self, worker: Worker, view: Viewport) -> int:
        lane = worker.lane
        if not len(lane):
            return 0
        latest = lane.starts[-1] if lane.open_tasks else lane.ends[-1]
        return min(max(0, view.cell(latest - self._run.started) - 1), view.width)
