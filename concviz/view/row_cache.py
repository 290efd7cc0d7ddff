"""Rows of a growing run: what can change no more is not worked out again."""

from __future__ import annotations

from typing import NamedTuple

from concviz.model.entities import Worker
from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN
from concviz.trace.worker_kind import WorkerKind
from concviz.view.outside import with_outside
from concviz.view.segment import Segment
from concviz.view.segments import worker_row
from concviz.view.state_segments import by_state
from concviz.view.viewport import Viewport


class _Kept(NamedTuple):
    key: tuple[object, ...]
    segments: list[Segment]
    settled: int
    """The cells before this one are as they will stay."""
    open: int
    """Index of the span that had not ended then, -1 for none: it may turn out to have."""
    spans: int
    """How many there were."""


class Rows:
    """The rows of a run's workers, as ``worker_row`` gives them, kept from frame to frame.

    ``by_state``: with bars cut into states.
    """

    def __init__(self, run: Run, by_state: bool = False) -> None:
        self._run = run
        self._by_state = by_state
        self._kept: dict[int, _Kept] = {}

    @property
    def _outside(self) -> bool:
        """Whether the states of threads are shown while no task runs on them, too."""
        return self._run.program is not None

    def row(self, worker: Worker, view: Viewport, now: int) -> list[Segment]:
        """The worker's row. ``now`` never goes back."""
        # Late news changes what was settled: it is rare, and everything is worked out anew.
        begun = (
            self._run.started,
            worker.starting,
            worker.started,
            len(worker.states) > 0,
            worker.observed,
            self._outside,
            self._outside and worker.ended,
            self._outside and len(self._run.tasks) > 0,
        )
        key = (view, begun, self._run.ended, worker.lane.rewrites)
        kept = self._kept.get(worker.index)
        segments: list[Segment] = []
        first = 0
        if kept is not None and kept.key == key:
            if self._run.ended:
                return kept.segments
            settled = self._still_settled(kept, worker, view)
            # A segment that reaches beyond what is settled is worked out anew as a whole.
            segments = [segment for segment in kept.segments if segment.end <= settled]
            reaching = kept.segments[len(segments) : len(segments) + 1]
            first = min([settled, *(segment.begin for segment in reaching)])
        new = worker_row(self._run, worker, view, now, first)
        if self._by_state:
            new = by_state(self._run, worker, new, view)
            if self._outside:
                new = with_outside(self._run, worker, new, view, now, first)
        segments += new
        latest = len(worker.lane) - 1 if worker.lane.open_tasks else -1
        settled = self._settled(worker, view, now)
        self._kept[worker.index] = _Kept(key, segments, settled, latest, len(worker.lane))
        return segments

    def _still_settled(self, kept: _Kept, worker: Worker, view: Viewport) -> int:
        """Samples outrun the end of a task, which then shows in cells that seemed settled."""
        lane, settled = worker.lane, kept.settled
        if self._outside and kept.spans < len(lane):  # it began where the thread was idle before
            began = lane.starts[kept.spans]
            if (way := self._run.cluster.fetching(lane.tasks[kept.spans])) is not None:
                began = min(began, way[0])
            began = view.cell(began - self._run.started)
            settled = max(0, min(settled, began - 1))
        if kept.open < 0:
            return settled
        ended = min([lane.ends[kept.open], *lane.starts[kept.open + 1 : kept.open + 2]])
        if worker.ended != UNKNOWN:  # it died in its task
            ended = min(ended, worker.ended)
        # What ends beyond the picture is marked in its last cell.
        last = min(view.cell(ended - self._run.started), view.width) - 1
        return max(0, min(settled, last))

    def _settled(self, worker: Worker, view: Viewport, now: int) -> int:
        lane = worker.lane
        if self._outside and self._by_state and not lane.open_tasks and len(worker.states):
            known = min(worker.states.end, now)
            return min(max(0, view.cell(known - self._run.started) - 1), view.width)
        if not len(lane):
            return 0
        latest = lane.starts[-1] if lane.open_tasks else lane.ends[-1]
        if self._by_state and worker.observed:
            # A bar's states are settled by samples, long before its task has ended.
            known = worker.states.end if len(worker.states) else now
            if lane.open_tasks and worker.kind is WorkerKind.COROUTINE:
                told = worker.awaits.end if len(worker.awaits) else 0
                known = min(known, max(latest, told))
            latest = min(known, now) if lane.open_tasks else min(latest, known)
        return min(max(0, view.cell(latest - self._run.started) - 1), view.width)
