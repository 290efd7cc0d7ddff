"""Whether any installed package adds to a group of entry points.

Nearly always none does, and the import that reads them all takes some 50 ms.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path


def declared(group: str) -> bool:
    """True also where a place may have packages that cannot be seen from its files."""
    finders = (finder for finder in sys.meta_path if finder is not PathFinder)
    if any(hasattr(finder, "find_distributions") for finder in finders):
        return True
    section = f"[{group}]".encode()
    return any(_declared_in(Path(place), section) for place in sys.path)


def _declared_in(place: Path, section: bytes) -> bool:
    try:
        found = list(place.iterdir())
    except FileNotFoundError:
        return False
    except OSError:  # an archive, or not to be read
        return True
    return any(
        each.suffix == ".egg"
        or (each.suffix in (".dist-info", ".egg-info") and section in _entry_points(each))
        for each in found
    )


def _entry_points(package: Path) -> bytes:
    try:
        return (package / "entry_points.txt").read_bytes()
    except OSError:
        return b""
