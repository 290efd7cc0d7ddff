"""The page of a cast in a real browser: it plays, without network and without a complaint."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from concviz.casts.asciicast import Event, Header, Kind, encode_event, encode_header
from concviz.casts.html import page
from tests.exporters.browser import PATIENCE_S, Browser, found

PROGRAM = found()
pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium: set CONCVIZ_CHROMIUM"),
    pytest.mark.xdist_group("browser"),
]
EVENTS = (
    Event(0.1, Kind.OUTPUT, "\x1b[?1049h\x1b[1;31mfirst"),
    Event(0.2, Kind.OUTPUT, "\x1b[2J\x1b[H</script><b>the last picture</b>"),
)


def test_it_plays_to_the_last_picture(tmp_path: Path) -> None:
    assert PROGRAM is not None
    path = tmp_path / "cast.html"
    cast = encode_header(Header(60, 5)) + b"".join(map(encode_event, EVENTS))
    path.write_text(page(cast.decode(), "a <cast>"), encoding="utf-8")
    with Browser(PROGRAM, tmp_path / "profile") as browser:
        browser.open(path)
        deadline = time.monotonic() + PATIENCE_S
        while "the last picture" not in (text := browser.run("document.body.innerText")):
            assert time.monotonic() < deadline, text
            browser.drawn()
        assert "</script><b>the last picture</b>" in text
        assert browser.run("document.title") == "a <cast>"
        assert browser.complaints == []
