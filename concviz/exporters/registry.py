"""The formats that there are: ours, and those of installed packages (``concviz.exporters``)."""

from __future__ import annotations

from pathlib import PurePath

from concviz.exporters.exporter import Exporter
from concviz.sources.saving import PACKED
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
        "html": "concviz.exporters.html:EXPORTER",
        "chrome": "concviz.exporters.chrome:EXPORTER",
    },
)


class UnknownFormatError(ValueError):
    """There is no such format, or not here; says which there are, or what it needs."""


def formats(kind: str) -> list[Exporter]:
    """Those that write ``kind``, ours first; without those that cannot be loaded."""
    return _able(kind)[0]


def by_name(name: str, kind: str) -> Exporter:
    """The format of that name. Raises UnknownFormatError where it cannot write ``kind``."""
    able, broken = _able(kind)
    for exporter in able:
        if exporter.name == name:
            return _usable(exporter)
    names = ", ".join(exporter.name for exporter in able)
    raise UnknownFormatError(f"no format {name} writes a {kind}: there are {names}{broken}.")


def for_file(path: str, kind: str) -> Exporter:
    """The format that a file's suffix asks for, besides ``.gz``, which packs it.

    Raises UnknownFormatError where there is none.
    """
    name = PurePath(path).name.lower().removesuffix(PACKED)
    able, broken = _able(kind)
    fitting = [(s, each) for each in able for s in each.suffixes if name.endswith(s)]
    if fitting:  # .trace.json is more than .json
        return _usable(max(fitting, key=lambda pair: len(pair[0]))[1])
    suffixes = ", ".join(suffix for exporter in able for suffix in exporter.suffixes)
    raise UnknownFormatError(
        f"{path} has no suffix of a format for a {kind}: there are {suffixes}{broken}."
    )


def _usable(exporter: Exporter) -> Exporter:
    if missing := exporter.missing():
        raise UnknownFormatError(f"{missing}.")
    return exporter


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
