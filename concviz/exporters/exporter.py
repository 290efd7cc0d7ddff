"""What an exporter is: a format, and what can be written in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from concviz.analysis.comparison import Comparison
from concviz.analysis.sweep import Sweep
from concviz.model.run import Run

KINDS: Mapping[str, type] = {"run": Run, "compare": Comparison, "sweep": Sweep}
"""What there is to write, by the names of the commands that make it."""


def kind_of(found: object) -> str:
    """Which of these that is. Raises TypeError for anything else."""
    for kind, model in KINDS.items():
        if isinstance(found, model):
            return kind
    raise TypeError(f"there is no exporter for a {type(found).__name__}")


@dataclass(frozen=True)
class Exporter:
    """A format."""

    name: str
    summary: str
    """What it is for, in a clause."""
    suffixes: tuple[str, ...]
    """Of its files, the usual one first, for example ``(".md", ".markdown")``."""
    writers: Mapping[str, Callable[[Any], str | bytes]]
    """Who writes what, by ``KINDS``. Bytes are written as they are, text in UTF-8."""

    def can(self, kind: str) -> bool:
        """Whether it can write that."""
        return kind in self.writers

    def write(self, found: Run | Comparison | Sweep) -> str | bytes:
        """All of the file."""
        return self.writers[kind_of(found)](found)
