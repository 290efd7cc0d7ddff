"""The formats that can be chosen for a file, and how its name and the format go together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from concviz.sources.saving import PACKED
from concviz.trace.sanitize import sanitize


class Format(NamedTuple):
    """One of them. Its texts may be another package's."""

    name: str
    summary: str
    suffixes: tuple[str, ...]
    """Of its files, the usual one first."""
    missing: str = ""
    """What must be installed first."""

    @property
    def line(self) -> str:
        """What a list says of it."""
        name, summary = sanitize(self.name), sanitize(self.summary)
        suffix = sanitize(self.suffixes[0])
        return f"{name:<9} {suffix:<11} {summary}"


RECORDING = Format("recording", "all of it, for concviz replay and export", (".jsonl.gz", ".jsonl"))


def offered(kind: str, *, recorded: bool) -> list[Format]:
    """Those for a run, a comparison or a sweep; first a recording, where there is one.

    It takes a while: all are loaded, also those of other packages.
    """
    from concviz.exporters.registry import formats

    return [
        *([RECORDING] if recorded else []),
        *(Format(e.name, e.summary, e.suffixes, e.missing()) for e in formats(kind)),
    ]


def fits(name: str, formats: Sequence[Format]) -> int | None:
    """Which of them a file's name asks for by its suffix; None if none."""
    found = [(len(end), k) for k, each in enumerate(formats) if (end := _end(name, each))]
    return max(found, key=lambda pair: (pair[0], -pair[1]))[1] if found else None


def renamed(name: str, before: Format, now: Format) -> str:
    """The name of a file that is to have another format."""
    stem = name[: len(name) - len(_end(name, before))]
    return stem + now.suffixes[0]


def _end(name: str, of: Format) -> str:
    """What of a name is one of its suffixes, also where it is to be packed; the longest."""
    lower = name.lower()
    ends = [end for each in of.suffixes for end in (each, each + PACKED) if lower.endswith(end)]
    return name[len(name) - max(map(len, ends)) :] if ends else ""
