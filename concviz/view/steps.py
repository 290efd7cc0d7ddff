"""Where a time cursor goes from event to event: what is drawn changes there and not between."""

from __future__ import annotations

from collections.abc import Iterator

from concviz.model.run import Run
from concviz.model.times import Times


def next_event(run: Run, t_ns: int) -> int | None:
    """Time of the first event of a task, a worker or the run after that time."""
    after = (times.all[k] for times in _logs(run) if (k := times.until(t_ns)) < len(times.all))
    return min(after, default=None)


def previous_event(run: Run, t_ns: int) -> int | None:
    """Time of the last such event before that time."""
    before = (times.all[k - 1] for times in _logs(run) if (k := times.until(t_ns - 1)))
    return max(before, default=None)


def _logs(run: Run) -> Iterator[Times]:
    log = run.whole.log
    yield from (log.submits, log.starts, log.ends, log.failures, log.collects, log.others)
