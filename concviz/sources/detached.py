"""Recordings of runs that went on after the terminal of their lab was gone.

Each is a file ``<when>-<strategy>-<workload>.jsonl`` in a folder of this user's state, written
while the run goes on: so it can be followed, as any recording that is being written.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import platformdirs

from concviz.trace.plan import Plan
from concviz.trace.recorder import Recorder
from concviz.trace.under_way import is_held

MOST = 20
"""Recordings that are left there: older ones go when there is another."""
_OURS = re.compile(r"\d{8}-\d{6}-\d{3}-[\w.-]{0,80}\.jsonl", re.ASCII)


def usual_folder() -> Path:
    """Where they are."""
    return platformdirs.user_state_path("concviz", appauthor=False) / "detached"


def recordings(folder: Path) -> list[Path]:
    """All of them, the latest first."""
    try:
        found = [path for path in folder.iterdir() if _OURS.fullmatch(path.name)]
    except OSError:  # none was ever made
        return []
    return sorted(found, reverse=True)


def begun(plan: Plan | None, folder: Path, when: float | None = None) -> Recorder:
    """A new one, which nobody else may read. Raises OSError.

    The oldest go when there are too many, but none that is still being written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in _free(plan, folder, time.time() if when is None else when):
        with contextlib.suppress(FileExistsError):
            recorder = Recorder(str(path), replace=False)
            os.fchmod(recorder.fileno(), 0o600)  # what tasks print is nobody else's business
            break
    for old in recordings(folder)[MOST:]:
        with contextlib.suppress(OSError):
            if not _is_written(old):
                old.unlink()
    return recorder


def _free(plan: Plan | None, folder: Path, when: float) -> Iterator[Path]:
    """Names, of which the first one that is not taken is to be it."""
    about = f"{plan.strategy}-{plan.workload}" if plan is not None else "run"
    about = re.sub(r"[^\w.-]+", "_", about, flags=re.ASCII)[:60]
    for ms in count(int(when * 1_000)):
        begin = time.strftime("%Y%m%d-%H%M%S", time.gmtime(ms // 1_000))
        yield folder / f"{begin}-{ms % 1_000:03}-{about}.jsonl"


def _is_written(path: Path) -> bool:
    with path.open("rb") as file:
        return is_held(file.fileno()) is True
