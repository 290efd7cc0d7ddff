"""A recording as a source: a file that is read as it is drained; live, a pipe or a growing file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from concviz.sources.file_reading import FileReading
from concviz.sources.growing_reading import GrowingReading
from concviz.sources.pipe_reading import PipeReading
from concviz.sources.source import UNLIMITED
from concviz.sources.spool import Lines
from concviz.trace.message import Message
from concviz.trace.plan import Plan
from concviz.trace.reader import RecordingError
from concviz.trace.under_way import is_held


class Replay:
    """What was recorded, from a path or a file descriptor, which is then its own; a Source.

    A file is there as a whole: it is read as fast as it is drained. A pipe is live: its events come
    when they come, and its clock is that of the machine that ran, as far as can be told from here.
    So is a file, for who asks to ``follow`` it, as long as somebody writes it.
    Raises RecordingError for what is no recording; of what is live, that is known later: see
    ``error``.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | int,
        name: str | None = None,
        *,
        follow: bool = False,
    ) -> None:
        if isinstance(source, int):
            fd, self.name = source, name or "standard input"
        else:
            fd, self.name = _opened(source), name or Path(source).name
        mode = os.fstat(fd).st_mode
        if stat.S_ISDIR(mode):
            os.close(fd)
            raise RecordingError("it is a directory")
        held = is_held(fd) if follow and stat.S_ISREG(mode) else False
        self.guessed = held is None
        """Whether it is followed although nothing tells whether somebody still writes it."""
        self.live = held is not False or not stat.S_ISREG(mode)
        """Whether it comes from something that may be under way."""
        self._way: PipeReading | FileReading
        if held is not False:
            self._way = GrowingReading(fd)
        else:
            self._way = PipeReading(fd) if self.live else FileReading(fd)

    @property
    def plan(self) -> Plan | None:
        """What was asked of the run, once its header has been read and if that tells it."""
        header = self._way.reader.header
        return header.plan if header is not None else None

    @property
    def error(self) -> RecordingError | None:
        """Why what came live is no recording."""
        return self._way.error

    @property
    def remark(self) -> str | None:
        """What is wrong with its end, in a sentence without its full stop, once that was read."""
        return self._way.reader.remark

    @property
    def progress(self) -> float | None:
        """How much of it was read, from 0 to 1; None of what is live."""
        return self._way.progress

    @property
    def lines(self) -> Lines | None:
        """What was recorded, as it is in the file; of what is live as far as it was read."""
        return self._way.lines

    @property
    def finished(self) -> bool:
        """Whether all of it was read."""
        return self._way.finished

    @property
    def waiting(self) -> bool:
        """Whether there are messages to drain."""
        return self._way.waiting

    @property
    def behind(self) -> bool:
        """Whether there is more of it that has not been drained."""
        return self._way.behind

    def now(self) -> int:
        """The clock of the machine that ran: of a file, the latest event that was read."""
        return self._way.now()

    def late_ns(self, now: int) -> int:
        """For how long the next events may be on their way."""
        return self._way.late_ns(now)

    def drain(self, budget_s: float = float("inf"), most: int = UNLIMITED) -> list[Message]:
        """The next messages, at most about so many and within about that time."""
        return self._way.drain(budget_s, most)

    def give_room(self, messages: int | None) -> None:
        """With so many to drain, no more are read; None: as many as fit into memory well."""
        self._way.give_room(messages)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all of it is there. False when the time ran out before."""
        return self._way.wait(timeout)

    def stop(self) -> None:
        """Read no further, or live not much: what was read by then is what there is."""
        self._way.stop()

    def close(self) -> None:
        """Read no further; returns when it is so."""
        self._way.close()


def _opened(path: str | os.PathLike[str]) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise RecordingError(error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the name
        raise RecordingError(str(error)) from error
