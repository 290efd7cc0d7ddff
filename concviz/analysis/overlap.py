"""How many tasks a run really had under way at once."""

from __future__ import annotations

from concviz.model.run import Run
from concviz.model.tasks import UNKNOWN

BRIEF = 0.1
"""What was so for a shorter share of the time in which tasks were under way does not count: a task
that ends while the next one begins is no second one."""


def together(run: Run) -> int:
    """The most tasks that were under way at once, for more than a moment.

    While one coroutine keeps the event loop, no other one goes on.
    """
    tasks = run.tasks
    begins = [t for t in tasks.started if t != UNKNOWN]
    ends = [t for s, t in zip(tasks.started, tasks.finished, strict=True) if UNKNOWN not in (s, t)]
    changes = [(t, 1, 0) for t in begins] + [(t, -1, 0) for t in ends]
    for task in tasks.loop_keepers:
        for begin, end in tasks.kept_loop(task):
            changes += [(begin, 0, 1), (end, 0, -1)]
    lasted: dict[int, int] = {}
    under_way = kept = before = 0
    for t, more, keeps in sorted(changes):
        level = min(under_way, 1) if kept else under_way
        lasted[level] = lasted.get(level, 0) + t - before
        under_way, kept, before = under_way + more, kept + keeps, t
    lasted.pop(0, None)
    least, longer = BRIEF * sum(lasted.values()), 0
    for level in sorted(lasted, reverse=True):
        longer += lasted[level]
        if longer >= least:
            return level
    return 0


def kept_share(run: Run) -> float:
    """The share of the run in which a coroutine kept the event loop, so that no other went on."""
    tasks = run.tasks
    spans = [end - begin for task in tasks.loop_keepers for begin, end in tasks.kept_loop(task)]
    return min(1.0, sum(spans) / max(1, run.finished - run.started))
