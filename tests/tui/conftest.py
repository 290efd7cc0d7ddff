"""For tests of the screen."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def thaw() -> Iterator[None]:
    """A lab tells the garbage collector to leave it alone, which here it has to forget again."""
    yield
    gc.unfreeze()
