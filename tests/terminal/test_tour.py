"""The tour in a terminal: all of it by itself, and how it ends."""

from __future__ import annotations

import time
from pathlib import Path

import pyte
import pytest

from concviz.casts.playback import Playback
from concviz.casts.reading import read
from concviz.tour.scenes import SCENES
from tests.terminal.lab import PATIENCE_S, Lab, assert_restored, lab

LEAVES = "\x1b[?1049l"
LATER = 11
"""The scene with which the second one begins."""
LOOK_S = 0.1
"""Between two looks at the screen; whatever there is to read at the fast pace stays for longer."""


def test_every_scene_plays_by_itself_and_says_what_happened(tmp_path: Path) -> None:
    """All of them in a small terminal, recorded; the last in a large one at the same time."""
    command = "tour", "--autoplay", "--pace", "fast"
    folders = [tmp_path / "small", tmp_path / "large"]
    path = tmp_path / "tour.cast"
    recorded = "record-demo", str(path), "--size", "80x24", "--", *command
    for folder in folders:
        folder.mkdir()
    with (
        lab(*recorded, size=(80, 24), folder=folders[0]) as small,
        lab(*command, "--scene", f"{LATER}", size=(120, 36), folder=folders[1]) as large,
    ):
        deadline = time.monotonic() + 5 * PATIENCE_S
        while small.child.isalive() or large.child.isalive():
            assert time.monotonic() < deadline, small.display + large.display
            time.sleep(LOOK_S)
            for it in small, large:
                it.read()
        for it in small, large:
            ends(it)
            assert b"What happened" in it.written
    says_what_happened(large.written.decode(), LATER)
    with path.open("rb") as file:
        cast = read(file)
    written = "".join(event.data for event in cast.events)
    says_what_happened(written)
    assert path.stat().st_size / cast.duration_s < 1_000_000 / 60, "a megabyte a minute"
    playback, terminal = Playback(cast), pyte.Screen(80, 24)
    playback.seek(cast.duration_s)
    while playback.behind:  # a long way takes several steps
        playback.advance(0.0)
    pyte.Stream(terminal).feed(written.rpartition(LEAVES)[2])  # it has but one screen
    assert playback.screen.display == terminal.display


def ends(it: Lab) -> None:
    assert it.end() == 0
    assert_restored(it)
    assert it.processes() == []
    assert it.leftovers() == []


def says_what_happened(written: str, first: int = 1) -> None:
    said = written.rpartition(LEAVES)[2]
    played = SCENES[first - 1 :]
    for number, scene in enumerate(played, start=first):
        assert f"{number:>2}. {scene.title}: " in said
    assert said.count(" took ") + said.count(" died after ") >= len(played)
    assert said.count("\n   ") >= 2 * len(played), "what was asked, and what was to notice"


@pytest.mark.parametrize("end", ["quit", "hang up"])
def test_whatever_ends_it_nothing_is_left(end: str, tmp_path: Path) -> None:
    with lab("tour", "--scene", "processes", size=(80, 24), folder=tmp_path) as it:
        it.sees("A process for each task", "def processes")
        it.send("r")
        # Under way; or over, where the machine was too busy to show that: then rows are few.
        it.until(lambda: "process 5" in it.display or "What happened" in it.display, "a run")
        if end == "quit":
            it.send("q")
            it.sees("Strategy", "Timeline")
            it.send("q")
            assert it.end() == 0
            assert_restored(it)
        else:
            it.hang_up()
        deadline = time.monotonic() + PATIENCE_S
        while it.processes() and time.monotonic() < deadline:
            time.sleep(LOOK_S)
        assert it.processes() == []
        assert it.leftovers() == []
