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
    raise UnknownFormatError(f"no format {name} writes a {_noun(kind)}: there are {names}{broken}.")


def for_file(path: str, kind: str) -> Exporter:
    """The format that a file's suffix asks for, besides ``.gz``, which packs it.

    Raises UnknownFormatError where there is none.
    """
    name = PurePath(path).name.lower().removesuffix(PACKED)
    loaded, broken = _loaded()
    fitting = [(s, each) for each in loaded for s in each.suffixes if name.endswith(s)]
    longest = max((len(suffix) for suffix, _ in fitting), default=0)  # .trace.json is not .json
    chosen = [each for suffix, each in fitting if len(suffix) == longest]
    for exporter in chosen:
        if exporter.can(kind):
            return _usable(exporter)
    able = [exporter for exporter in loaded if exporter.can(kind)]
    suffixes = ", ".join(suffix for exporter in able for suffix in exporter.suffixes)
    if chosen:
        raise UnknownFormatError(
            f"{path} has the suffix of {chosen[0].name}, which writes no {_noun(kind)}: "
            f"there are {suffixes}{broken}."
        )
    raise UnknownFormatError(
        f"{path} has no suffix of a format for a {_noun(kind)}: there are {suffixes}{broken}."
    )


def _noun(kind: str) -> str:
    return "comparison" if kind == "compare" else kind


def _usable(exporter: Exporter) -> Exporter:
    if missing := exporter.missing():
        raise UnknownFormatError(f"{missing}.")
    return exporter


def _able(kind: str) -> tuple[list[Exporter], str]:
    """All that can write that, ours first; and a clause about those that cannot be loaded."""
    loaded, broken = _loaded()
    return [exporter for exporter in loaded if exporter.can(kind)], broken


def _loaded() -> tuple[list[Exporter], str]:
    """All there are, ours first; and a clause about those that cannot be loaded."""
    loaded, broken = [], ""
    for name in EXPORTERS.references():
        try:
            loaded.append(EXPORTERS.load(name))
        except Exception as error:  # another package's: an import may raise anything
            whose = f"{name} of {EXPORTERS.package(name)}"
            broken += f"; {whose} cannot be loaded: {type(error).__name__}: {error}"
    return loaded, broken
