"""For tests in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.gate import Gate


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """Keeps the tasks of a run waiting until the test opens it."""
    return Gate(tmp_path)
