"""A program under watch without a screen: as if it had been started without concviz."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from concviz.cli.quick_start import PASSED_ON, Asked, Begun
from concviz.sources.supervised_program import SupervisedProgram

if TYPE_CHECKING:
    from concviz.cli.exporting import Files
    from concviz.model.run import Run
    from concviz.trace.recorder import Recorder

FAILED = 1
TICK_S = 0.02
"""How often is taken in what was told: what is left of it at the end, somebody waits for."""
SI_USER = 0
"""Sent by a process, and not by the kernel as for Ctrl-C, which all of a terminal's get."""

Write = Callable[["Run"], bool]
"""Writes what was asked for. False, once it has said so, where something is not written."""


def watched(
    program: Sequence[str], recorder: Recorder | None, files: Files, hz: float, *, explain: bool
) -> int:
    """Run it to its end and write what was asked for. Its exit status; may end as it did."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    held = SupervisedProgram.begin(program, blocked=before)
    writing = contextlib.nullcontext(files.write if files else _nothing)
    run, written = _to_its_end(held, recorder, hz, writing, explain=explain)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return _as_it_did(run, written=written)


def go_on(begun: Begun) -> NoReturn:
    """The same with a program that has been started. Ends this process."""
    try:
        status = _gone_on(begun)
    except Exception as error:
        status = _said(error)
    atexit._run_exitfuncs()  # of other packages; of ours all is closed
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)  # to take all apart would take longer than what most programs' findings do


def _said(error: Exception) -> int:
    """The exit status after an error that is said as for any other command."""
    from concviz.cli.streams import outcome

    def failing() -> int:
        raise error

    return outcome(failing)


def _gone_on(begun: Begun) -> int:
    asked = begun.asked
    held = SupervisedProgram(begun.started)
    recorder, complete = None, True
    if asked.record is not None:
        from concviz.trace.recorder import Recorder

        try:
            recorder = Recorder(asked.record, replace=False)
        except OSError as error:
            complete = _not_written(asked.record, error)
    from concviz.observer.rate import SAMPLE_HZ

    run, written = _to_its_end(held, recorder, SAMPLE_HZ, _files(asked), explain=asked.explain)
    signal.pthread_sigmask(signal.SIG_SETMASK, begun.blocked)
    return _as_it_did(run, written=written and complete)


def _to_its_end(
    held: SupervisedProgram,
    recorder: Recorder | None,
    hz: float,
    writing: AbstractContextManager[Write],
    *,
    explain: bool,
) -> tuple[Run, bool]:
    """Look at it until it has ended, and write. What was seen, and whether all is written."""
    gc.disable()  # almost all that is made now stays
    # The program runs by now: first comes what looks at it, then what makes something of that.
    with _passed_on(held):
        from concviz.sources.watch import Watch

        source = Watch(held, recorder, hz, leave=True)
        with recorder or contextlib.nullcontext(), writing as write:
            from concviz.sources.feed import Feed

            run = Feed(source).follow(TICK_S, _Loading(explain, write is not _nothing))
            gc.disable()  # little is made from now on that it would find
            if explain and write is not _nothing:  # both have them
                from concviz.analysis.findings import remember

                remember(run)
            written = _recorded(recorder) and write(run)
        if explain:
            from concviz.cli.explaining import explain as say

            say(run)
    return run, written


class _Loading:
    """While the program runs: loads what is needed at its end, for which somebody waits."""

    def __init__(self, explains: bool, writes: bool) -> None:
        self._explains, self._writes = explains, writes
        self._done = False

    def __call__(self) -> None:
        if self._done:
            return
        self._done = True
        if self._writes:
            from concviz.exporters import json  # noqa: F401
        if self._explains:
            from concviz.cli import explaining  # noqa: F401
        gc.freeze()
        gc.enable()


def _nothing(_: Run) -> bool:
    return True


@contextmanager
def _files(asked: Asked) -> Iterator[Write]:
    """The file that was asked for; it could be made when the program was started."""
    if asked.json is None:
        yield _nothing
        return
    from concviz.exporters.registry import EXPORTERS
    from concviz.sources import saving

    path = asked.json
    try:
        output = saving.opened(Path(path), replace=asked.force)
    except OSError as error:  # somebody was quicker: the program goes on
        _not_written(path, error)
        yield _failed
        return

    def write(run: Run) -> bool:
        try:
            output.write(EXPORTERS.load("json").pieces(run))
        except OSError as error:
            return _not_written(path, error)
        return True

    with contextlib.closing(output):
        yield write


def _failed(_: Run) -> bool:
    return False


def _not_written(path: str, error: OSError) -> bool:
    from concviz.trace.sanitize import sanitize

    with contextlib.suppress(OSError, ValueError):
        print(sanitize(f"Error: {path} is not written: {error.strerror}."), file=sys.stderr)
    return False


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
    import click

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
