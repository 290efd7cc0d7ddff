"""A run of the lab goes on when the terminal is gone: without a screen, and recorded."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # few labs lose their terminal
    from concviz.sources.history import History
    from concviz.trace.plan import Plan
    from concviz.trace.recorder import Recorder

TICK_S = 0.05
NOTICE = (
    "Should the connection be lost, a run under way goes on: concviz replay --follow comes back."
)


class Leaving(Protocol):
    """A run that can go on with nobody there to take it in."""

    @property
    def plan(self) -> Plan | None:
        """What was asked for."""

    def leave(self, record: Recorder) -> bool:
        """From now on it goes there alone, from its begin on; False where it cannot."""

    def stop(self) -> None:
        """Ask for its end."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for its end."""


class Detaching:
    """Takes over what is under way; from any thread."""

    def __init__(
        self,
        take: Callable[[], Leaving | None],
        history: History | None,
        folder: Path | None = None,
    ) -> None:
        """``take`` gives the run under way, which the lab then shows and keeps no more.

        It is recorded in ``folder``, or where such runs usually are, and kept in ``history``, too.
        """
        self._take = take
        self._history = history
        self._folder = folder
        self._run: Leaving | None = None
        self._recorder: Recorder | None = None
        self._path = Path()
        self._deciding = threading.Lock()
        self._ending = threading.Lock()

    @property
    def begun(self) -> bool:
        """Whether a run goes on."""
        with self._deciding:
            return self._run is not None

    def begin(self) -> bool:
        """Have the run under way go on. False where there is none, or it cannot be recorded."""
        from concviz.sources.detached import begun, usual_folder

        with self._deciding:
            if self._run is not None:
                return True
            run = self._take()
            if run is None:
                return False
            try:
                recorder = begun(run.plan, self._folder or usual_folder())
            except OSError:
                return False
            self._path = Path(str(recorder.name))
            if not run.leave(recorder):
                with contextlib.suppress(OSError):
                    recorder.close()
                    self._path.unlink()
                return False
            self._run, self._recorder = run, recorder
            return True

    def tell_way_back(self) -> None:
        """Say that something goes on, if so: who hangs up by a signal may have a terminal."""
        if self.begun:
            with contextlib.suppress(OSError):  # as a rule it is gone
                print(f"The run goes on, recorded in {self._path}", file=sys.stderr)
                print("concviz replay --follow shows it; Ctrl-C ends it.", file=sys.stderr)

    def stop(self) -> None:
        """Have it end."""
        if self._run is not None:
            self._run.stop()

    def wait(self) -> None:
        """Return when nothing is under way, and what was is kept."""
        if not self.begun:
            return
        with self._ending:  # whoever comes second waits, too
            recorder, self._recorder = self._recorder, None
            if self._run is None or recorder is None:
                return
            self._run.wait()
            recorder.close()
            if recorder.error is None and self._history is not None:
                with contextlib.suppress(OSError):  # nobody is there to be told
                    _keep(self._history, self._path)


def _keep(history: History, path: Path) -> None:
    from concviz.sources.feed import Feed
    from concviz.sources.replay import Replay

    replay = Replay(path)
    run = Feed(replay).follow(TICK_S)
    if replay.lines is not None:
        history.keep(run, replay.lines.pieces())
