"""The tour in a terminal: all of it by itself, and how it ends."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from concviz.tour.scenes import SCENES
from tests.terminal.lab import PATIENCE_S, assert_restored, lab

LOOK_S = 0.1
"""Between two looks at the screen; whatever there is to read at the fast pace stays for longer."""


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_every_scene_plays_by_itself_and_says_what_happened(
    size: tuple[int, int], tmp_path: Path
) -> None:
    with lab("tour", "--autoplay", "--pace", "fast", size=size, folder=tmp_path) as it:
        happened: set[int] = set()
        deadline = time.monotonic() + 4 * PATIENCE_S
        while it.child.isalive():
            assert time.monotonic() < deadline, it.display
            time.sleep(LOOK_S)
            it.read()
            shown = it.display
            for number in range(1, len(SCENES) + 1):
                if f"scene {number} of {len(SCENES)} " in shown and "What happened" in shown:
                    happened.add(number)
        assert it.end() == 0
        assert_restored(it)
        said = it.written.decode().rpartition("\x1b[?1049l")[2]
        for number, scene in enumerate(SCENES, start=1):
            assert f"{number:>2}. {scene.title}: " in said
        assert said.count(" took ") + said.count(" died after ") >= len(SCENES)
        assert said.count("\n   ") >= 2 * len(SCENES), "what was asked, and what was to notice"
        assert len(happened) > len(SCENES) // 2, "a busy machine may show one between two looks"
        assert it.processes() == []
        assert it.leftovers() == []


@pytest.mark.parametrize("end", ["quit", "hang up"])
def test_whatever_ends_it_nothing_is_left(end: str, tmp_path: Path) -> None:
    with lab("tour", "--scene", "processes", size=(80, 24), folder=tmp_path) as it:
        it.sees("A process for each task", "def processes")
        it.send("r")
        it.sees("process 5", "Stop")
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
