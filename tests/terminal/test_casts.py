"""``concviz record-demo`` and ``concviz play`` in a real terminal."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyte
import pytest

from concviz.casts.playback import Playback
from concviz.casts.reading import Cast, read
from tests.terminal.lab import PATIENCE_S, Lab, assert_restored, lab

SIZE = (90, 26)
PICTURE = b"\x1b[?25l"
"""With which each begins: no cursor is seen while it is drawn."""
ASKED = ("--size", "90x26")
RUN = ("--", "--fresh", "--workload", "number", "--duration", "0.2")
SCRIPT = """\
until "Press r to run"
r
until "5 finished"
press 4 right  # the first task
until "►"
wait 2s        # longer than the idle limit
"""


def cast_in(path: Path) -> Cast:
    with path.open("rb") as file:
        cast = read(file)
    assert cast.remark is None
    return cast


def last_screen(cast: Cast) -> list[str]:
    playback = Playback(cast)
    playback.seek(cast.duration_s)
    return playback.screen.display


def was_shown(screen: list[str], written: bytes) -> bool:
    """Whether the terminal showed that at some time, between two pictures."""
    terminal = pyte.Screen(*SIZE)
    stream = pyte.ByteStream(terminal)
    for picture in written.split(PICTURE):
        stream.feed(picture)
        if terminal.display == screen:
            return True
    return False


def test_a_session_by_a_script_is_recorded_and_played(tmp_path: Path) -> None:
    path, page = tmp_path / "demo.cast", tmp_path / "demo.html"
    (tmp_path / "demo.keys").write_text(SCRIPT)
    asked = (
        "--keys",
        str(tmp_path / "demo.keys"),
        "--html",
        str(page),
        "--idle-limit",
        "0.5",
        *ASKED,
    )
    with lab("record-demo", str(path), *asked, *RUN, size=SIZE, folder=tmp_path) as it:
        assert it.end() == 0
        assert_restored(it)
        it.says("Written: ")
        assert it.processes() == []
    cast = cast_in(path)
    assert (cast.header.columns, cast.header.rows) == SIZE
    shown = last_screen(cast)
    for words in "Timeline", "►", "Number: 0":
        assert words in "\n".join(shown), "what was there before it quit"
    assert was_shown(shown, bytes(it.written))
    terminal = pyte.Screen(*SIZE)
    for event in cast.events:
        pyte.Stream(terminal).feed(event.data)
    assert terminal.display == shown
    times = [event.time_s for event in cast.events]
    assert max(b - a for a, b in pairwise(times)) <= 0.502, "where nothing happens it is shortened"
    assert path.read_text() == read_from(page)
    assert not list(tmp_path.glob(".*.part"))
    plays(path, cast, tmp_path)


def read_from(page: Path) -> str:
    """The cast in a page."""
    import json

    text = page.read_text()
    begin = text.index("AsciinemaPlayer.create({data: ") + len("AsciinemaPlayer.create({data: ")
    found = json.JSONDecoder().raw_decode(text[begin:])[0]
    assert isinstance(found, str)
    return found


def plays(path: Path, cast: Cast, folder: Path) -> None:
    """All keys, on a terminal with one row more."""
    columns, rows = SIZE
    with lab("play", str(path), "--speed", "0.1", size=(columns, rows + 1), folder=folder) as it:
        it.sees("q quit", "Space pause")
        it.send(" ")
        it.sees(" pause ")
        it.send("(")
        it.sees("0:00/")
        assert not it.display.splitlines()[0].strip(), "nothing yet"
        it.send(".")
        it.send(")")
        it.sees(" end 0:")
        assert it.display.splitlines()[:rows] == last_screen(cast)
        it.send(">>>>")
        it.sees(" 1.5× ")
        it.send("<<<l")
        it.sees(" 0.25× loop")
        it.send("\x1b[D")
        it.sees(f"pause 0:{max(0, int(cast.duration_s - 5)):02}/")
        it.resize(40, 10)
        it.sees("cut off: ")
        it.send("q")
        assert it.end() == 0
        assert_restored(it)
    with lab("play", str(path), "--speed", "100", size=(40, 10), folder=folder) as it:
        it.sees(" end 0:")
        assert it.display.splitlines()[0] == last_screen(cast)[0][:40]
        it.send("\x03")
        assert it.end() == 130
        assert_restored(it)


def hang_up(it: Lab) -> int:
    it.hang_up()
    return 129


def terminate(it: Lab) -> int:
    os.kill(it.pid, signal.SIGTERM)
    return 143


def kill(it: Lab) -> int:
    os.kill(it.pid, signal.SIGKILL)
    return 137


@pytest.mark.parametrize("end", [hang_up, terminate, kill])
def test_whatever_ends_it_nothing_is_left_but_the_cast(
    end: Callable[[Lab], int], tmp_path: Path
) -> None:
    path = tmp_path / "demo.cast"
    plan = ("--", "--fresh", "--strategy", "processes", "--duration", "120")
    with lab("record-demo", str(path), *ASKED, *plan, size=SIZE, folder=tmp_path) as it:
        it.sees("Press r to run")
        it.send("r")
        it.sees("5 running")
        status = end(it)
        deadline = time.monotonic() + PATIENCE_S
        while it.child.isalive() or it.processes():
            assert time.monotonic() < deadline, "something is left"
            if end is not hang_up:
                it.read()
        assert it.status() == status
        if end is terminate:
            while it.read():
                pass
            assert_restored(it)
    if end is not kill:
        assert "5 running" in "\n".join(last_screen(cast_in(path)))
        assert not list(tmp_path.glob(".*.part"))
    assert it.leftovers() == []


def test_a_cast_that_leaves_modes_on_leaves_none_on(tmp_path: Path) -> None:
    path = tmp_path / "hostile.cast"
    path.write_text(
        '{"version": 2, "width": 80, "height": 20}\n'
        '[0.01, "o", "\\u001b[?1049h\\u001b[?1000h\\u001b[?1003h\\u001b[?2004h\\u001b[?25l"]\n'
        '[0.02, "o", "\\u001b]0;a title\\u0007\\u001b]52;c;c2VjcmV0\\u0007\\u001b[5n\\u001b[c"]\n'
        '[0.03, "o", "shown\\u001bP+q544e\\u001b\\\\"]\n'
        '[9, "o'
    )
    with lab("play", str(path), size=(80, 24), folder=tmp_path) as it:
        it.sees("shown", "is cut off in the middle of a line")
        os.kill(it.pid, signal.SIGTERM)
        assert it.end() == 143
        assert_restored(it)
        for none in (b"\x1b]", b"\x1bP", b"\x1b[5n", b"\x1b[c", b"?1003h", b"?2004h", b"title"):
            assert none not in it.written
