"""Whether any installed package adds to a group of entry points.

Nearly always none does, and the import that reads them all takes some 50 ms.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path


def declared(group: str) -> bool:
    """True also where a place may have packages that cannot be seen from its files."""
    finders = (finder for finder in sys.meta_path if finder is not PathFinder)
    if any(hasattr(finder, "find_distributions") for finder in finders):
        return True
    section = f"[{group}]".encode()
    return any(_declared_in(place or os.curdir, section) for place in sys.path)


def _declared_in(place: str, section: bytes) -> bool:
    try:
        found = os.listdir(place)  # noqa: PTH208 - a path for each of them takes five times as long
    except FileNotFoundError:
        return False
    except OSError:  # an archive, or not to be read
        return True
    return any(
        name.endswith(".egg")
        or (name.endswith((".dist-info", ".egg-info")) and section in _entry_points(place, name))
        for name in found
    )


def _entry_points(place: str, package: str) -> bytes:
    try:
        return Path(place, package, "entry_points.txt").read_bytes()
    except OSError:
        return b""
