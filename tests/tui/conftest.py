"""For tests of the screen."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace

import pytest

from concviz.strategies import interpreters


@pytest.fixture(autouse=True)
def thaw() -> Iterator[None]:
    """A lab tells the garbage collector to leave it alone, which here it has to forget again."""
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def older_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen is that of a Python without sub-interpreters, whichever runs the tests."""
    words = "needs Python 3.14 or later; this is 3.11"
    older = replace(interpreters.STRATEGY, unavailable=lambda: words)
    monkeypatch.setattr(interpreters, "STRATEGY", older)
