"""Doing something after a module's import, without importing it and without being seen in it."""

from __future__ import annotations

import sys
from _frozen_importlib import ModuleSpec

from .tell import lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_wanted: dict[str, list[Callable[[ModuleType], None]]] = {}
_patched: set[str] = set()
"""Modules that a program may import anew, or reload: then they are as if they had not been here."""


def when_imported(name: str, patch: Callable[[ModuleType], None]) -> None:
    """Call this with the module of that name: now if it is there, else after its import."""
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    if module is not None and not getattr(spec, "_initializing", False):
        _patch(module, patch)
    else:
        _wanted.setdefault(name, []).append(patch)
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)


def still_finding() -> bool:
    """Whether the program has left alone by what imports are noticed."""
    return not _wanted or _finder in sys.meta_path


def _patch(module: ModuleType, patch: Callable[[ModuleType], None]) -> None:
    _patched.add(module.__name__)
    try:
        patch(module)
    except Exception as error:
        lost(f"What {module.__name__} does cannot be seen here ({type(error).__name__}: {error}).")


class _Initialized:
    """Stands where the import system notes that it has run a module's code."""

    def __set__(self, spec: ModuleSpec, initializing: bool) -> None:
        spec.__dict__["_initializing"] = initializing
        if initializing:
            return
        spec.__class__ = ModuleSpec
        module = sys.modules.get(spec.name)
        if module is not None and getattr(module, "__spec__", None) is spec:
            for patch in _wanted.pop(spec.name, ()):
                _patch(module, patch)


class _Noted(ModuleSpec):
    _initializing = _Initialized()


_Noted.__name__ = _Noted.__qualname__ = "ModuleSpec"  # its ``repr`` says that


class _Finder:
    """Finds modules as the others would: only notes which are there afterwards."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name not in _wanted:
            if name in _patched:
                _patched.discard(name)
                lost(f"The program has imported {name} anew: what it does since is not all seen.")
            return None
        for finder in list(sys.meta_path):
            if finder is not _finder and hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)  # type: ignore[arg-type]
                if spec is not None:
                    if type(spec) is ModuleSpec:
                        spec.__class__ = _Noted
                    return spec
        return None


_finder = _Finder()
