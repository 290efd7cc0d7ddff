"""The last runs of the lab, kept as packed recordings, each with what a list says of it.

A run is a file ``<when>-<strategy>-<workload>.jsonl.gz``, which ``concviz replay`` opens as any
recording, and beside it a small one that says what a list shows, so that a list opens no recording.
Other files in the folder are left alone.
"""

from __future__ import annotations

import calendar
import contextlib
import errno
import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import platformdirs

from concviz.analysis.statistics import makespan
from concviz.analysis.wording import spoken
from concviz.model.entities import Phase
from concviz.model.run import Run
from concviz.model.tasks import Outcome
from concviz.sources.saving import write
from concviz.trace.plan import Plan
from concviz.view.words import plan_words

MOST_RUNS = 50
MOST_BYTES = 100_000_000
"""Of all files together."""
MOST_NOTES = 100_000
"""Bytes that are read of what is said of a run."""
RECORDING, NOTES, PART = ".jsonl.gz", ".json", ".part"
_OURS = re.compile(r"\d{8}-\d{6}-\d{3}-[\w.-]{0,80}\.jsonl\.gz", re.ASCII)
_PART = re.compile(r"\d{8}-\d{6}-\d{3}-[\w.-]{0,80}\.(\d+)\.part", re.ASCII)


class Entry(NamedTuple):
    """A run that was kept."""

    path: Path
    """Of its recording."""
    when: float
    """It was kept, in seconds since 1970."""
    words: str
    """What was run, as far as is known. From outside, as all texts here."""
    makespan_s: float | None
    """What it took; None where that is not known."""
    outcome: str
    """How it ended, in a word or two."""
    name: str | None
    """What somebody called it."""
    size: int
    """Bytes on the disk."""


class _Notes(msgspec.Struct, omit_defaults=True):
    """What stands in the small file."""

    words: str = "not known"
    makespan_s: float | None = None
    outcome: str = "not known"
    name: str | None = None


def usual_folder() -> Path:
    """Where the lab keeps its runs: a folder of this user's state."""
    return platformdirs.user_state_path("concviz", appauthor=False) / "history"


