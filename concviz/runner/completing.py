"""How the reference of a function, or of inputs, may go on: from what stands in files, unimported.

What a module has is read off its text: nothing of it runs.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from concviz.trace.plan import REFERS
from concviz.worker.references import SUFFIX

MOST = 200
"""Entries of a folder that are looked at, and names of a module."""
LARGEST = 1 << 20
"""Bytes of a module that is read."""
FILES = ("json:", "lines:")
KINDS = ("range:", *FILES)
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def functions(text: str, here: Path) -> list[str]:
    """References of functions that begin with the text, as seen from the folder ``here``."""
    return _references(text, here, of_functions=True)


def inputs(text: str, here: Path) -> list[str]:
    """What inputs may be that begin with the last word of the text: the whole text, gone on."""
    before, space, word = text.rpartition(" ")
    for kind in FILES:
        if word.startswith(kind):
            found = [f"{kind}{path}" for path in _paths(word.removeprefix(kind), here, "")]
            break
    else:
        found = [kind for kind in KINDS if kind.startswith(word)] if word or not text else []
        if word:
            found += _references(word, here, of_functions=False)
    return [f"{before}{space}{each}" for each in found]


def _references(text: str, here: Path, *, of_functions: bool) -> list[str]:
    place, colon, begun = text.partition(REFERS)
    if not colon:
        return [
            path if path.endswith("/") else f"{path}{REFERS}" for path in _paths(text, here, SUFFIX)
        ]
    file = here / place
    if not place.endswith(SUFFIX):
        file = here / Path(*place.split(".")).with_suffix(SUFFIX)
        if not file.is_file():
            file = here.joinpath(*place.split("."), "__init__.py")
    names = _functions(file) if of_functions else _values(file)
    return [f"{place}{REFERS}{name}" for name in names if name.startswith(begun)]


def _paths(text: str, here: Path, suffix: str) -> list[str]:
    """Files with that suffix, and folders, whose paths begin with the text."""
    folder, slash, begun = text.rpartition("/")
    found = []
    try:
        with os.scandir(here / f"{folder}{slash}") as entries:
            for entry, _ in zip(entries, range(MOST), strict=False):
                name = entry.name
                if name.startswith(begun) and not name.startswith((".", "__")):
                    if entry.is_dir():
                        found.append(f"{folder}{slash}{name}/")
                    elif name.endswith(suffix):
                        found.append(f"{folder}{slash}{name}")
    except (OSError, ValueError):
        return []
    return sorted(found, key=lambda path: (path.endswith("/"), path))


def _functions(file: Path) -> list[str]:
    """Names of what can be called with an argument, those that are for others first."""
    return _sorted(node.name for node in _statements(file) if isinstance(node, _Function))


def _values(file: Path) -> list[str]:
    """Names of what is assigned or defined."""
    found = []
    for node in _statements(file):
        if isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(node.target.id)
        elif isinstance(node, ast.FunctionDef) and not node.args.args:
            found.append(node.name)
    return _sorted(found)


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(names), key=lambda name: name.startswith("_"))[:MOST]


def _statements(file: Path) -> Iterator[ast.stmt]:
    try:
        if file.stat().st_size <= LARGEST:
            yield from ast.parse(file.read_bytes()).body
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return
