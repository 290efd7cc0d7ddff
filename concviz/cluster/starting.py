"""Loaded by Dask with each nanny of this process (its ``distributed.nanny.preload``): a cluster of
its own begins to start its worker processes long before it can be joined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

listeners: list[Callable[[str], object]] = []
"""Are told the name of each worker whose process is about to be started."""


def dask_setup(nanny: Any) -> None:
    """Dask calls that just before a nanny starts its process."""
    for tell in listeners:
        tell(str(nanny.name))
