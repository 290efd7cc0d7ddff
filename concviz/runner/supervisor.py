"""Keeps watch over one run: whatever happens, nothing of it outlives it.

Started with the events' file descriptor and the name for the run's temporary folder, or forked from
a ``fork_server``; it reads the plan as one line of standard input, gives the run that folder and a
session of its own, forks into the runner, and waits. Standard input is its lifeline: "stop" ends
the run after the events under way have left; end of file, which is also what the kernel makes of a
killed lab, ends it at once. When the runner is gone, in whatever way, it kills all that is left of
the run, removes the folder and writes the last event. (If it is killed itself, the lab does so.)

A process of its own, because the runner may hang in C, crash or be out of memory, and the lab may
be gone. Standard library only.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from concviz.runner.own_pages import own_pages
from concviz.runner.remains import RUN, Remains, reap
from concviz.runner.subreaper import PR_SET_PDEATHSIG, adopt_orphans, prctl

FLUSH_S = 0.08
"""After "stop": longer than any event waits in a batch on its way out."""
LAST_WORD_S = 0.2
"""Then so long, at most, until the runner has sent what it had, and counted what it could not."""


def main() -> None:
    """Run one plan under supervision, in a Python that was started for it."""
    supervise(int(sys.argv[1]), sys.argv[2])


Run = Callable[[bytes, int, Path, tuple[int, int]], None]
"""What the runner does: with that line, writing to that pipe, in that folder, and its last word."""


def _run_plan(line: bytes, events: int, folder: Path, last_word: tuple[int, int]) -> None:
    from concviz.runner.runner import run

    run(line, events, folder, last_word)


def supervise(
    events: int, folder: str, run: Run = _run_plan, farewell_s: float | None = None
) -> None:
    """Run one plan, or something else, under supervision. Returns in the runner, when it is over.

    ``farewell_s``: what runs has to say goodbye elsewhere, whoever ends it and however; it is asked
    to, and has so long at most. None: only a "stop" asks for the last events.
    """
    for ours in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ours, signal.SIG_IGN)  # only the lifeline counts
    adopted = adopt_orphans()
    plan = _read_line(0)
    if not plan:
        return
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    Path(folder).mkdir(mode=0o700)
    asked, ask = os.pipe()
    answered, answer = os.pipe()
    try:
        pid = os.fork()
    except OSError:
        Path(folder).rmdir()
        raise
    if pid == 0:
        _be_runner(run, plan, events, folder, (asked, answer))
        return  # an ordinary exit: what multiprocessing registered for it is done
    try:
        exitcode = _watch(pid, woken, (ask, answered), farewell_s)
        ended = time.monotonic_ns()
    finally:
        mark = f"{RUN}={os.environ[RUN]}"
        Remains(mark, supervisor=os.getpid(), session=pid, adopted=adopted).end()
        shutil.rmtree(folder, ignore_errors=True)
    # The runner may have been killed in the middle of a line: end it first.
    last = json.dumps(["runner-exited", ended, exitcode])
    with contextlib.suppress(OSError):
        os.write(events, f"\n{last}\n".encode())
    os._exit(0)  # at once: there is nothing to put away, and somebody waits for the end


def _watch(
    runner: int, woken: int, last_word: tuple[int, int], farewell_s: float | None = None
) -> int:
    """Wait until the runner has ended, or end it; its exit status, negative for a signal.

    ``last_word``: where to ask it for the last events, and where it says that they have left.
    """
    ask, answered = last_word
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if 0 in ready:
            if farewell_s is not None:
                os.write(ask, b"?")
                select.select([answered, woken], [], [], farewell_s)
            elif os.read(0, 4096):
                time.sleep(FLUSH_S)
                os.write(ask, b"?")
                select.select([answered], [], [], LAST_WORD_S)
            os.kill(runner, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(runner, 0)[1])
        os.read(woken, 4096)
        exitcode = reap(runner)  # and the orphans among our children
        if exitcode is not None:
            return exitcode


def _be_runner(run: Run, line: bytes, events: int, folder: str, last_word: tuple[int, int]) -> None:
    signal.set_wakeup_fd(-1)
    for default in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(default, signal.SIG_DFL)
    os.setsid()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    own_pages()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.environ["TMPDIR"] = folder
    tempfile.tempdir = None
    run(line, events, Path(folder), last_word)


def _read_line(fd: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(fd, 1)  # not a byte more: what follows is for the watch
        if not piece:
            return b""
        line += piece
    return line


if __name__ == "__main__":
    main()
