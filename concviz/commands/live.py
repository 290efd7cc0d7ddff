"""Runs a plan for the command line: signals stop it, a terminal sees how far it is."""

from __future__ import annotations

import time
from typing import BinaryIO

from rich.text import Text

from concviz.commands import watching
from concviz.engine.session import SAMPLE_HZ, Session
from concviz.model.literal import literal
from concviz.model.plan import Plan
from concviz.model.run import Run
from concviz.model.state import Phase
from concviz.model.statistics import makespan
from concviz.model.tasks import Outcome


def follow(
    plan: Plan, record: BinaryIO | None = None, sample_hz: float = SAMPLE_HZ
) -> tuple[Run, int | None]:
    """Run the plan to its end. Gives the run and the signal that stopped it, if one did.

    The first signal stops the run and lets the events under way arrive; a second one ends it.
    """
    run = Run(plan)
    begun = time.monotonic_ns()
    with (
        watching.caught() as caught,
        watching.status_line(lambda: _line(run, time.monotonic_ns(), begun)) as show,
    ):
        session = Session(plan, record, sample_hz)
        try:
            over = False
            while not over:
                over = session.wait(watching.TICK_S)
                if caught:
                    session.stop()
                if len(caught) > 1:
                    session.close()
                run.apply(session.drain())
                show()
            while session.waiting:
                run.apply(session.drain())
        finally:
            session.close()
    return run, caught[0] if caught else None


def succeeded(run: Run) -> bool:
    """Whether the strategy came to its end and every task finished."""
    done = run.phase is Phase.FINISHED and run.error is None
    return done and run.count(Outcome.FINISHED) == run.plan.tasks


def _line(run: Run, now: int, begun: int) -> Text:
    """How far the run is, in one line."""
    line = Text()
    if run.stop_requested:
        line.append("stopping", "yellow")
    elif run.phase is Phase.PREPARING:
        line.append(f"{literal(run.preparing)} …")
    else:
        line.append(run.phase.value)
    elapsed = makespan(run, now)
    if elapsed is None:
        elapsed = (now - begun) / 1e9
    else:
        ended = sum(run.count(outcome) for outcome in Outcome if outcome.ended)
        line.append("  ").append_text(watching.bar(ended, run.plan.tasks))
        line.append(f"  {ended:,}/{run.plan.tasks:,} tasks")
        line.append(f" · {run.count(Outcome.RUNNING):,} running")
        if failed := run.count(Outcome.FAILED):
            line.append(f" · {failed:,} failed", "red")
    line.append(f"  {elapsed:.1f} s")
    return line.append("  Ctrl-C stops", "dim")
