"""What an exporter is: a format, and what can be written in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from concviz.model.run import Run

if TYPE_CHECKING:
    from concviz.analysis.comparison import Comparison
    from concviz.analysis.sweep import Sweep

KINDS = ("run", "compare", "sweep")
"""What there is to write: the names of the commands that make it."""


def kind_of(found: object) -> str:
    """Which of these that is. Raises TypeError for anything else."""
    if isinstance(found, Run):
        return "run"
    from concviz.analysis.comparison import Comparison
    from concviz.analysis.sweep import Sweep

    if isinstance(found, Comparison):
        return "compare"
    if isinstance(found, Sweep):
        return "sweep"
    raise TypeError(f"there is no exporter for a {type(found).__name__}")


@dataclass(frozen=True)
class Look:
    """How a picture is to be drawn, for formats that have one."""

    width: int | None = None
    """In columns of characters; None: as many as suit the format."""
    dark: bool = True
    """On a dark ground, or on a light one."""


AS_USUAL = Look()

Content = str | bytes | Iterable[bytes]
"""Of a file: all of it, or piece after piece where it may be large. Text is written in UTF-8."""


def _nothing_missing() -> str:
    return ""


@dataclass(frozen=True)
class Exporter:
    """A format."""

    name: str
    summary: str
    """What it is for, in a clause."""
    suffixes: tuple[str, ...]
    """Of its files, the usual one first, for example ``(".md", ".markdown")``."""
    writers: Mapping[str, Callable[[Any, Look], Content]]
    """Who writes what, by ``KINDS``."""
    heeds: frozenset[str] = frozenset()
    """The fields of ``Look`` that change what is written."""
    binary: bool = False
    """Whether a terminal can make nothing of it."""
    missing: Callable[[], str] = _nothing_missing
    """What must be installed here first, as a sentence without its full stop; "" if nothing."""

    def can(self, kind: str) -> bool:
        """Whether it can write that."""
        return kind in self.writers

    def pieces(self, found: Run | Comparison | Sweep, look: Look = AS_USUAL) -> Iterator[bytes]:
        """The file, piece after piece."""
        content = self.writers[kind_of(found)](found, look)
        if isinstance(content, str):
            yield content.encode()
        elif isinstance(content, bytes):
            yield content
        else:
            yield from content

    def write(self, found: Run | Comparison | Sweep, look: Look = AS_USUAL) -> bytes:
        """All of the file."""
        return b"".join(self.pieces(found, look))
