"""A program under watch without a screen: as if it had been started without concviz."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from concviz.cli.exporting import Files
    from concviz.model.run import Run
    from concviz.sources.supervised_program import SupervisedProgram
    from concviz.trace.recorder import Recorder

FAILED = 1
TICK_S = 0.1
PASSED_ON = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
"""Signals that are meant for the program, if somebody sends them to us."""
SI_USER = 0
"""Sent by a process, and not by the kernel as for Ctrl-C, which all of a terminal's get."""


def watched(
    program: Sequence[str], recorder: Recorder | None, files: Files, hz: float, *, explain: bool
) -> int:
    """Run it to its end and write what was asked for. Its exit status; may end as it did."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    from concviz.sources.supervised_program import SupervisedProgram

    held = SupervisedProgram(program, blocked=before)
    with _passed_on(held):
        # It runs by now; all that is needed to look at it is loaded meanwhile.
        from concviz.sources.feed import Feed
        from concviz.sources.watch import Watch

        def load() -> None:
            """What is needed at the end, which somebody waits for."""
            if explain or files:
                from concviz.exporters import json, pages  # noqa: F401

        with recorder or contextlib.nullcontext():
            run = Feed(Watch(held, recorder, hz, leave=True)).follow(TICK_S, load)
        written = _recorded(recorder) and files.write(run)
        if explain:
            from concviz.cli.printing import explain_program

            explain_program(run)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return _as_it_did(run, written=written)


def _wait_for_signal() -> tuple[int, int | None]:
    """The next one, and which process has sent it; None: a terminal, to all of its own."""
    if sys.platform == "darwin":  # which does not say who sent it
        number = signal.sigwait(PASSED_ON)
        return number, None if number in (signal.SIGINT, signal.SIGQUIT) else 0
    came = signal.sigwaitinfo(PASSED_ON)
    return came.si_signo, came.si_pid if came.si_code == SI_USER else None


@contextmanager
def _passed_on(program: SupervisedProgram) -> Iterator[None]:
    """Within, what is sent to us goes to the program; it has got already what a terminal sends."""
    going = True

    def pass_on() -> None:
        while True:
            number, sender = _wait_for_signal()
            if not going:
                return
            # What the program has sent to its own process group it has got itself.
            if sender is not None and sender not in program.left():
                program.send(number)

    thread = threading.Thread(target=pass_on, name="concviz-signals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        going = False
        if thread.ident is not None:
            signal.pthread_kill(thread.ident, signal.SIGUSR2)
            thread.join()


def _recorded(recorder: Recorder | None) -> bool:
    if recorder is None or recorder.error is None:
        return True
    click.echo(f"Error: the recording is not complete: {recorder.error.strerror}.", err=True)
    return False


def _as_it_did(run: Run, *, written: bool) -> int:
    """The program's exit status; a signal that ended it ends us."""
    status = run.exitcode
    if status is None:
        return FAILED
    if status >= 0:
        return status or (0 if written else FAILED)
    number = -status
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # whatever is to be seen is in its core
    with contextlib.suppress(OSError, ValueError):  # KILL needs no handler
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
    return 128 + number
