"""Runs a plan for the command line: signals stop it, a terminal sees how far it is."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import BinaryIO, TextIO

from rich.console import Console
from rich.text import Text

from concviz.commands.streams import give_up
from concviz.engine.session import SAMPLE_HZ, Session
from concviz.model.literal import literal
from concviz.model.plan import Plan
from concviz.model.run import Run
from concviz.model.state import Phase
from concviz.model.statistics import makespan
from concviz.model.tasks import Outcome

TICK_S = 0.1
BAR = 20
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def follow(
    plan: Plan, record: BinaryIO | None = None, sample_hz: float = SAMPLE_HZ
) -> tuple[Run, int | None]:
    """Run the plan to its end. Gives the run and the signal that stopped it, if one did.

    The first signal stops the run and lets the events under way arrive; a second one ends it.
    """
    run = Run(plan)
    with _caught() as caught, _progress(run) as show:
        session = Session(plan, record, sample_hz)
        try:
            over = False
            while not over:
                over = session.wait(TICK_S)
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


@contextmanager
def _caught() -> Iterator[list[int]]:
    """Collect the signals that would end this process; those that are ignored (nohup) stay so."""
    caught: list[int] = []

    def keep(number: int, _: FrameType | None) -> None:
        caught.append(number)

    before = {
        number: signal.signal(number, keep)
        for number in SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(run: Run) -> Iterator[Callable[[], None]]:
    """Gives a function that shows the run in the last line of a terminal, if stderr is one.

    The line is written anew each time: nothing (a hidden cursor, a scroll region) is left behind by
    a process that is killed.
    """
    stream = sys.stderr
    if stream is None or not stream.isatty() or os.environ.get("TERM") in (None, "dumb"):
        yield lambda: None
        return
    page = io.StringIO()
    console = Console(file=page, force_terminal=True, highlight=False)
    begun = time.monotonic_ns()

    def write(text: str) -> None:
        try:
            stream.write(f"\r\x1b[K{text}")
            stream.flush()
        except OSError:  # the terminal has gone
            give_up(2)

    def show() -> None:
        line = _line(run, time.monotonic_ns(), begun)
        line.truncate(_columns(stream) - 1)
        page.seek(0)
        page.truncate()
        console.print(line, end="", soft_wrap=True)
        write(page.getvalue())

    try:
        yield show
    finally:
        write("")


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80  # some terminals say 0
    except OSError:
        return 80


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
        whole = BAR * ended // max(1, run.plan.tasks)
        line.append("  ").append("━" * whole, "green").append("━" * (BAR - whole), "dim")
        line.append(f"  {ended:,}/{run.plan.tasks:,} tasks")
        line.append(f" · {run.count(Outcome.RUNNING):,} running")
        if failed := run.count(Outcome.FAILED):
            line.append(f" · {failed:,} failed", "red")
    line.append(f"  {elapsed:.1f} s")
    return line.append("  Ctrl-C stops", "dim")
