"""For tests of the screen."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.engine.conftest import fresh, install, nothing_left, place, strangers

__all__ = ["fresh", "install", "nothing_left", "place", "strangers"]


@pytest.fixture(autouse=True)
def thaw() -> Iterator[None]:
    """A lab tells the garbage collector to leave it alone, which here it has to forget again."""
    yield
    gc.unfreeze()
