"""Where bytecode of ours is kept if Python may write none beside its sources.

As for an installation from a working tree under PYTHONDONTWRITEBYTECODE, which else compiles all
that it loads at each start, here and in every process of a program, for which that waits. It is
kept in the user's cache; whoever says where bytecode belongs (``sys.pycache_prefix``) is obeyed.
Loaded before a program starts: see ``starting``.
"""

from __future__ import annotations

import os
import sys

NAME = "bytecode"
"""Link to that place in the folder of a program's rings, where the hooks look for it."""


def needed() -> bool:
    """Whether there is none of ours, and there will be none."""
    if not sys.dont_write_bytecode or sys.pycache_prefix is not None:
        return False
    own = __spec__.cached
    return own is not None and not os.path.exists(own)  # noqa: PTH110


def keep() -> str | None:
    """Where it is kept, if that is needed: it is looked for and put there from now on."""
    if not needed():
        return None
    place = _place()
    try:
        os.makedirs(place, 0o700, exist_ok=True)  # noqa: PTH103
    except OSError:
        return None
    sys.pycache_prefix, sys.dont_write_bytecode = place, False
    return place


def _place() -> str:
    home = os.path.expanduser("~")  # noqa: PTH111
    usual = f"{home}/Library/Caches" if sys.platform == "darwin" else f"{home}/.cache"
    return f"{os.environ.get('XDG_CACHE_HOME') or usual}/concviz/{NAME}"
