"""For tests of the screen."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from concviz.sources import warm_start
from concviz.strategies import interpreters
from concviz.tui import notices

EVERY = 12
"""Tests between two collections of garbage: each takes as long as there are things to look at."""
_tests = count(1)


@pytest.fixture(autouse=True)
def not_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A lab is let go soon after its test: it tells the garbage collector to leave it alone."""
    monkeypatch.setattr(gc, "freeze", lambda: None)
    yield
    if next(_tests) % EVERY == 0:
        gc.collect()


@pytest.fixture(scope="package", autouse=True)
def many_colours() -> Iterator[None]:
    """The terminal has the colours of every theme, wherever the tests run.

    Runs are forked from a server, as in a lab that has been open for a second.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", "xterm-256color")
        with warm_start.kept():
            yield


@pytest.fixture(autouse=True)
def older_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen is that of a Python without sub-interpreters, whichever runs the tests."""
    words = "needs Python 3.14 or later; this is 3.11"
    older = replace(interpreters.STRATEGY, unavailable=lambda: words)
    monkeypatch.setattr(interpreters, "STRATEGY", older)


@pytest.fixture(autouse=True)
def notices_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice is there until another takes its place, however slowly the lab is driven."""
    monkeypatch.setattr(notices, "LASTS_S", 600.0)
    monkeypatch.setattr(notices, "LONG_S", 600.0)


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are started from nothing: the test has an environment or a folder of its own."""
    monkeypatch.setattr(warm_start, "fork", lambda *_: None)
