"""Finds out about an entry of another package without importing it here.

Its module may print, hang, or end its process: it is loaded in one of its own, which can do all of
that and is gone afterwards, with its whole process group.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

import msgspec

from concviz.model.exit_status import ended
from concviz.runner.facts import CLUSTERS, FUNCTIONS, Facts, failed
from concviz.runner.interpreter_flags import python

LIMIT_S = 5.0
"""How long an entry may take to load."""
LIMITS_S = {FUNCTIONS: 60.0, CLUSTERS: 30.0}
"""The same for a function of somebody's own and its inputs: what they import may be large; and for
a cluster: Dask is, too, and its scheduler has its own time to answer."""
TICK_S = 0.02
LONGEST = 1 << 20
"""Bytes of an answer."""
_START = "import sys; sys.path[:] = {path!r}; from concviz.runner.inspected import main; main()"

_lock = threading.Lock()
_under_way: set[subprocess.Popen[bytes]] = set()


def inspect(group: str, reference: str, inputs: Sequence[str] = ()) -> Facts | None:
    """What is to be known of it, or why it cannot be loaded; waits for that, but not for long.

    ``inputs`` are those of a function. None when ``stop`` was called meanwhile. Raises OSError
    when no process could be started.
    """
    limit_s = LIMITS_S.get(group, LIMIT_S)
    reads, writes = os.pipe()
    try:
        os.set_blocking(reads, False)
        process = subprocess.Popen(
            # With the lab's own module path, as a run has it.
            [
                *python("-c", _START.format(path=sys.path)),
                *(str(writes), str(limit_s), group, reference, *inputs),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(writes,),
            start_new_session=True,
        )
        os.close(writes)
        writes = -1
        with _lock:
            _under_way.add(process)
        try:
            answer = _answer(process, reads, limit_s)
        finally:
            stopped = not _end(process)
    finally:
        os.close(reads)
        if writes >= 0:
            os.close(writes)
    return None if stopped else _facts(answer, process.returncode, limit_s)


def under_way() -> int:
    """How many inspections somebody waits for."""
    with _lock:
        return len(_under_way)


def stop() -> None:
    """End all inspections that are under way; whoever waits for one gets None."""
    with _lock:
        for process in _under_way:
            _kill(process)
        _under_way.clear()


def _answer(process: subprocess.Popen[bytes], reads: int, limit_s: float) -> bytes | None:
    """The line that it writes, or what there is of it when it ends; None when time is over."""
    answer = b""
    deadline = time.monotonic() + limit_s
    gone = False
    while time.monotonic() < deadline:
        select.select([reads], [], [], 0 if gone else TICK_S)
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(reads, 1 << 16):
                answer += piece
                if answer.endswith(b"\n") or len(answer) > LONGEST:
                    return answer
        if gone:
            return answer
        # Not reaped yet, so that nobody else gets its number; the next look is the last one.
        gone = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    return None


def _end(process: subprocess.Popen[bytes]) -> bool:
    """Leave nothing of it; False when it has been stopped before."""
    with _lock:
        ours = process in _under_way
        _under_way.discard(process)
        _kill(process)
    process.wait()
    return ours


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


def _facts(answer: bytes | None, exitcode: int, limit_s: float) -> Facts:
    if answer is None:
        return Facts(reason=f"it did not load within {limit_s:g} s")
    if answer.endswith(b"\n"):
        try:
            return msgspec.json.decode(answer, type=Facts)
        except ValueError as error:
            return failed(error)
    if len(answer) > LONGEST:
        return Facts(reason="what it says of itself is too long")
    if exitcode < 0:
        return Facts(reason=f"its import was {ended(exitcode)}")
    return Facts(reason=f"its import ended the process ({ended(exitcode)})")
