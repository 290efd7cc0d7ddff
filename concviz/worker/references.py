"""Names of things in modules. Apart from the registry, because every worker needs it."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

CALL = "call "
"""Before the reference of a function of somebody's own; without it, it is that of a workload."""
SUFFIX = ".py"

_finding = False


def resolve(reference: str) -> Any:
    """The object that "package.module:attribute" names. Raises ImportError or AttributeError."""
    module, _, attribute = reference.partition(":")
    return attrgetter(attribute)(import_module(module))


def function_of(task: str) -> Callable[..., object]:
    """The function that does a task: of the workload of that reference, or, after CALL, itself."""
    if task.startswith(CALL):
        found: Callable[..., object] = find(task.removeprefix(CALL))
        return found
    function: Callable[..., object] = resolve(task).function
    return function


def find(reference: str) -> Any:
    """What "package.module:name" or "folder/file.py:name" is for a Python that starts here.

    Raises ImportError, AttributeError, or whatever the module raises when it is imported.
    """
    global _finding
    place, _, name = reference.rpartition(":")
    outermost, _finding = not _finding, True
    try:
        return attrgetter(name)(_of_file(place) if place.endswith(SUFFIX) else _of_module(place))
    finally:
        if outermost:
            _finding = False


def finding() -> bool:
    """Whether something of somebody's own is being imported, to be called."""
    return _finding


def _of_module(name: str) -> ModuleType:
    _put_first(os.getcwd())  # noqa: PTH109
    return import_module(name)


def _of_file(path: str) -> ModuleType:
    """The module of a file: under its own name, so that what it defines can be pickled."""
    path = os.path.abspath(path)  # noqa: PTH100
    folder, file = os.path.split(path)
    name = file.removesuffix(SUFFIX)
    if not os.path.exists(path):  # noqa: PTH110
        raise ImportError(f"there is no file {path}")
    if "." in name:
        raise ImportError(f"a module cannot be called {name}: give the file a name without dots")
    if name in sys.stdlib_module_names:
        raise ImportError(f"{file} has the name of a module of Python: rename the file")
    _put_first(folder)
    module = import_module(name)
    its = getattr(module, "__file__", None)
    if its is None or not os.path.samefile(its, path):  # noqa: PTH121
        where = its or "built into Python"
        raise ImportError(f"{file} has the name of another module, {where}: rename the file")
    return module


def _put_first(folder: str) -> None:
    """As Python does with the folder of what it is to run."""
    if not sys.path or (sys.path[0] or os.getcwd()) != folder:  # noqa: PTH109
        sys.path.insert(0, folder)
