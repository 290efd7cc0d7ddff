"""The formats that there are: ours, and those of installed packages (``concviz.exporters``)."""

from __future__ import annotations

from pathlib import PurePath

from concviz.exporters.exporter import Exporter
from concviz.worker.registry import Registry

EXPORTERS: Registry[Exporter] = Registry(
    "concviz.exporters",
    {
        "json": "concviz.exporters.json:EXPORTER",
        "csv": "concviz.exporters.csv:EXPORTER",
        "markdown": "concviz.exporters.markdown:EXPORTER",
        "text": "concviz.exporters.text:EXPORTER",
        "svg": "concviz.exporters.svg:EXPORTER",
        "png": "concviz.exporters.png:EXPORTER",
    },
)


class UnknownFormatError(ValueError):
    """There is no such format; says which there are."""


def by_name(name: str, kind: str) -> Exporter:
    """The format of that name. Raises UnknownFormatError where it cannot write ``kind``."""
    able, broken = _able(kind)
    for exporter in able:
        if exporter.name == name:
            return exporter
    names = ", ".join(exporter.name for exporter in able)
    raise UnknownFormatError(f"no format {name} writes a {kind}: there are {names}{broken}.")


def for_file(path: str, kind: str) -> Exporter:
    """The format that a file's suffix asks for. Raises UnknownFormatError where there is none."""
    wanted = PurePath(path).suffix.lower()
    able, broken = _able(kind)
    for exporter in able:
        if wanted in exporter.suffixes:
            return exporter
    suffixes = ", ".join(suffix for exporter in able for suffix in exporter.suffixes)
    raise UnknownFormatError(
        f"{path} has no suffix of a format for a {kind}: there are {suffixes}{broken}."
    )


def _able(kind: str) -> tuple[list[Exporter], str]:
    """All that can write that, ours first; and a clause about those that cannot be loaded."""
    able, broken = [], ""
    for name in EXPORTERS.references():
        try:
            exporter = EXPORTERS.load(name)
        except Exception as error:  # another package's: an import may raise anything
            whose = f"{name} of {EXPORTERS.package(name)}"
            broken += f"; {whose} cannot be loaded: {type(error).__name__}: {error}"
            continue
        if exporter.can(kind):
            able.append(exporter)
    return able, broken
