"""The function of a session's tasks in a worker process: imported for it, and forgotten after it.

A cluster's processes live for days; a module of somebody's own must not, or the next run would
call what stood in its file today. Modules that are installed stay: they are as they are.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from concviz.worker.references import CALL, SUFFIX, function_of

INSTALLED = ("site-packages", "dist-packages")


class _Folder:
    """A place from which sessions have functions."""

    def __init__(self) -> None:
        self.users = 0
        self.modules: set[str] = set()
        """That were imported from there for them."""
        self.path: list[str] = []
        """What they have put into the module path."""


_folders: dict[str, _Folder] = {}


def load(task: str) -> Callable[..., object]:
    """What does a task, for ``function_of``. Raises whatever importing it may raise."""
    place = _place(task)
    if place is None:
        return function_of(task)
    folder = _folders.setdefault(place, _Folder())
    folder.users += 1
    modules, path = set(sys.modules), list(sys.path)
    loaded = False
    try:
        found = function_of(task)
        loaded = True
    finally:
        folder.modules |= {name for name in set(sys.modules) - modules if _in(place, name)}
        folder.path += [entry for entry in sys.path if entry not in path]
        if not loaded:
            unload(task)
    return found


def unload(task: str) -> None:
    """A session is over that has loaded that."""
    place = _place(task)
    if place is None or (folder := _folders.get(place)) is None:
        return
    folder.users -= 1
    if folder.users:
        return
    del _folders[place]
    for name in folder.modules:
        sys.modules.pop(name, None)
    for entry in folder.path:
        if entry in sys.path:
            sys.path.remove(entry)


def _place(task: str) -> str | None:
    """The folder in which the file of a function of somebody's own may be; None: it is ours."""
    if not task.startswith(CALL):
        return None
    file, _, _ = task.removeprefix(CALL).rpartition(":")
    if file.endswith(SUFFIX):
        return os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120
    return os.getcwd()  # noqa: PTH109


def _in(place: str, name: str) -> bool:
    file = getattr(sys.modules.get(name), "__file__", None)
    if not isinstance(file, str) or not file.startswith(place + os.sep):
        return False
    return not any(part in file for part in INSTALLED)
