"""Writes what a screen shows to a file: asks where and in which format, and does it in a thread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.screen import Screen

from concviz.sources.saving import save, why
from concviz.sources.spool import Lines
from concviz.trace.plan import Plan
from concviz.trace.sanitize import sanitize
from concviz.tui.aside import Aside
from concviz.tui.formats import RECORDING, Format, offered
from concviz.tui.notices import Kind, tell

if TYPE_CHECKING:
    from concviz.tui.screens.write import Wanted


class Shown(NamedTuple):
    """What is to be written."""

    word: str
    """For people, for example "run"."""
    found: Any
    """A run, a comparison or a sweep."""
    lines: Lines | None = None
    """What a run was told in, where that was kept."""


class Writing:
    """Of a screen."""

    def __init__(self, screen: Screen[Any], aside: Aside) -> None:
        self._screen, self._aside = screen, aside

    def ask(self, what: Shown, name: str, format: Format | None = None, trouble: str = "") -> None:
        """Have somebody say where it goes. Without ``format`` the name gets the suffix of one."""
        from concviz.exporters.exporter import kind_of
        from concviz.tui.screens.write import WriteScreen

        load = partial(offered, kind_of(what.found), recorded=what.lines is not None)
        question = f"Write the {what.word} to a new file"
        screen = WriteScreen(question, name, format, load, trouble)
        self._screen.app.push_screen(screen, partial(self._begin, what))

    def _begin(self, what: Shown, wanted: Wanted | None) -> None:
        if wanted is None:
            return
        name, format = wanted
        if not name.strip():
            self.ask(what, name, format, "Give the name of a file.")
        elif format.missing:
            self.ask(what, name, format, sanitize(f"It was not written: {format.missing}."))
        else:
            dark = self._screen.app.current_theme.dark
            self._aside.start(partial(self._write, what, name.strip(), format, dark))

    def _write(self, what: Shown, name: str, format: Format, dark: bool) -> None:
        try:
            path = Path(name).expanduser()
            save(self._aside.bounded(_pieces(what, format, dark)), path)
        except OSError as error:
            reason = why(error)
        except Exception as error:  # the home of nobody; a NUL; another package's format
            reason = str(error) or type(error).__name__
        else:
            told = f"Written: {path.absolute()}"
            self._aside.call(partial(tell, self._screen, Kind.KEPT, told))
            return
        trouble = sanitize(f"It was not written: {reason}.")
        self._aside.call(self.ask, what, name, format, trouble)


def _pieces(what: Shown, format: Format, dark: bool) -> Iterator[bytes]:
    if format is RECORDING or format.name == RECORDING.name:
        assert what.lines is not None
        return whole(what.lines)
    from concviz.exporters.exporter import Look
    from concviz.exporters.registry import EXPORTERS

    return EXPORTERS.load(format.name).pieces(what.found, Look(dark=dark))


def whole(lines: Lines) -> Iterator[bytes]:
    """All of them, or an error where something is missing."""
    yield from lines.pieces()
    if lines.error is not None:
        raise lines.error


def suggested(about: Plan | str | None, when: datetime) -> str:
    """A name for the file of something that is written at that time, as yet without a suffix."""
    if isinstance(about, Plan):
        about = f"{about.strategy}-{about.workload}"
    stem = re.sub(r"[^\w.-]+", "_", about or "run", flags=re.ASCII)[:60]
    return f"{stem}-{when:%Y-%m-%d-%H%M%S}"