class History:
    """The runs in a folder. Every call looks anew: two labs may use the same one.

    Nothing here is quick enough for a screen's own thread but ``entries``, ``rename`` and
    ``delete``.
    """

    def __init__(
        self, folder: Path | None = None, most: int = MOST_RUNS, most_bytes: int = MOST_BYTES
    ) -> None:
        self.folder = folder if folder is not None else usual_folder()
        self.most = most
        self._most_bytes = most_bytes

    def entries(self) -> list[Entry]:
        """All of them, the latest first. What cannot be read is not among them."""
        found = []
        for path in self._recordings():
            with contextlib.suppress(OSError):  # somebody deleted it just now
                found.append(self._entry(path))
        return sorted(found, key=lambda entry: entry.path.name, reverse=True)

    def keep(self, run: Run, pieces: Iterable[bytes], when: float | None = None) -> Entry:
        """Keep a run that has ended, whose lines these are. Raises OSError, and then keeps nothing.

        When there are too many, or they take too much room, the oldest without a name go. A run
        for which those with a name leave no room is refused.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._clear()
        path, part = self._free(run.plan, time.time() if when is None else when)
        try:
            # What tasks print is nobody else's business.
            fd = _private(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC)
            with os.fdopen(fd, "wb") as file:
                write(self._bounded(pieces, file.fileno()), file, packed=True)
            self._note(path, _notes(run))
            part.rename(path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            if not path.exists():
                with contextlib.suppress(OSError):
                    _notes_of(path).unlink(missing_ok=True)
        entry = self._entry(path)
        self._prune()
        if not path.exists():
            raise OSError("the runs that have a name take all the room: delete some of them")
        return entry

    def rename(self, entry: Entry, name: str | None) -> None:
        """Call it something else, or nothing. Raises OSError."""
        entry.path.stat()  # what is not there has no name
        known = _Notes(entry.words, entry.makespan_s, entry.outcome, name)
        self._note(entry.path, known)

    def delete(self, entry: Entry) -> None:
        """Delete it. Raises OSError."""
        entry.path.unlink(missing_ok=True)
        _notes_of(entry.path).unlink(missing_ok=True)

    # -- files --

    def _recordings(self) -> list[Path]:
        try:
            return [path for path in self.folder.iterdir() if _OURS.fullmatch(path.name)]
        except OSError:
            return []

    def _entry(self, path: Path) -> Entry:
        notes, known = _notes_of(path), _Notes()
        size = path.stat().st_size
        with contextlib.suppress(OSError, ValueError):  # msgspec's errors are ValueErrors
            with notes.open("rb") as file:
                known = msgspec.json.decode(file.read(MOST_NOTES), type=_Notes)
            size += notes.stat().st_size
        return Entry(
            path, _when(path), known.words, known.makespan_s, known.outcome, known.name, size
        )

    def _free(self, plan: Plan | None, when: float) -> tuple[Path, Path]:
        """A name that is not taken, and that of the file until all of it is there."""
        about = f"{plan.strategy}-{plan.workload}" if plan is not None else "recording"
        about = re.sub(r"[^\w.-]+", "_", about, flags=re.ASCII)[:60]
        while True:
            seconds = time.strftime("%Y%m%d-%H%M%S", time.gmtime(when))
            stem = f"{seconds}-{int(when * 1_000) % 1_000:03}-{about}"
            path = self.folder / f"{stem}{RECORDING}"
            part = self.folder / f"{stem}.{os.getpid()}{PART}"
            if not path.exists() and not part.exists():
                return path, part
            when += 0.001

    def _bounded(self, pieces: Iterable[bytes], fd: int) -> Iterator[bytes]:
        for piece in pieces:
            if os.fstat(fd).st_size > self._most_bytes:
                limit = f"it takes more than {self._most_bytes // 1_000_000:,} MB, packed"
                raise OSError(errno.EFBIG, limit)
            yield piece

    def _note(self, path: Path, known: _Notes) -> None:
        notes = _notes_of(path)
        new = notes.with_name(f"{notes.stem}.notes.{os.getpid()}{PART}")
        try:
            with open(new, "wb", opener=_private) as file:
                file.write(msgspec.json.encode(known))
            new.replace(notes)
        finally:
            new.unlink(missing_ok=True)

    def _prune(self) -> None:
        """Delete the oldest without a name until there are few enough and they are small enough."""
        left = self.entries()
        for entry in [entry for entry in reversed(left) if entry.name is None]:
            if len(left) <= self.most and sum(each.size for each in left) <= self._most_bytes:
                return
            with contextlib.suppress(OSError):
                self.delete(entry)
            left.remove(entry)

    def _clear(self) -> None:
        """Delete what a lab that was killed had begun to write."""
        import psutil  # takes a while: not before the lab is there

        for path in self.folder.iterdir():
            found = _PART.fullmatch(path.name)
            if found is not None and not psutil.pid_exists(int(found[1])):
                with contextlib.suppress(OSError):
                    path.unlink()


def _private(path: str | Path, flags: int) -> int:
    """Open a file that, where it is new, nobody else may read."""
    return os.open(path, flags, 0o600)


def _notes_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(RECORDING) + NOTES)


def _when(path: Path) -> float:
    """As its name says: copying a file changes its own time."""
    seconds, thousandths = path.name[:15], path.name[16:19]
    try:
        whole = calendar.timegm(time.strptime(seconds, "%Y%m%d-%H%M%S"))
    except ValueError:  # the 99th of a month
        return path.stat().st_mtime
    return whole + int(thousandths) / 1_000


def _notes(run: Run) -> _Notes:
    plan = run.plan
    words = f"{spoken(plan.strategy)}, {plan_words(plan)}" if plan is not None else "recording"
    outcome = run.phase.value
    failed = run.count(Outcome.FAILED)
    if run.error is not None:
        outcome = "broke"
    elif failed and run.phase is Phase.FINISHED:
        outcome = f"{failed:,} failed"
    return _Notes(words, makespan(run), outcome)
