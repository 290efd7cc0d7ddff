"""How the lab is drawn on a terminal: how often, in which glyphs, with or without colours."""

from __future__ import annotations

import pytest

from concviz.tui.display import FAR_FPS, FPS, Display, display_for


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm-256color"}, Display()),
        ({"TERM": "tmux-256color", "SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, Display(FAR_FPS)),
        ({"TERM": "screen"}, Display()),
        ({"TERM": "linux"}, Display(ascii=True)),
        ({"TERM": "vt100"}, Display(ascii=True, colourless=True)),
        ({}, Display()),
    ],
)
def test_what_suits_a_terminal(environ: dict[str, str], expected: Display) -> None:
    assert display_for(environ, draws=True) == expected


def test_what_somebody_asks_for_counts_more() -> None:
    far = {"SSH_CONNECTION": "there", "TERM": "xterm"}
    assert display_for(far, draws=True, fps=FPS).fps == FPS
    assert display_for({"TERM": "xterm"}, draws=True, fps=5, ascii=True) == Display(5, ascii=True)
    assert display_for({"TERM": "xterm"}, draws=False).ascii
