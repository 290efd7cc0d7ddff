"""Names of things in modules. Apart from the registry, because every worker needs it."""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def resolve(reference: str) -> Any:
    """The object that "package.module:attribute" names. Raises ImportError or AttributeError."""
    module, _, attribute = reference.partition(":")
    return attrgetter(attribute)(import_module(module))
