"""Runs a plan for the command line: signals stop it, a terminal sees how far it is."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence

from rich.text import Text

from concviz.analysis.statistics import makespan
from concviz.cli import watching
from concviz.model.entities import Phase
from concviz.model.moment import Moment
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.sources.feed import Feed
from concviz.sources.source import Source
from concviz.trace.sanitize import sanitize
from concviz.view.phrases import how_far


def follow(
    start: Callable[[Sequence[int]], Source],
    unwanted: Callable[[], bool] = lambda: False,
    *,
    silent: bool = False,
    outlives: bool = False,
) -> tuple[Run, int | None]:
    """Take in a stream to its end. Gives the run and the signal that stopped it, if one did.

    ``start`` is told of signals as they come: the first one stops it and lets the events under way
    arrive, a second one ends it. ``unwanted`` says whether to stop it without one; ``silent``: how
    far it is is not shown; ``outlives``: it goes on when the terminal hangs up.
    """
    begun = time.monotonic_ns()
    with watching.caught((signal.SIGHUP,) if outlives else ()) as caught:
        feed = Feed(start(caught))
        line = watching.no_line if silent else watching.status_line
        with line(lambda: _line(feed.run, feed.moment, begun)) as show:

            def look() -> None:
                if caught or unwanted():
                    feed.stop()
                if len(caught) > 1:
                    feed.close()
                show()

            run = feed.follow(watching.TICK_S, look)
    return run, caught[0] if caught else None


def succeeded(run: Run) -> bool:
    """Whether the strategy came to its end and every task finished."""
    done = run.phase is Phase.FINISHED and run.error is None
    return done and run.count(Outcome.FINISHED) == run.different_tasks


def _line(run: Run, moment: Moment, begun: int) -> Text:
    """How far the run is at that moment, in one line."""
    line = Text()
    if moment.stopping:
        line.append("stopping", "yellow")
    elif run.phase is Phase.PREPARING:
        line.append(f"{sanitize(run.preparing)} …")
    else:
        line.append(run.phase.value)
    elapsed = makespan(run, moment.time)
    if elapsed is None:
        elapsed = (time.monotonic_ns() - begun) / 1e9
    else:
        done, total, said = how_far(run)
        line.append("  ").append_text(watching.bar(done, total))
        line.append(f"  {done:,}/{total:,} tasks" if total else f"  {said}")
        line.append(f" · {run.count(Outcome.RUNNING):,} running")
        if failed := run.count(Outcome.FAILED):
            line.append(f" · {failed:,} failed", "red")
    line.append(f"  {elapsed:.1f} s")
    if moment.lags:
        line.append(f" · reading lags {moment.lag_s:.1f} s behind", "yellow")
    return line.append("  Ctrl-C stops", "dim")
